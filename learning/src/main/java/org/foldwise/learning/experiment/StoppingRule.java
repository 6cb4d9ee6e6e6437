package org.foldwise.learning.experiment;

import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.ValidationFigures.ClassFigures;
import org.jspecify.annotations.Nullable;

/**
 * When a training ends early, and which epoch's weights it keeps: those with the best value of {@code metric}; until the metric
 * is defined, those of the first.
 *
 * @param metric looked at after each epoch, on the validation patients
 * @param patience epochs in a row without improvement after which the training ends, 1 or more
 * @param minDelta an improvement must exceed this, 0 or more
 */
public record StoppingRule(Metric metric, int patience, double minDelta) {
    /**
     * What is looked at. Where an epoch leaves it undefined, that epoch is no better than any other. Of more than two classes, and
     * of labels, a figure of one class is the mean over those that have validation images and others beside them, the {@linkplain
     * ClassFigures#judged judged} ones; undefined where the figure of one of these is.
     */
    public enum Metric {
        /** Lower is better, in this alone. */
        VALIDATION_LOSS,
        /** Area under the ROC curve; of several classes the mean of each against the others. */
        VALIDATION_ROC_AUC,
        /** Area under the precision-recall curve by steps; of several classes the mean of each against the others. */
        VALIDATION_AVERAGE_PRECISION,
        /** Share of decisions at 0.5 that are right, of labels the mean over them; of exclusive classes by the most probable one. */
        VALIDATION_ACCURACY,
        /** Mean of recall and specificity at 0.5, of labels over all of them; of exclusive classes the mean recall. */
        VALIDATION_BALANCED_ACCURACY,
        /** Matthews' correlation coefficient at 0.5, of labels the mean; of exclusive classes that of all of them at once. */
        VALIDATION_MATTHEWS_CORRELATION,
        /** F1 of the positive class at 0.5, of several classes the mean. */
        VALIDATION_F1,
        /** Precision of the positive class at 0.5, of several classes the mean. */
        VALIDATION_PRECISION,
        /** Recall of the positive class at 0.5, of several classes the mean. */
        VALIDATION_RECALL,
        /** Specificity at 0.5, of several classes the mean. */
        VALIDATION_SPECIFICITY;

        /** Whether an epoch with a lower value is better. */
        public boolean isLowerBetter() {
            return this == VALIDATION_LOSS;
        }

        /** Whether it says nothing where the validation images show one class only. */
        public boolean needsBothClasses() {
            return this != VALIDATION_LOSS;
        }

        /** The value, negated where higher is better; not a number where it is undefined. */
        public double lowerIsBetter(Task task, ValidationFigures figures) {
            Double value = in(task, figures);
            if (value == null) {
                return Double.NaN;
            }
            return isLowerBetter() ? value : -value;
        }

        private @Nullable Double in(Task task, ValidationFigures figures) {
            return switch (this) {
                // boxed, lest the others be unboxed
                case VALIDATION_LOSS -> Double.valueOf(figures.loss());
                case VALIDATION_ROC_AUC -> figures.rocAuc();
                case VALIDATION_AVERAGE_PRECISION -> figures.averagePrecision();
                case VALIDATION_ACCURACY -> figures.accuracy();
                case VALIDATION_BALANCED_ACCURACY -> figures.balancedAccuracy();
                case VALIDATION_MATTHEWS_CORRELATION -> figures.matthewsCorrelation();
                case VALIDATION_F1 -> figures.called(task, ClassFigures::f1);
                case VALIDATION_PRECISION -> figures.called(task, ClassFigures::precision);
                case VALIDATION_RECALL -> figures.called(task, ClassFigures::recall);
                case VALIDATION_SPECIFICITY -> figures.called(task, ClassFigures::specificity);
            };
        }
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
