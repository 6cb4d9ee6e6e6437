/**
 * A trained model on held-out patients: one score for each image, from which {@code metrics} makes a report. Main type:
 * {@link org.foldwise.learning.evaluation.Evaluator}.
 */
@NullMarked
package org.foldwise.learning.evaluation;

import org.jspecify.annotations.NullMarked;
