package org.foldwise.registry.run;

import org.jspecify.annotations.Nullable;

/**
 * A finished epoch of a run.
 *
 * @param epoch 0 for the first
 * @param trainLoss mean over the training images
 * @param validationLoss mean over the validation images
 * @param validationRocAuc absent where the validation images show one class only
 * @param learningRate with which the epoch was trained
 * @param seconds the epoch took, validation included
 * @param imagesPerSecond training images by training time
 */
public record RunEpoch(
        int epoch,
        double trainLoss,
        double validationLoss,
        @Nullable Double validationRocAuc,
        double learningRate,
        double seconds,
        double imagesPerSecond) {
    public RunEpoch {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must be 0 or more, was " + epoch);
        }
        if (!Double.isFinite(trainLoss) || !Double.isFinite(validationLoss)) {
            throw new IllegalArgumentException(
                    "the losses of a finished epoch must be finite, were " + trainLoss + " and " + validationLoss);
        }
    }
}
