/**
 * One training of one fold: plan, split and images in, the best weights and the history out. Main type:
 * {@link org.foldwise.learning.training.TrainingLoop}. Cancellation, seeds, patient bookkeeping, early stopping and checkpoints
 * live here.
 */
@NullMarked
package org.foldwise.learning.training;

import org.jspecify.annotations.NullMarked;
