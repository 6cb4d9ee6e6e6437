package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

@Schema(description = "A split to be made.")
record SplitRequest(
        @NotBlank @Size(max = 100) @Schema(description = "Unique within the dataset.", example = "five folds")
                String name,
        @Schema(description = "Breaks ties; the same seed gives the same split.", example = "42") long seed,
        SplitSpec spec) {}
