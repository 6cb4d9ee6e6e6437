/**
 * Figures computed from scored cases, with intervals that respect patients. Pure mathematics: no engine, no files, no clock.
 * An undefined figure is an explicit absence with a reason, never 0 and never NaN.
 */
@NullMarked
package org.foldwise.learning.metrics;

import org.jspecify.annotations.NullMarked;
