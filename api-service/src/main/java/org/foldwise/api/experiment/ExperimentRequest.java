package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.json.SeenName;
import org.jspecify.annotations.Nullable;

@Schema(description = "An experiment to be started.")
record ExperimentRequest(
        @NotBlank @SeenName @Size(max = 100) @Schema(example = "resnet18 from scratch") String name,
        @Schema(description = "The split whose patients it trains on.") UUID splitId,
        @Schema(description = "Absent: every default.") @Nullable Plan plan,
        Procedure procedure,
        @Schema(description = "Why it is started in spite of blocking findings, one for each.") @Nullable
                List<FindingOverride> overrides) {
    public ExperimentRequest {
        overrides = overrides == null ? List.of() : List.copyOf(overrides);
    }

    List<FindingOverride> allOverrides() {
        return overrides == null ? List.of() : overrides;
    }
}
