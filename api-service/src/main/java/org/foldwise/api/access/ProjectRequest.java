package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

@Schema(description = "A project to be made.")
record ProjectRequest(
        @NotBlank @Size(max = 100) @Schema(description = "Unique among all projects.", example = "chest-films")
                String name) {}
