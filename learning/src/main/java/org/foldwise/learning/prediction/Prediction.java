package org.foldwise.learning.prediction;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A model's answer to one image.
 *
 * @param task what was asked
 * @param probabilities of all classes by name, in the model's order, each in [0, 1]; they add up to 1 where classes exclude each
 *     other
 * @param thresholds the model's, at or above which a class is decided for, by name: of a binary task of its positive class, of a
 *     multi-label task of each label; none where the most probable class is taken
 * @param decided the classes that are decided for, in the model's order: one where classes exclude each other, otherwise any number
 * @param set of classes that exclude each other those that may be right; absent where the model has no prediction sets
 * @param labelSets of each label that has sets {@linkplain org.foldwise.learning.metrics.conformal.LabelSets#answers what may be right}
 * @param input names what the network saw: the digest of the preprocessed pixels and of the preprocessing
 * @param timing where the time went
 */
public record Prediction(
        Task task,
        Map<String, Double> probabilities,
        Map<String, Double> thresholds,
        List<String> decided,
        @Nullable ClassSet set,
        Map<String, ClassSet> labelSets,
        Digest input,
        Timing timing) {
    public Prediction {
        probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
        thresholds = Collections.unmodifiableMap(new LinkedHashMap<>(thresholds));
        decided = List.copyOf(decided);
        labelSets = Collections.unmodifiableMap(new LinkedHashMap<>(labelSets));
    }

    /**
     * The classes that may be right.
     *
     * @param coverage how often the truth is promised to be among them, in (0, 1)
     * @param classes in the model's order; none where the image is unlike those the limits come from
     */
    public record ClassSet(double coverage, List<String> classes) {
        public ClassSet {
            classes = List.copyOf(classes);
        }

        /** Whether the model leaves the answer open: no class, or several. */
        public boolean abstains() {
            return classes.size() != 1;
        }
    }

    /**
     * Parts of the time a prediction took, in nanoseconds.
     *
     * @param decode from the file to upright pixels
     * @param preprocess from those to the network's input
     * @param inference from that to the probability
     */
    public record Timing(long decode, long preprocess, long inference) {}

    /** Of a binary task the probability of its positive class, in [0, 1]. */
    public double probability() {
        return probabilities.getOrDefault(positiveClass(), Double.NaN);
    }

    /** Of a binary task whether the probability is at or above the threshold. */
    public boolean positive() {
        return decided.contains(positiveClass());
    }

    /** The threshold of a binary task. */
    public double threshold() {
        return thresholds.getOrDefault(positiveClass(), Double.NaN);
    }

    /**
     * Name of a binary task's positive class.
     *
     * @throws IllegalStateException if the task is another
     */
    public String positiveClass() {
        if (task != Task.BINARY) {
            throw new IllegalStateException(task.words() + " has no positive class");
        }
        return List.copyOf(probabilities.keySet()).get(1);
    }
}
