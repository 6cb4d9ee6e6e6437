package org.foldwise.registry.evaluation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The threshold of a run, chosen once on its validation images and never changed. Where the most probable of several exclusive
 * classes is taken there is none to choose, and that is what was settled.
 *
 * @param evaluationId the validation that chose it
 * @param rule a JSON document: by which rule; absent where there is no threshold
 * @param chosen what it chose
 */
public record FrozenThreshold(
        UUID runId, UUID evaluationId, @Nullable String rule, ChosenThreshold chosen, Instant frozenAt) {
    /** In [0, 1]; a probability of at least that much is decided to be positive. Absent but for a binary task. */
    public @Nullable Double value() {
        return chosen.value();
    }

    /** A JSON document: what becomes of the network's probabilities before anything is decided on them; absent where they stay as they are. */
    public @Nullable String recalibration() {
        return chosen.recalibration();
    }

    /** A JSON document: the classes that may be right, or why that cannot be said; absent where nobody asked. */
    public @Nullable String predictionSets() {
        return chosen.predictionSets();
    }

    /** The same of each label, in the order of the dataset's classes; absent but for a multi-label task. */
    public @Nullable List<Double> labelValues() {
        return chosen.labelValues();
    }
}
