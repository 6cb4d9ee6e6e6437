/**
 * Maps that turn a model's probabilities into better ones: {@link org.foldwise.learning.metrics.recalibration.Recalibration} and its
 * options, fitted on validation or out-of-fold cases, never on those of the test subset, then stored and applied as they are.
 */
@NullMarked
package org.foldwise.learning.metrics.recalibration;

import org.jspecify.annotations.NullMarked;
