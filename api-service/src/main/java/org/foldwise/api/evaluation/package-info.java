/** Evaluations: what a run or a cross-validation is worth on which images. Main type:
 * {@link org.foldwise.api.evaluation.EvaluationController}. */
@NullMarked
package org.foldwise.api.evaluation;

import org.jspecify.annotations.NullMarked;
