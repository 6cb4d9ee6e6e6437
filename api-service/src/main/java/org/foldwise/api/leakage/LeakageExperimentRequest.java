package org.foldwise.api.leakage;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.foldwise.api.experiment.Plan;
import org.jspecify.annotations.Nullable;

@Schema(description = "A leakage experiment to be started.")
record LeakageExperimentRequest(
        @NotBlank @Size(max = 100) @Schema(example = "what the tutorial would have claimed") String name,
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
                long seed) {
    private static final int DEFAULT_FOLDS = 5;

    int foldsOrDefault() {
        return folds == null ? DEFAULT_FOLDS : folds;
    }
}
