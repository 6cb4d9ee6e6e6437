package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.foldwise.api.json.SeenName;
import org.jspecify.annotations.Nullable;

@Schema(description = "A project to be made.")
record ProjectRequest(
        @NotBlank
                @SeenName
                @Size(max = 100)
                @Schema(description = "Unique among all projects.", example = "chest-films")
                String name,
        @Schema(
                        description =
                                "Whether all its datasets refuse DICOM files that say they hold burned-in text, or that do not say they"
                                        + " are de-identified, for good; absent: each dataset says so for itself.",
                        example = "true")
                @Nullable
                Boolean deidentifiedOnly) {}
