package org.foldwise.learning.training;

import org.jspecify.annotations.Nullable;

/**
 * What an epoch came to.
 *
 * @param epochIndex 0, 1, ...
 * @param trainLoss mean over the training images, each at the step it took part in
 * @param validationLoss mean over the validation images, with the same weight of positives
 * @param validationRocAuc absent where the validation images show one class only
 * @param learningRate in force during the epoch
 * @param seconds the whole epoch, validation included
 * @param imagesPerSecond training images per second of training
 */
public record EpochSummary(
        int epochIndex,
        double trainLoss,
        double validationLoss,
        @Nullable Double validationRocAuc,
        double learningRate,
        double seconds,
        double imagesPerSecond) {}
