package org.foldwise.registry.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a validation settled of how decisions are made.
 *
 * @param value in [0, 1]: from there on a binary task's probability is decided to be positive; absent in other tasks
 * @param labelValues the same of each label of a multi-label task, in the order of the dataset's classes; absent in other tasks
 * @param recalibration a JSON document: what becomes of the network's probabilities before; absent where they stay as they are
 * @param predictionSets a JSON document: the classes that may be right, or why that cannot be said; absent where nobody asked
 */
public record ChosenThreshold(
        @Nullable Double value,
        @Nullable List<Double> labelValues,
        @Nullable String recalibration,
        @Nullable String predictionSets) {
    /** The most probable of several exclusive classes is taken. */
    public static final ChosenThreshold NONE = new ChosenThreshold(null, null, null, null);

    /** A threshold of probabilities as the network gives them, and nothing else. */
    public ChosenThreshold(@Nullable Double value, @Nullable List<Double> labelValues) {
        this(value, labelValues, null, null);
    }

    public ChosenThreshold {
        labelValues = labelValues == null ? null : List.copyOf(labelValues);
        if (value != null && labelValues != null) {
            throw new IllegalArgumentException("a threshold is one, or one for each label");
        }
        if ((value != null && !isShare(value))
                || (labelValues != null
                        && (labelValues.isEmpty() || !labelValues.stream().allMatch(ChosenThreshold::isShare)))) {
            throw new IllegalArgumentException("thresholds must be in [0, 1], were " + value + " and " + labelValues);
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }

    /** Whether there is any. */
    public boolean isPresent() {
        return value != null || labelValues != null;
    }
}
