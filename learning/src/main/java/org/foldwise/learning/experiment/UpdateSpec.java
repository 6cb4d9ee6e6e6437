package org.foldwise.learning.experiment;

/**
 * How gradients of batches become changes of weights.
 *
 * @param batchesPerUpdate so many batches together make one update, 1 to 1024; but for batch normalisation, which sees each
 *     batch alone, that is one batch of so many times the size
 * @param averagingDecay after each update the averaged weights keep this share of themselves and take the rest from the weights,
 *     in [0, 1); validated and kept are the averaged weights then (Polyak and Juditsky, 1992, in exponential form). 0 means no
 *     averaging
 * @param explosionFactor a batch whose loss exceeds that of an answer without information (0.5 for each output, or all classes alike; a focal loss: with gamma 0) by more
 *     than this factor ends the training, as a loss that is no number always does; above 1, or 0 for no limit
 */
public record UpdateSpec(int batchesPerUpdate, double averagingDecay, double explosionFactor) {
    /** One batch, one update; only a loss a hundred times as large as chance ends a training. */
    public static final UpdateSpec DEFAULT = new UpdateSpec(1, 0, 100);

    public UpdateSpec {
        if (batchesPerUpdate < 1 || batchesPerUpdate > 1024) {
            throw new IllegalArgumentException("update.batchesPerUpdate must be 1 to 1024, was " + batchesPerUpdate);
        }
        if (!(averagingDecay >= 0 && averagingDecay < 1)) {
            throw new IllegalArgumentException("update.averagingDecay must be in [0, 1), was " + averagingDecay);
        }
        if (!(explosionFactor == 0 || explosionFactor > 1) || !Double.isFinite(explosionFactor)) {
            throw new IllegalArgumentException("update.explosionFactor must be 0 or above 1, was " + explosionFactor);
        }
    }
}
