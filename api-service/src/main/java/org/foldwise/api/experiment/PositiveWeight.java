package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Schema(name = "PositiveWeight", description = "What the loss of positive images is multiplied by.")
sealed interface PositiveWeight {
    org.foldwise.learning.experiment.PositiveWeight resolved();

    @Schema(name = "NoPositiveWeight", description = "Every image counts the same.")
    record None() implements PositiveWeight {
        @Override
        public org.foldwise.learning.experiment.PositiveWeight resolved() {
            return new org.foldwise.learning.experiment.PositiveWeight.None();
        }
    }

    @Schema(
            name = "BalancedPositiveWeight",
            description = "Negatives divided by positives among the fold's training images.")
    record Balanced() implements PositiveWeight {
        @Override
        public org.foldwise.learning.experiment.PositiveWeight resolved() {
            return new org.foldwise.learning.experiment.PositiveWeight.Balanced();
        }
    }

    @Schema(
            name = "EffectiveNumberPositiveWeight",
            description =
                    "The same of effective numbers, 1 - beta^n of n images: the more there are of a class, the less"
                            + " another one adds.")
    record EffectiveNumber(
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(description = "0 is no weight; towards 1 it becomes the balanced one.", example = "0.999")
                    @Nullable
                    Double beta)
            implements PositiveWeight {
        @Override
        public org.foldwise.learning.experiment.PositiveWeight resolved() {
            return new org.foldwise.learning.experiment.PositiveWeight.EffectiveNumber(
                    Plan.or(beta, org.foldwise.learning.experiment.PositiveWeight.EffectiveNumber.DEFAULT.beta()));
        }
    }

    @Schema(
            name = "FixedPerLabelPositiveWeight",
            description = "Weights that are given for each label of a multi-label task.")
    record FixedPerLabel(
            @Size(min = 1, max = 200)
                    @ArraySchema(
                            arraySchema =
                                    @Schema(description = "One for each label, in the order of the dataset's classes."),
                            schema =
                                    @Schema(
                                            minimum = "0",
                                            exclusiveMinimumValue = 0,
                                            maximum = "10000",
                                            example = "2.5"))
                    List<@DecimalMin(value = "0", inclusive = false) @DecimalMax("10000") Double> values)
            implements PositiveWeight {
        @Override
        public org.foldwise.learning.experiment.PositiveWeight resolved() {
            return new org.foldwise.learning.experiment.PositiveWeight.FixedPerLabel(values);
        }
    }

    @Schema(name = "FixedPositiveWeight", description = "A weight that is given.")
    record Fixed(@DecimalMin(value = "0", inclusive = false) @DecimalMax("10000") @Schema(example = "2.5") double value)
            implements PositiveWeight {
        @Override
        public org.foldwise.learning.experiment.PositiveWeight resolved() {
            return new org.foldwise.learning.experiment.PositiveWeight.Fixed(value);
        }
    }

    static PositiveWeight of(org.foldwise.learning.experiment.PositiveWeight weight) {
        if (weight instanceof org.foldwise.learning.experiment.PositiveWeight.None) {
            return new None();
        }
        if (weight instanceof org.foldwise.learning.experiment.PositiveWeight.Balanced) {
            return new Balanced();
        }
        if (weight instanceof org.foldwise.learning.experiment.PositiveWeight.EffectiveNumber effective) {
            return new EffectiveNumber(effective.beta());
        }
        if (weight instanceof org.foldwise.learning.experiment.PositiveWeight.FixedPerLabel fixed) {
            return new FixedPerLabel(fixed.values());
        }
        return new Fixed(((org.foldwise.learning.experiment.PositiveWeight.Fixed) weight).value());
    }
}
