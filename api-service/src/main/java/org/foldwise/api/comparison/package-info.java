/**
 * Comparisons of two experiments on the same split, and of two models by evaluations of the same images. Nothing is kept: equal records
 * give equal answers. Main types: {@code ExperimentComparisons}, {@code EvaluationComparisons}.
 */
@NullMarked
package org.foldwise.api.comparison;

import org.jspecify.annotations.NullMarked;
