package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.model.Model;

@Schema(description = "A named line of versions.")
record ModelResponse(UUID id, UUID projectId, @Schema(example = "pneumonia") String name, Instant createdAt) {
    static ModelResponse of(Model model) {
        return new ModelResponse(model.id(), model.projectId(), model.name(), model.createdAt());
    }
}
