package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Min;

@Schema(description = "Where an alias is to point.")
record AliasRequest(@Min(1) @Schema(description = "Number of the version.", example = "1") int version) {}
