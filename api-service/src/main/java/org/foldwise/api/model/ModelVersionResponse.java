package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.report.PredictionSetsView;
import org.foldwise.api.report.RecalibrationView;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersionState;
import org.jspecify.annotations.Nullable;

@Schema(
        description =
                "One run's weights, or those of an ensemble's members, with all that a prediction needs, in a bundle that never changes.")
record ModelVersionResponse(
        UUID id,
        @Schema(example = "pneumonia") String model,
        @Schema(description = "1, 2, ... within the model.", example = "1") int version,
        ModelVersionState state,
        @Schema(description = "The run whose weights it has; of an ensemble its run, which names its members.")
                UUID runId,
        @Schema(
                        description =
                                "Of a binary task: a probability of at least that much is decided to be positive.",
                        example = "0.43")
                @Nullable
                Double threshold,
        @Schema(description = "Of a multi-label task the same of each label, in the order of the dataset's classes.")
                @Nullable
                List<Double> labelThresholds,
        @Schema(description = "The probabilities that it answers are recalibrated so.") RecalibrationView recalibration,
        @Schema(description = "Absent where none were asked for.") @Nullable PredictionSetsView predictionSets,
        @Schema(description = "SHA-256 of the bundle.") String sha256,
        @Schema(description = "Size of the bundle.", example = "44790000") long sizeBytes,
        @Schema(
                        description =
                                "Patients whom the weights learned from, in training or in validation, and who were withdrawn since.",
                        example = "0")
                int withdrawals,
        Instant createdAt) {
    static ModelVersionResponse of(String model, ModelVersion version, FrozenThreshold threshold, long sizeBytes) {
        return new ModelVersionResponse(
                version.id(),
                model,
                version.number(),
                version.state(),
                version.runId(),
                threshold.value(),
                threshold.labelValues(),
                RecalibrationView.of(threshold.recalibration()),
                PredictionSetsView.of(threshold.predictionSets()),
                version.bundle().digest().hex(),
                sizeBytes,
                version.withdrawals(),
                version.createdAt());
    }
}
