/**
 * Figures computed from scored cases, with intervals that respect patients. Pure mathematics: no engine, no files, no clock.
 * Main types: {@link org.foldwise.learning.metrics.EvaluationReport}, {@link
 * org.foldwise.learning.metrics.CrossValidationSummary} and {@link org.foldwise.learning.metrics.ThresholdRule}. An undefined
 * figure is an explicit absence with a reason, never 0 and never NaN.
 */
@NullMarked
package org.foldwise.learning.metrics;

import org.jspecify.annotations.NullMarked;
