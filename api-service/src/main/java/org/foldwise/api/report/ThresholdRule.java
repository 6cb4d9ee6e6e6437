package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;

@Schema(name = "ThresholdRule", description = "How the threshold of a decision is found.")
public sealed interface ThresholdRule {

    @Schema(name = "F1ThresholdRule", description = "The threshold with the highest F1.")
    record F1() implements ThresholdRule {}

    @Schema(name = "YoudenThresholdRule", description = "The threshold with the highest sum of recall and specificity.")
    record Youden() implements ThresholdRule {}

    @Schema(
            name = "SensitivityAtLeastThresholdRule",
            description = "The highest threshold with that sensitivity on the cases looked at.")
    record SensitivityAtLeast(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "In (0, 1].", example = "0.95")
                    double minimum)
            implements ThresholdRule {}

    @Schema(
            name = "SpecificityAtLeastThresholdRule",
            description =
                    "The threshold with the highest sensitivity among those with that specificity on the cases looked at.")
    record SpecificityAtLeast(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "In (0, 1].", example = "0.9")
                    double minimum)
            implements ThresholdRule {}

    @Schema(
            name = "CostThresholdRule",
            description = "The threshold with the lowest expected cost of wrong decisions at a prevalence.")
    record Cost(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1000000000")
                    @Schema(description = "Cost of missing a positive.", example = "10")
                    double falseNegativeCost,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1000000000")
                    @Schema(description = "Cost of a false alarm, in the same unit.", example = "1")
                    double falsePositiveCost,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(
                            description = "Share of positives where the threshold will be used, in (0, 1).",
                            example = "0.1")
                    double prevalence)
            implements ThresholdRule {}

    @Schema(name = "FixedThresholdRule", description = "A threshold that is given.")
    record Fixed(@DecimalMin("0") @DecimalMax("1") @Schema(description = "In [0, 1].", example = "0.5") double value)
            implements ThresholdRule {}
}
