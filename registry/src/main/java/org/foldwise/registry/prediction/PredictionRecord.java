package org.foldwise.registry.prediction;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What a model version answered. It never changes.
 *
 * @param inputDigest of the image file's bytes as a dataset keeps them: of DICOM without what names the patient
 * @param frame number of the frame, slice or page that was asked for; absent where none was named
 * @param inputFingerprint of the pixels that the network saw
 * @param binary the answer to a binary question; absent otherwise
 * @param ofClasses the answer to a question of several classes, or of labels; absent otherwise
 * @param milliseconds from the whole file to the answer
 */
public record PredictionRecord(
        UUID id,
        UUID modelVersionId,
        Digest inputDigest,
        @Nullable Integer frame,
        String inputFingerprint,
        @Nullable Binary binary,
        @Nullable OfClasses ofClasses,
        double milliseconds) {

    public PredictionRecord {
        if ((binary == null) == (ofClasses == null)) {
            throw new IllegalArgumentException(
                    "an answer must be to a binary question or of classes, was both or none");
        }
    }

    /**
     * To a binary question.
     *
     * @param probability of the positive class, in [0, 1]
     * @param threshold the version's frozen threshold; the decision is positive from there on
     */
    public record Binary(double probability, double threshold) {
        public boolean decision() {
            return probability >= threshold;
        }
    }

    /**
     * Of several classes or labels.
     *
     * @param probabilities of each class, in the model's order, each in [0, 1]
     * @param decided the classes that were decided for
     */
    public record OfClasses(List<Double> probabilities, List<String> decided) {
        public OfClasses {
            probabilities = List.copyOf(probabilities);
            decided = List.copyOf(decided);
        }
    }
}
