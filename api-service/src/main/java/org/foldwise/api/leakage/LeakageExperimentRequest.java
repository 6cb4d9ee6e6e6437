package org.foldwise.api.leakage;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.api.experiment.FindingOverride;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.json.SeenName;
import org.jspecify.annotations.Nullable;

@Schema(description = "A leakage experiment to be started.")
record LeakageExperimentRequest(
        @NotBlank @SeenName @Size(max = 100) @Schema(example = "what the tutorial would have claimed") String name,
        @Schema(description = "The recipe. Absent: every default.") @Nullable Plan plan,
        @Min(2)
                @Max(10)
                @Schema(
                        description = "Folds of images, and as many of patients: twice as many trainings. Absent: 5.",
                        example = "5")
                @Nullable
                Integer folds,
        @Schema(
                        description = "Of the folds; the trainings' is the plan's. The same seed gives the same folds.",
                        example = "42")
                long seed,
        @Schema(description = "Why it is started in spite of blocking findings, one for each.") @Nullable
                List<FindingOverride> overrides) {
    private static final int DEFAULT_FOLDS = 5;

    public LeakageExperimentRequest {
        overrides = overrides == null ? List.of() : List.copyOf(overrides);
    }

    List<FindingOverride> allOverrides() {
        return overrides == null ? List.of() : overrides;
    }

    int foldsOrDefault() {
        return folds == null ? DEFAULT_FOLDS : folds;
    }
}
