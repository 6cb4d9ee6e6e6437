/**
 * What decisions are worth to the people they are about: {@link org.foldwise.learning.metrics.clinical.DecisionCurve} and
 * {@link org.foldwise.learning.metrics.clinical.PredictiveValues} at the prevalence of the place where a model will be used.
 */
@NullMarked
package org.foldwise.learning.metrics.clinical;

import org.jspecify.annotations.NullMarked;
