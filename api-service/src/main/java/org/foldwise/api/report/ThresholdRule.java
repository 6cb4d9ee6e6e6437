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

    @Schema(name = "FixedThresholdRule", description = "A threshold that is given.")
    record Fixed(@DecimalMin("0") @DecimalMax("1") @Schema(description = "In [0, 1].", example = "0.5") double value)
            implements ThresholdRule {}
}
