package org.foldwise.api.prediction;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.prediction.Prediction;
import org.foldwise.registry.model.ModelVersion;
import org.jspecify.annotations.Nullable;

@Schema(description = "A model version's answer to one image. Not a diagnosis.")
record PredictionResponse(
        UUID predictionId,
        @Schema(example = "pneumonia") String model,
        @Schema(example = "3") int version,
        @Schema(description = "SHA-256 of the model version's bundle.") String modelSha256,
        @Schema(description = "The frame that was asked for; absent where none was named.", example = "17") @Nullable
                Integer frame,
        @Schema(
                        description =
                                "By class; they add up to 1, but for a multi-label task, where each label has its own.",
                        example = "{\"NORMAL\": 0.12, \"PNEUMONIA\": 0.88}")
                Map<String, Double> probabilities,
        @Schema(description = "Of the positive class of a binary task.", example = "0.88") @Nullable Double probability,
        @Schema(description = "Of a binary task.", example = "PNEUMONIA") @Nullable String positiveClass,
        @Schema(description = "Of a binary task: whether the probability is at or above the threshold.") @Nullable
                Boolean decision,
        @Schema(description = "Of a binary task.", example = "0.43") @Nullable Double threshold,
        @Schema(description = "Of a multiclass task the class with the highest probability.", example = "melanoma")
                @Nullable
                String predictedClass,
        @Schema(description = "Of a multi-label task each label, in the order of the dataset's classes.") @Nullable
                List<Label> labels,
        @Schema(
                        description =
                                "The classes that may be right. Absent of a multi-label task, where each label has its own, and of a version"
                                        + " without limits, which says why.")
                @Nullable
                PredictionSet predictionSet,
        @Schema(description = "Names what the network saw: equal pixels give equal fingerprints.")
                String inputFingerprint,
        @Schema(
                        description =
                                "What speaks against relying on this answer, or against having asked: that the image is, byte for byte, one"
                                        + " that a split of the model's project locks away.")
                List<String> warnings,
        Latency latency,
        @Schema(description = "Present if asked for.") @Nullable ExplanationView explanation) {
    private static final double NANOS_PER_MILLI = 1e6;

    @Schema(name = "LabelPrediction", description = "The answer about one label.")
    record Label(
            @Schema(example = "Effusion") String label,
            @Schema(example = "0.71") double probability,
            @Schema(example = "0.38") double threshold,
            @Schema(description = "Whether the probability is at or above the threshold.") boolean decision,
            @Schema(
                            description =
                                    "What may be right: that the image is without the label, that it shows it, both, or neither. Absent where"
                                            + " the version has no limits of the label.")
                    @Nullable
                    PredictionSet predictionSet) {
        static List<Label> of(Prediction prediction) {
            return prediction.thresholds().entrySet().stream()
                    .map(threshold -> new Label(
                            threshold.getKey(),
                            prediction.probabilities().getOrDefault(threshold.getKey(), 0.0),
                            threshold.getValue(),
                            prediction.decided().contains(threshold.getKey()),
                            PredictionSet.of(prediction.labelSets().get(threshold.getKey()))))
                    .toList();
        }
    }

    @Schema(
            name = "PredictionSet",
            description =
                    "The classes that may be right: for each class, as often as coverage says, the set of an image of a new patient holds"
                            + " the truth. It has limits of its own and may differ from the decision.")
    record PredictionSet(
            @Schema(description = "How often the truth is promised to be in the set.", example = "0.9") double coverage,
            @Schema(description = "In the order of the dataset's classes; of a label 'without' it, and it.")
                    List<String> classes,
            @Schema(description = "Whether the model leaves the answer open, as the set holds no class or several.")
                    boolean abstains) {
        static @Nullable PredictionSet of(Prediction.@Nullable ClassSet set) {
            return set == null ? null : new PredictionSet(set.coverage(), set.classes(), set.abstains());
        }
    }

    @Schema(name = "PredictionLatency", description = "Where the time went.")
    record Latency(
            @Schema(example = "4.1") double decodeMillis,
            @Schema(example = "2.3") double preprocessMillis,
            @Schema(example = "18.7") double inferenceMillis) {
        static Latency of(Prediction.Timing timing) {
            return new Latency(
                    timing.decode() / NANOS_PER_MILLI,
                    timing.preprocess() / NANOS_PER_MILLI,
                    timing.inference() / NANOS_PER_MILLI);
        }

        double sum() {
            return decodeMillis + preprocessMillis + inferenceMillis;
        }
    }

    static PredictionResponse of(
            UUID id,
            String model,
            ModelVersion version,
            @Nullable Integer frame,
            Prediction prediction,
            List<String> warnings,
            @Nullable ExplanationView explanation) {
        boolean binary = prediction.task() == Task.BINARY;
        return new PredictionResponse(
                id,
                model,
                version.number(),
                version.bundle().digest().hex(),
                frame,
                prediction.probabilities(),
                binary ? (Double) prediction.probability() : null,
                binary ? prediction.positiveClass() : null,
                binary ? (Boolean) prediction.positive() : null,
                binary ? (Double) prediction.threshold() : null,
                prediction.task() == Task.MULTICLASS ? prediction.decided().get(0) : null,
                prediction.task() == Task.MULTILABEL ? Label.of(prediction) : null,
                PredictionSet.of(prediction.set()),
                prediction.input().hex(),
                warnings,
                Latency.of(prediction.timing()),
                explanation);
    }
}
