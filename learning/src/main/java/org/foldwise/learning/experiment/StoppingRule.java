package org.foldwise.learning.experiment;

/**
 * When a training ends early, and which epoch's weights it keeps: those with the best value of {@code metric}.
 *
 * @param metric looked at after each epoch, on the validation patients
 * @param patience epochs in a row without improvement after which the training ends, 1 or more
 * @param minDelta an improvement must exceed this, 0 or more
 */
public record StoppingRule(Metric metric, int patience, double minDelta) {
    /** What is looked at. */
    public enum Metric {
        /** Lower is better. */
        VALIDATION_LOSS,
        /** Area under the ROC curve over the validation images; higher is better. */
        VALIDATION_ROC_AUC
    }

    public StoppingRule {
        if (patience < 1) {
            throw new IllegalArgumentException("stopping.patience must be 1 or more, was " + patience);
        }
        if (!(minDelta >= 0 && Double.isFinite(minDelta))) {
            throw new IllegalArgumentException("stopping.minDelta must be 0 or more, was " + minDelta);
        }
    }
}
