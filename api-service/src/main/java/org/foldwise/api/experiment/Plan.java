package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Plan",
        description =
                "The whole recipe of a training. What is left out is as in the defaults; answers leave nothing out.")
record Plan(
        @Nullable BackboneName backbone,
        @Schema(description = "What the network sees of an image.") @Nullable Image image,
        @Size(max = 20) @Schema(description = "Random changes of training images, applied in this order.") @Nullable
                List<Augmentation> augmentation,
        @Schema(description = "Whether only the head is trained.", example = "false") @Nullable Boolean freezeBackbone,
        @Nullable Head head,
        @Nullable Loss loss,
        @Nullable Optimizer optimizer,
        @Nullable Schedule schedule,
        @Min(1)
                @Max(1000)
                @Schema(description = "At most this many passes over the training images.", example = "20")
                @Nullable
                Integer epochs,
        @Min(2) @Max(1024) @Schema(description = "Images per step.", example = "16") @Nullable Integer batchSize,
        @Nullable Stopping stopping,
        @Schema(description = "Of initial weights, image order, dropout and augmentation.", example = "42") @Nullable
                Long seed) {

    @Schema(name = "PlanImage", description = "What the network sees of an image.")
    record Image(
            @Min(32) @Max(1024) @Schema(description = "Width and height in pixels.", example = "128") @Nullable
                    Integer size,
            @Min(1)
                    @Max(3)
                    @Schema(
                            description = "1 for grey films, 3 for colour.",
                            example = "1",
                            allowableValues = {"1", "3"})
                    @Nullable
                    Integer channels,
            @Schema(description = "What happens to images that are not square.") ImageSpec.@Nullable Aspect aspect) {
        Image {
            if (channels != null && channels == 2) {
                throw new IllegalArgumentException("channels must be 1 or 3");
            }
        }

        ImageSpec over(ImageSpec defaults) {
            return new ImageSpec(
                    or(size, defaults.size()), or(channels, defaults.channels()), or(aspect, defaults.aspect()));
        }
    }

    @Schema(name = "Augmentation", description = "A random change of training images.")
    sealed interface Augmentation {
        org.foldwise.learning.experiment.Augmentation resolved();

        @Schema(
                name = "RotationAugmentation",
                description = "Rotation about the centre by a random angle, corners black.")
        record Rotation(
                @DecimalMin(value = "0", inclusive = false)
                        @DecimalMax("45")
                        @Schema(description = "The largest angle to either side.", example = "10")
                        double degrees)
                implements Augmentation {
            @Override
            public org.foldwise.learning.experiment.Augmentation resolved() {
                return new org.foldwise.learning.experiment.Augmentation.Rotation(degrees);
            }
        }

        static Augmentation of(org.foldwise.learning.experiment.Augmentation augmentation) {
            var rotation = (org.foldwise.learning.experiment.Augmentation.Rotation) augmentation;
            return new Rotation(rotation.degrees());
        }
    }

    @Schema(name = "PlanHead", description = "The classifier on top: dropout, linear, ReLU, dropout, linear.")
    record Head(
            @Min(1) @Max(4096) @Schema(description = "Width of the hidden layer.", example = "256") @Nullable
                    Integer hidden,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.2") @Nullable
                    Double dropout) {
        HeadSpec over(HeadSpec defaults) {
            return new HeadSpec(or(hidden, defaults.hidden()), or(dropout, defaults.dropout()));
        }
    }

    @Schema(name = "Loss", description = "What is minimised.")
    sealed interface Loss {
        LossSpec resolved();

        @Schema(
                name = "BinaryCrossEntropyLoss",
                description = "Binary cross entropy on logits; the positive term is multiplied by a weight.")
        record BinaryCrossEntropy(
                @Schema(description = "How the weight of positive images is found.", example = "balanced")
                        LossSpec.@Nullable PositiveWeight positiveWeight)
                implements Loss {
            @Override
            public LossSpec resolved() {
                return new LossSpec.BinaryCrossEntropy(or(positiveWeight, LossSpec.PositiveWeight.BALANCED));
            }
        }

        static Loss of(LossSpec loss) {
            return new BinaryCrossEntropy(((LossSpec.BinaryCrossEntropy) loss).positiveWeight());
        }
    }

    @Schema(name = "Optimizer", description = "How weights follow gradients.")
    sealed interface Optimizer {
        OptimizerSpec resolved();

        @Schema(name = "AdamOptimizer", description = "Adam as PyTorch has it.")
        record Adam(
                @DecimalMin(value = "0", inclusive = false) @DecimalMax("10") @Schema(example = "0.001") @Nullable
                        Double learningRate,
                @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.9") @Nullable
                        Double beta1,
                @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.999") @Nullable
                        Double beta2,
                @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") @Schema(example = "1e-8") @Nullable
                        Double epsilon,
                @DecimalMin("0") @DecimalMax("1") @Schema(example = "1e-5") @Nullable Double weightDecay)
                implements Optimizer {
            @Override
            public OptimizerSpec resolved() {
                OptimizerSpec.Adam defaults = (OptimizerSpec.Adam) ExperimentPlan.DEFAULT.optimizer();
                return new OptimizerSpec.Adam(
                        or(learningRate, defaults.learningRate()),
                        or(beta1, defaults.beta1()),
                        or(beta2, defaults.beta2()),
                        or(epsilon, defaults.epsilon()),
                        or(weightDecay, defaults.weightDecay()));
            }
        }

        static Optimizer of(OptimizerSpec optimizer) {
            var adam = (OptimizerSpec.Adam) optimizer;
            return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), adam.weightDecay());
        }
    }

    @Schema(name = "Schedule", description = "How the learning rate changes from epoch to epoch.")
    sealed interface Schedule {
        ScheduleSpec resolved();

        @Schema(name = "ConstantSchedule", description = "The learning rate stays.")
        record Constant() implements Schedule {
            @Override
            public ScheduleSpec resolved() {
                return new ScheduleSpec.Constant();
            }
        }

        @Schema(name = "PlateauSchedule", description = "Multiplied when the validation loss stops falling.")
        record Plateau(
                @DecimalMin(value = "0", inclusive = false)
                        @DecimalMax(value = "1", inclusive = false)
                        @Schema(example = "0.1")
                        double factor,
                @Min(0) @Schema(description = "In epochs.", example = "3") int patience)
                implements Schedule {
            @Override
            public ScheduleSpec resolved() {
                return new ScheduleSpec.Plateau(factor, patience);
            }
        }

        static Schedule of(ScheduleSpec schedule) {
            return schedule instanceof ScheduleSpec.Plateau plateau
                    ? new Plateau(plateau.factor(), plateau.patience())
                    : new Constant();
        }
    }

    @Schema(name = "Stopping", description = "When the training ends early, and which epoch's weights it keeps.")
    record Stopping(
            StoppingRule.@Nullable Metric metric,
            @Min(1) @Schema(description = "Epochs in a row without improvement.", example = "5") @Nullable
                    Integer patience,
            @DecimalMin("0") @Schema(description = "An improvement must exceed this.", example = "0") @Nullable
                    Double minDelta) {
        StoppingRule over(StoppingRule defaults) {
            return new StoppingRule(
                    or(metric, defaults.metric()),
                    or(patience, defaults.patience()),
                    or(minDelta, defaults.minDelta()));
        }
    }

    /** The plan with the defaults where this one says nothing. */
    ExperimentPlan resolved() {
        ExperimentPlan defaults = ExperimentPlan.DEFAULT;
        return new ExperimentPlan(
                or(backbone, defaults.backbone()),
                image == null ? defaults.image() : image.over(defaults.image()),
                augmentation == null
                        ? defaults.augmentation()
                        : augmentation.stream().map(Augmentation::resolved).toList(),
                or(freezeBackbone, defaults.freezeBackbone()),
                head == null ? defaults.head() : head.over(defaults.head()),
                loss == null ? defaults.loss() : loss.resolved(),
                optimizer == null ? defaults.optimizer() : optimizer.resolved(),
                schedule == null ? defaults.schedule() : schedule.resolved(),
                or(epochs, defaults.epochs()),
                or(batchSize, defaults.batchSize()),
                stopping == null ? defaults.stopping() : stopping.over(defaults.stopping()),
                or(seed, defaults.seed()));
    }

    static Plan of(ExperimentPlan plan) {
        return new Plan(
                plan.backbone(),
                new Image(
                        plan.image().size(),
                        plan.image().channels(),
                        plan.image().aspect()),
                plan.augmentation().stream().map(Augmentation::of).toList(),
                plan.freezeBackbone(),
                new Head(plan.head().hidden(), plan.head().dropout()),
                Loss.of(plan.loss()),
                Optimizer.of(plan.optimizer()),
                Schedule.of(plan.schedule()),
                plan.epochs(),
                plan.batchSize(),
                new Stopping(
                        plan.stopping().metric(),
                        plan.stopping().patience(),
                        plan.stopping().minDelta()),
                plan.seed());
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
