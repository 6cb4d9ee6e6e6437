package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@Schema(description = "An experiment to be started.")
record ExperimentRequest(
        @NotBlank @Size(max = 100) @Schema(example = "resnet18 from scratch") String name,
        @Schema(description = "The split whose patients it trains on.") UUID splitId,
        @Schema(description = "Absent: every default.") @Nullable Plan plan,
        Procedure procedure) {}
