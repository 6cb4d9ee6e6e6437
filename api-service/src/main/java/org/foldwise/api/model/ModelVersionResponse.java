package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersionState;

@Schema(description = "One run's weights with all that a prediction needs, in a bundle that never changes.")
record ModelVersionResponse(
        UUID id,
        @Schema(example = "pneumonia") String model,
        @Schema(description = "1, 2, ... within the model.", example = "1") int version,
        ModelVersionState state,
        @Schema(description = "The run whose weights it has.") UUID runId,
        @Schema(description = "A probability of at least that much is decided to be positive.", example = "0.43")
                double threshold,
        @Schema(description = "SHA-256 of the bundle.") String sha256,
        @Schema(description = "Size of the bundle.", example = "44790000") long sizeBytes,
        Instant createdAt) {
    static ModelVersionResponse of(String model, ModelVersion version, double threshold, long sizeBytes) {
        return new ModelVersionResponse(
                version.id(),
                model,
                version.number(),
                version.state(),
                version.runId(),
                threshold,
                version.bundle().digest().hex(),
                sizeBytes,
                version.createdAt());
    }
}
