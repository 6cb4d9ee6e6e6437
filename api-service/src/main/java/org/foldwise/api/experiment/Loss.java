package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.foldwise.learning.experiment.LossSpec;
import org.jspecify.annotations.Nullable;

@Schema(name = "Loss", description = "What is minimised.")
sealed interface Loss {
    LossSpec resolved();

    @Schema(
            name = "BinaryCrossEntropyLoss",
            description =
                    "Of binary and multi-label tasks: binary cross entropy on logits; the positive term of each label is"
                            + " multiplied by a weight.")
    record BinaryCrossEntropy(
            @Nullable PositiveWeight positiveWeight,
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(
                            description =
                                    "s: a positive image is asked to be so with 1 - s / 2, a negative one with s / 2.",
                            example = "0")
                    @Nullable
                    Double labelSmoothing)
            implements Loss {
        @Override
        public LossSpec resolved() {
            LossSpec.BinaryCrossEntropy defaults = LossSpec.BinaryCrossEntropy.DEFAULT;
            return new LossSpec.BinaryCrossEntropy(
                    positiveWeight == null ? defaults.positiveWeight() : positiveWeight.resolved(),
                    Plan.or(labelSmoothing, defaults.labelSmoothing()));
        }
    }

    @Schema(
            name = "CrossEntropyLoss",
            description = "Of multiclass tasks: cross entropy on logits; each image counts by its class's weight.")
    record CrossEntropy(
            @Nullable ClassWeights classWeights,
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(
                            description =
                                    "s: of K classes an image's own is asked for with 1 - s + s / K, each other with s / K.",
                            example = "0")
                    @Nullable
                    Double labelSmoothing)
            implements Loss {
        @Override
        public LossSpec resolved() {
            LossSpec.CrossEntropy defaults = LossSpec.CrossEntropy.DEFAULT;
            return new LossSpec.CrossEntropy(
                    classWeights == null ? defaults.classWeights() : classWeights.resolved(),
                    Plan.or(labelSmoothing, defaults.labelSmoothing()));
        }
    }

    @Schema(
            name = "FocalLoss",
            description =
                    "Of binary and multi-label tasks: binary cross entropy, weighed down where an image is answered"
                            + " rightly.")
    record Focal(
            @DecimalMin("-1")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(
                            description =
                                    "Weight of positives, against 1 - alpha of negatives: above 0, or -1, by which both"
                                            + " weigh 1.",
                            example = "0.25")
                    @Nullable
                    Double alpha,
            @DecimalMin("0")
                    @DecimalMax("10")
                    @Schema(description = "How little right answers count; 0 is cross entropy.", example = "2")
                    @Nullable
                    Double gamma)
            implements Loss {
        public Focal {
            if (alpha != null && alpha <= 0 && alpha != LossSpec.Focal.WITHOUT_ALPHA) {
                throw new IllegalArgumentException("alpha must be above 0, or -1");
            }
        }

        @Override
        public LossSpec resolved() {
            LossSpec.Focal defaults = LossSpec.Focal.DEFAULT;
            return new LossSpec.Focal(Plan.or(alpha, defaults.alpha()), Plan.or(gamma, defaults.gamma()));
        }
    }

    static Loss of(LossSpec loss) {
        if (loss instanceof LossSpec.Focal focal) {
            return new Focal(focal.alpha(), focal.gamma());
        }
        if (loss instanceof LossSpec.CrossEntropy ofClasses) {
            return new CrossEntropy(ClassWeights.of(ofClasses.classWeights()), ofClasses.labelSmoothing());
        }
        LossSpec.BinaryCrossEntropy crossEntropy = (LossSpec.BinaryCrossEntropy) loss;
        return new BinaryCrossEntropy(PositiveWeight.of(crossEntropy.positiveWeight()), crossEntropy.labelSmoothing());
    }
}
