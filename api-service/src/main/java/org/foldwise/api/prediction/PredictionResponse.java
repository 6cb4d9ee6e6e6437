package org.foldwise.api.prediction;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.learning.prediction.Prediction;
import org.foldwise.registry.model.ModelVersion;
import org.jspecify.annotations.Nullable;

@Schema(description = "A model version's answer to one image. Not a diagnosis.")
record PredictionResponse(
        UUID predictionId,
        @Schema(example = "pneumonia") String model,
        @Schema(example = "3") int version,
        @Schema(description = "SHA-256 of the model version's bundle.") String modelSha256,
        @Schema(description = "By class; they add up to 1.", example = "{\"NORMAL\": 0.12, \"PNEUMONIA\": 0.88}")
                Map<String, Double> probabilities,
        @Schema(description = "Of the positive class.", example = "0.88") double probability,
        @Schema(example = "PNEUMONIA") String positiveClass,
        @Schema(description = "Whether the probability is at or above the threshold.") boolean decision,
        @Schema(example = "0.43") double threshold,
        @Schema(description = "Names what the network saw: equal pixels give equal fingerprints.")
                String inputFingerprint,
        @Schema(description = "What speaks against relying on this answer.") List<String> warnings,
        Latency latency,
        @Schema(description = "Present if asked for.") @Nullable ExplanationView explanation) {
    private static final double NANOS_PER_MILLI = 1e6;

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
            Prediction prediction,
            List<String> warnings,
            @Nullable ExplanationView explanation) {
        return new PredictionResponse(
                id,
                model,
                version.number(),
                version.bundle().digest().hex(),
                prediction.probabilities(),
                prediction.probability(),
                prediction.positiveClass(),
                prediction.positive(),
                prediction.threshold(),
                prediction.input().hex(),
                warnings,
                Latency.of(prediction.timing()),
                explanation);
    }
}
