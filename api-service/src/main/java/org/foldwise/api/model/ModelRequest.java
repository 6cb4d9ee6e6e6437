package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Pattern;
import java.util.UUID;

@Schema(description = "A model to be made.")
record ModelRequest(
        @Pattern(
                        regexp = "[a-z0-9][a-z0-9._-]{0,99}",
                        message =
                                "must have 1 to 100 lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit")
                @Schema(description = "Unique among all projects.", example = "pneumonia")
                String name,
        @Schema(description = "The project that it belongs to.") UUID projectId) {}
