/**
 * Whether one model is better than another: on the same images ({@link org.foldwise.learning.metrics.comparison.ModelComparison},
 * {@link org.foldwise.learning.metrics.comparison.McNemar} and its clustered form) and over the folds of a cross-validation
 * ({@link org.foldwise.learning.metrics.comparison.ResampledTTest}). A test of equality never says that two models are equal.
 */
@NullMarked
package org.foldwise.learning.metrics.comparison;

import org.jspecify.annotations.NullMarked;
