/**
 * How plans, reports and bundles are written as JSON: names of options, strictness, canonical form. The only place of the
 * library that knows Jackson.
 */
@NullMarked
package org.foldwise.learning.json;

import org.jspecify.annotations.NullMarked;
