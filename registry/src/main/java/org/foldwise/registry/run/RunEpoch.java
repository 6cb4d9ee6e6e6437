package org.foldwise.registry.run;

import org.foldwise.learning.metrics.ValidationFigures;
import org.jspecify.annotations.Nullable;

/**
 * A finished epoch of a run.
 *
 * @param epoch 0 for the first
 * @param trainLoss mean over the training images
 * @param validation figures of the validation images
 * @param overfittingSince the first of the epochs in a row, this one the last, that overfit; absent while the training does not
 * @param learningRate with which the epoch was trained
 * @param seconds the epoch took, validation included
 * @param imagesPerSecond training images by training time
 */
public record RunEpoch(
        int epoch,
        double trainLoss,
        ValidationFigures validation,
        @Nullable Integer overfittingSince,
        double learningRate,
        double seconds,
        double imagesPerSecond) {
    public RunEpoch {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch must be 0 or more, was " + epoch);
        }
        if (!Double.isFinite(trainLoss) || !Double.isFinite(validation.loss())) {
            throw new IllegalArgumentException(
                    "the losses of a finished epoch must be finite, were " + trainLoss + " and " + validation.loss());
        }
        if (overfittingSince != null && (overfittingSince < 0 || overfittingSince > epoch)) {
            throw new IllegalArgumentException(
                    "overfittingSince must be an epoch up to " + epoch + ", was " + overfittingSince);
        }
    }
}
