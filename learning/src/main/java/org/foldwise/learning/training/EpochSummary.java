package org.foldwise.learning.training;

import org.foldwise.learning.metrics.ValidationFigures;
import org.jspecify.annotations.Nullable;

/**
 * What an epoch came to.
 *
 * @param epochIndex 0, 1, ...
 * @param trainLoss mean over the training images, each at the step it took part in
 * @param validation figures of the validation images, their loss by the same formula
 * @param overfitting how far the two losses are apart
 * @param learningRate of the epoch's first update, in the head
 * @param seconds the whole epoch, validation included
 * @param imagesPerSecond training images per second of training
 */
public record EpochSummary(
        int epochIndex,
        double trainLoss,
        ValidationFigures validation,
        OverfittingGap overfitting,
        double learningRate,
        double seconds,
        double imagesPerSecond) {
    /** Mean loss over the validation images. */
    public double validationLoss() {
        return validation.loss();
    }

    /** Absent where the validation images show one class only. */
    public @Nullable Double validationRocAuc() {
        return validation.rocAuc();
    }

    /** The first of the epochs in a row that overfit, this one the last; absent while they do not. */
    public @Nullable Integer overfittingSince() {
        return overfitting.isOpen() ? (Integer) (epochIndex - overfitting.epochsApart() + 1) : null;
    }
}
