package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Size;
import java.util.List;

@Schema(name = "ClassWeights", description = "What the loss of an image is multiplied by, according to its class.")
sealed interface ClassWeights {
    org.foldwise.learning.experiment.ClassWeights resolved();

    @Schema(name = "NoClassWeights", description = "Every image counts the same.")
    record None() implements ClassWeights {
        @Override
        public org.foldwise.learning.experiment.ClassWeights resolved() {
            return new org.foldwise.learning.experiment.ClassWeights.None();
        }
    }

    @Schema(
            name = "BalancedClassWeights",
            description = "n / (K n_k) for n training images of K classes, n_k of them of the class.")
    record Balanced() implements ClassWeights {
        @Override
        public org.foldwise.learning.experiment.ClassWeights resolved() {
            return new org.foldwise.learning.experiment.ClassWeights.Balanced();
        }
    }

    @Schema(name = "FixedClassWeights", description = "Weights that are given.")
    record Fixed(
            @Size(min = 3, max = 200)
                    @ArraySchema(
                            arraySchema =
                                    @Schema(description = "One for each class, in the order of the dataset's classes."),
                            schema =
                                    @Schema(
                                            minimum = "0",
                                            exclusiveMinimumValue = 0,
                                            maximum = "10000",
                                            example = "2.5"))
                    List<@DecimalMin(value = "0", inclusive = false) @DecimalMax("10000") Double> values)
            implements ClassWeights {
        @Override
        public org.foldwise.learning.experiment.ClassWeights resolved() {
            return new org.foldwise.learning.experiment.ClassWeights.Fixed(values);
        }
    }

    static ClassWeights of(org.foldwise.learning.experiment.ClassWeights weights) {
        if (weights instanceof org.foldwise.learning.experiment.ClassWeights.None) {
            return new None();
        }
        return weights instanceof org.foldwise.learning.experiment.ClassWeights.Fixed fixed
                ? new Fixed(fixed.values())
                : new Balanced();
    }
}
