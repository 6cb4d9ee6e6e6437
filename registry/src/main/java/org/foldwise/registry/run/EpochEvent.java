package org.foldwise.registry.run;

import java.util.List;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.ValidationFigures.ClassFigures;
import org.jspecify.annotations.Nullable;

/**
 * What an event tells of a finished epoch: the same words as in the list of a run's epochs.
 *
 * @param epoch 0 for the first
 * @param overfittingGap validation loss minus training loss
 */
record EpochEvent(
        int epoch,
        double trainLoss,
        double validationLoss,
        @Nullable Double validationRocAuc,
        @Nullable Double validationAveragePrecision,
        @Nullable Double validationAccuracy,
        @Nullable Double validationBalancedAccuracy,
        @Nullable Double validationMatthewsCorrelation,
        List<ClassFigures> validationClasses,
        double overfittingGap,
        @Nullable Integer overfittingSince,
        double learningRate,
        double seconds,
        double imagesPerSecond) {
    static EpochEvent of(RunEpoch epoch) {
        ValidationFigures validation = epoch.validation();
        return new EpochEvent(
                epoch.epoch(),
                epoch.trainLoss(),
                validation.loss(),
                validation.rocAuc(),
                validation.averagePrecision(),
                validation.accuracy(),
                validation.balancedAccuracy(),
                validation.matthewsCorrelation(),
                validation.classes(),
                validation.loss() - epoch.trainLoss(),
                epoch.overfittingSince(),
                epoch.learningRate(),
                epoch.seconds(),
                epoch.imagesPerSecond());
    }
}
