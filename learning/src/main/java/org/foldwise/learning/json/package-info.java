/**
 * How plans, reports and bundles are written as JSON: names of options, strictness, canonical form. The only place of the
 * library that knows Jackson. Main types: {@link org.foldwise.learning.json.PlanJson}, {@link
 * org.foldwise.learning.json.ReportJson} and {@link org.foldwise.learning.json.LearningJson}, which teaches other mappers the
 * same spelling.
 */
@NullMarked
package org.foldwise.learning.json;

import org.jspecify.annotations.NullMarked;
