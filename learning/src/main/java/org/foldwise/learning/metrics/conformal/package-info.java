/**
 * Sets of classes that hold the true one as often as promised, whatever the model: {@link
 * org.foldwise.learning.metrics.conformal.ConformalSets}, calibrated on patients and frozen with the decision, or why there are none
 * ({@link org.foldwise.learning.metrics.conformal.PredictionSets}); what they do on other images ({@link
 * org.foldwise.learning.metrics.conformal.SetReport}); and abstention where too many answers would be wrong ({@link
 * org.foldwise.learning.metrics.conformal.Abstention}).
 */
@NullMarked
package org.foldwise.learning.metrics.conformal;

import org.jspecify.annotations.NullMarked;
