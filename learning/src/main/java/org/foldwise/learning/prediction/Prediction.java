package org.foldwise.learning.prediction;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.foldwise.learning.provenance.Digest;

/**
 * A model's answer to one image.
 *
 * @param probability of the positive class, in [0, 1]
 * @param positive whether the probability is at or above the threshold
 * @param threshold the model's
 * @param positiveClass name of the positive class
 * @param probabilities of all classes by name, in the model's order; they add up to 1
 * @param input names what the network saw: the digest of the preprocessed pixels and of the preprocessing
 * @param timing where the time went
 */
public record Prediction(
        double probability,
        boolean positive,
        double threshold,
        String positiveClass,
        Map<String, Double> probabilities,
        Digest input,
        Timing timing) {
    public Prediction {
        probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
    }

    /**
     * Parts of the time a prediction took, in nanoseconds.
     *
     * @param decode from the file to upright pixels
     * @param preprocess from those to the network's input
     * @param inference from that to the probability
     */
    public record Timing(long decode, long preprocess, long inference) {}
}
