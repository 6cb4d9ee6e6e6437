package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

@Schema(name = "SplitSpec", description = "How patients are to be split; shares are fractions of the patients.")
sealed interface SplitSpec {
    /** The same in the library's terms. */
    org.foldwise.learning.split.SplitSpec resolvable();

    static SplitSpec of(org.foldwise.learning.split.SplitSpec spec) {
        if (spec instanceof org.foldwise.learning.split.SplitSpec.Holdout holdout) {
            return new Holdout(holdout.train(), holdout.validation(), holdout.test());
        }
        var kFold = (org.foldwise.learning.split.SplitSpec.KFold) spec;
        return new KFold(kFold.folds(), kFold.test(), kFold.validation());
    }

    @Schema(name = "HoldoutSplitSpec", description = "One division into train, validation and test; they add up to 1.")
    record Holdout(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.7")
                    double train,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.15")
                    double validation,
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(description = "0 locks nothing away.", example = "0.15")
                    double test)
            implements SplitSpec {
        public Holdout {
            new org.foldwise.learning.split.SplitSpec.Holdout(train, validation, test);
        }

        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.Holdout(train, validation, test);
        }
    }

    @Schema(name = "KFoldSplitSpec", description = "Cross-validation over patients, with a locked test subset.")
    record KFold(
            @Min(2) @Max(50) @Schema(example = "5") int folds,
            @DecimalMin("0")
                    @DecimalMax("0.9")
                    @Schema(description = "Share of all patients to lock away.", example = "0.15")
                    double test,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("0.5")
                    @Schema(
                            description =
                                    "Share of each fold's remaining patients that early stopping and thresholds look at.",
                            example = "0.15")
                    double validation)
            implements SplitSpec {
        @Override
        public org.foldwise.learning.split.SplitSpec resolvable() {
            return new org.foldwise.learning.split.SplitSpec.KFold(folds, test, validation);
        }
    }
}
