package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.foldwise.learning.experiment.SamplingSpec;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Sampling",
        description = "Which training images an epoch shows, and how often. Other images are never sampled.")
sealed interface Sampling {
    SamplingSpec resolved();

    @Schema(name = "NaturalSampling", description = "Every image once.")
    record Natural() implements Sampling {
        @Override
        public SamplingSpec resolved() {
            return new SamplingSpec.Natural();
        }
    }

    @Schema(
            name = "WeightedSampling",
            description = "As many draws with replacement as there are images, each class equally likely.")
    record Weighted(
            @Schema(
                            description =
                                    "Whether within a class each image is equally likely, or each patient and of a patient"
                                            + " each image.",
                            example = "classesAndPatients")
                    SamplingSpec.@Nullable Balance balance)
            implements Sampling {
        @Override
        public SamplingSpec resolved() {
            return new SamplingSpec.Weighted(Plan.or(balance, SamplingSpec.Weighted.DEFAULT.balance()));
        }
    }

    @Schema(
            name = "Oversampling",
            description =
                    "Every image once, and more of each smaller class, drawn anew in each epoch with replacement.")
    record Oversampling(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(
                            description = "Images of a smaller class by those of a larger one in an epoch.",
                            example = "1")
                    @Nullable
                    Double ratio)
            implements Sampling {
        @Override
        public SamplingSpec resolved() {
            return new SamplingSpec.Oversampling(Plan.or(ratio, SamplingSpec.Oversampling.DEFAULT.ratio()));
        }
    }

    @Schema(
            name = "Undersampling",
            description = "Every image of the smallest class, and some of each larger one, others in each epoch.")
    record Undersampling(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(
                            description = "Images of a smaller class by those of a larger one in an epoch.",
                            example = "1")
                    @Nullable
                    Double ratio)
            implements Sampling {
        @Override
        public SamplingSpec resolved() {
            return new SamplingSpec.Undersampling(Plan.or(ratio, SamplingSpec.Undersampling.DEFAULT.ratio()));
        }
    }

    @Schema(
            name = "BalancedSubsetSampling",
            description =
                    "All images of the smallest class and a part of each larger one, equally many and the same in all"
                            + " epochs: one member of a balanced ensemble. Members of one seed take different parts.")
    record BalancedSubset(
            @Min(0) @Max(99) @Schema(description = "0 is the first.", example = "0") int member,
            @Min(2) @Max(100) @Schema(description = "Number of members.", example = "3") int of)
            implements Sampling {
        /** Refuses what does not fit together, where the request is read. */
        public BalancedSubset {
            if (member >= of) {
                throw new IllegalArgumentException("member must be below of");
            }
        }

        @Override
        public SamplingSpec resolved() {
            return new SamplingSpec.BalancedSubset(member, of);
        }
    }

    static Sampling of(SamplingSpec sampling) {
        if (sampling instanceof SamplingSpec.Weighted weighted) {
            return new Weighted(weighted.balance());
        }
        if (sampling instanceof SamplingSpec.Oversampling oversampling) {
            return new Oversampling(oversampling.ratio());
        }
        if (sampling instanceof SamplingSpec.Undersampling undersampling) {
            return new Undersampling(undersampling.ratio());
        }
        if (sampling instanceof SamplingSpec.BalancedSubset subset) {
            return new BalancedSubset(subset.member(), subset.of());
        }
        return new Natural();
    }
}
