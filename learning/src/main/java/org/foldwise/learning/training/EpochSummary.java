package org.foldwise.learning.training;

import org.jspecify.annotations.Nullable;

/**
 * What an epoch came to.
 *
 * @param epochIndex 0, 1, ...
 * @param trainLoss mean over the training images, each at the step it took part in
 * @param validationLoss mean over the validation images, by the same loss
 * @param validationRocAuc absent where the validation images show one class only
 * @param overfitting how far the two losses are apart
 * @param learningRate of the epoch's first update, in the head
 * @param seconds the whole epoch, validation included
 * @param imagesPerSecond training images per second of training
 */
public record EpochSummary(
        int epochIndex,
        double trainLoss,
        double validationLoss,
        @Nullable Double validationRocAuc,
        OverfittingGap overfitting,
        double learningRate,
        double seconds,
        double imagesPerSecond) {}
