package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.foldwise.registry.run.RunArtifact;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.jspecify.annotations.Nullable;

/** The lists that hang on a run: all of its epochs, all of its artifacts. */
final class RunDetails {
    private RunDetails() {}

    @Schema(name = "Epochs", description = "A run's finished epochs in order.")
    record EpochsResponse(List<EpochResponse> epochs) {}

    @Schema(name = "Epoch", description = "A finished epoch.")
    record EpochResponse(
            @Schema(description = "0 for the first.", example = "7") int epoch,
            @Schema(example = "0.21") double trainLoss,
            @Schema(example = "0.27") double validationLoss,
            @Schema(description = "Absent where the validation images show one class only.", example = "0.95") @Nullable
                    Double validationRocAuc,
            @Schema(example = "0.001") double learningRate,
            @Schema(description = "Validation included.", example = "41.5") double seconds,
            @Schema(example = "98.3") double imagesPerSecond) {
        static EpochResponse of(RunEpoch epoch) {
            return new EpochResponse(
                    epoch.epoch(),
                    epoch.trainLoss(),
                    epoch.validationLoss(),
                    epoch.validationRocAuc(),
                    epoch.learningRate(),
                    epoch.seconds(),
                    epoch.imagesPerSecond());
        }
    }

    @Schema(name = "RunArtifacts", description = "What a run has stored.")
    record ArtifactsResponse(List<ArtifactResponse> artifacts) {}

    @Schema(name = "RunArtifact", description = "A file that a run has stored.")
    record ArtifactResponse(
            RunArtifactKind kind,
            @Schema(description = "SHA-256 of the file.") String digest,
            @Schema(example = "44780000") long sizeBytes,
            Instant createdAt) {
        static ArtifactResponse of(RunArtifact artifact) {
            return new ArtifactResponse(
                    artifact.kind(), artifact.key().digest().hex(), artifact.sizeBytes(), artifact.createdAt());
        }
    }

    @Schema(name = "Runs", description = "The runs of an experiment in the order of their folds.")
    record RunsResponse(List<RunResponse> runs) {}
}
