package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.access.Project;

@Schema(description = "What datasets and models belong to.")
record ProjectResponse(
        UUID id,
        @Schema(example = "chest-films") String name,
        @Schema(
                        description =
                                "Whether all its datasets refuse DICOM files that say they hold burned-in text, or that do not say they"
                                        + " are de-identified.",
                        example = "true")
                boolean deidentifiedOnly,
        Instant createdAt) {
    static ProjectResponse of(Project project) {
        return new ProjectResponse(project.id(), project.name(), project.deidentifiedOnly(), project.createdAt());
    }
}
