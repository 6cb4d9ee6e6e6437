package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.jspecify.annotations.Nullable;

@Schema(name = "Schedule", description = "How the learning rate changes in the course of a training.")
sealed interface Schedule {
    /**
     * The schedule with the defaults where this one says nothing.
     *
     * @param planned epochs of the plan behind its warm-up, 1 or more
     */
    ScheduleSpec resolved(int planned);

    @Schema(name = "ConstantSchedule", description = "The learning rate stays.")
    record Constant() implements Schedule {
        @Override
        public ScheduleSpec resolved(int planned) {
            return new ScheduleSpec.Constant();
        }
    }

    @Schema(
            name = "PlateauSchedule",
            description = "Multiplied when a metric of the validation patients stops improving.")
    record Plateau(
            StoppingRule.@Nullable Metric metric,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.1")
                    @Nullable
                    Double factor,
            @Min(0) @Schema(description = "In epochs.", example = "3") @Nullable Integer patience,
            @DecimalMin("0") @Schema(description = "What an epoch must be better by.", example = "1e-4") @Nullable
                    Double threshold,
            @Schema(description = "What the threshold is measured by.", example = "relative")
                    ScheduleSpec.@Nullable ThresholdMode thresholdMode,
            @Min(0) @Schema(description = "Epochs after a change that are not counted.", example = "0") @Nullable
                    Integer coolDown,
            @DecimalMin("0")
                    @DecimalMax("10")
                    @Schema(description = "That the rate does not fall below.", example = "0")
                    @Nullable
                    Double lowestRate)
            implements Schedule {
        @Override
        public ScheduleSpec resolved(int planned) {
            ScheduleSpec.Plateau defaults = ScheduleSpec.Plateau.DEFAULT;
            return new ScheduleSpec.Plateau(
                    Plan.or(metric, defaults.metric()),
                    Plan.or(factor, defaults.factor()),
                    Plan.or(patience, defaults.patience()),
                    Plan.or(threshold, defaults.threshold()),
                    Plan.or(thresholdMode, defaults.thresholdMode()),
                    Plan.or(coolDown, defaults.coolDown()),
                    Plan.or(lowestRate, defaults.lowestRate()));
        }
    }

    @Schema(name = "StepSchedule", description = "Multiplied after every so many epochs.")
    record Step(
            @Min(1) @Schema(description = "In epochs.", example = "10") @Nullable Integer every,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.1")
                    @Nullable
                    Double factor)
            implements Schedule {
        @Override
        public ScheduleSpec resolved(int planned) {
            ScheduleSpec.Step defaults = ScheduleSpec.Step.DEFAULT;
            return new ScheduleSpec.Step(Plan.or(every, defaults.every()), Plan.or(factor, defaults.factor()));
        }
    }

    @Schema(name = "MultiStepSchedule", description = "Multiplied after each of the epochs named.")
    record MultiStep(
            @Size(min = 1, max = 100)
                    @ArraySchema(
                            arraySchema = @Schema(description = "Numbers of finished epochs."),
                            schema = @Schema(example = "10"))
                    @Nullable
                    List<Integer> milestones,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.1")
                    @Nullable
                    Double factor)
            implements Schedule {
        public MultiStep {
            if (milestones != null && milestones.stream().anyMatch(epoch -> epoch < 1)) {
                throw new IllegalArgumentException("milestones must be numbers of 1 or more");
            }
        }

        @Override
        public ScheduleSpec resolved(int planned) {
            ScheduleSpec.MultiStep defaults = ScheduleSpec.MultiStep.DEFAULT;
            return new ScheduleSpec.MultiStep(
                    Plan.or(milestones, defaults.milestones()), Plan.or(factor, defaults.factor()));
        }
    }

    @Schema(name = "ExponentialSchedule", description = "Multiplied after each epoch.")
    record Exponential(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(example = "0.9")
                    @Nullable
                    Double factor)
            implements Schedule {
        @Override
        public ScheduleSpec resolved(int planned) {
            return new ScheduleSpec.Exponential(Plan.or(factor, ScheduleSpec.Exponential.DEFAULT.factor()));
        }
    }

    @Schema(name = "CosineSchedule", description = "Half a cosine wave down to the lowest rate.")
    record Cosine(
            @Min(1)
                    @Schema(
                            description =
                                    "From the highest to the lowest rate; absent: the plan's epochs behind its warm-up.",
                            example = "20")
                    @Nullable
                    Integer epochs,
            @DecimalMin("0") @DecimalMax("10") @Schema(example = "0") @Nullable Double lowestRate)
            implements Schedule {
        @Override
        public ScheduleSpec resolved(int planned) {
            return new ScheduleSpec.Cosine(
                    Plan.or(epochs, planned), Plan.or(lowestRate, ScheduleSpec.Cosine.DEFAULT.lowestRate()));
        }
    }

    @Schema(
            name = "CosineRestartsSchedule",
            description = "Cosine waves down to the lowest rate, each from the highest again.")
    record CosineRestarts(
            @Min(1) @Schema(description = "Of the first wave.", example = "5") @Nullable Integer epochs,
            @Min(1)
                    @Max(10)
                    @Schema(description = "Each wave lasts so many times as long as the one before.", example = "2")
                    @Nullable
                    Integer growth,
            @DecimalMin("0") @DecimalMax("10") @Schema(example = "0") @Nullable Double lowestRate)
            implements Schedule {
        @Override
        public ScheduleSpec resolved(int planned) {
            ScheduleSpec.CosineRestarts defaults = ScheduleSpec.CosineRestarts.DEFAULT;
            return new ScheduleSpec.CosineRestarts(
                    Plan.or(epochs, defaults.epochs()),
                    Plan.or(growth, defaults.growth()),
                    Plan.or(lowestRate, defaults.lowestRate()));
        }
    }

    @Schema(
            name = "OneCycleSchedule",
            description = "Over all updates the rate rises to the optimizer's and falls far below where it began.")
    record OneCycle(
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(description = "Share of all updates.", example = "0.3")
                    @Nullable
                    Double risingShare,
            @Schema(example = "cosine") ScheduleSpec.@Nullable Annealing annealing,
            @Schema(
                            description = "Whether the fall is as long as the rise, with a third phase behind.",
                            example = "false")
                    @Nullable
                    Boolean threePhases,
            @DecimalMin("1")
                    @Schema(description = "The optimizer's rate divided by the first one.", example = "25")
                    @Nullable
                    Double initialDivisor,
            @DecimalMin("1")
                    @Schema(description = "The first rate divided by the last one.", example = "10000")
                    @Nullable
                    Double finalDivisor,
            @Schema(description = "Whether momentum, in Adam beta1, goes the other way.", example = "true") @Nullable
                    Boolean cycleMomentum,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.85") @Nullable
                    Double lowestMomentum,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) @Schema(example = "0.95") @Nullable
                    Double highestMomentum)
            implements Schedule {
        public OneCycle {
            ScheduleSpec.OneCycle defaults = ScheduleSpec.OneCycle.DEFAULT;
            if (Plan.or(lowestMomentum, defaults.lowestMomentum())
                    > Plan.or(highestMomentum, defaults.highestMomentum())) {
                throw new IllegalArgumentException("the lowestMomentum must not be above the highestMomentum");
            }
        }

        @Override
        public ScheduleSpec resolved(int planned) {
            ScheduleSpec.OneCycle defaults = ScheduleSpec.OneCycle.DEFAULT;
            return new ScheduleSpec.OneCycle(
                    Plan.or(risingShare, defaults.risingShare()),
                    Plan.or(annealing, defaults.annealing()),
                    Plan.or(threePhases, defaults.threePhases()),
                    Plan.or(initialDivisor, defaults.initialDivisor()),
                    Plan.or(finalDivisor, defaults.finalDivisor()),
                    Plan.or(cycleMomentum, defaults.cycleMomentum()),
                    Plan.or(lowestMomentum, defaults.lowestMomentum()),
                    Plan.or(highestMomentum, defaults.highestMomentum()));
        }
    }

    static Schedule of(ScheduleSpec schedule) {
        if (schedule instanceof ScheduleSpec.Constant) {
            return new Constant();
        }
        if (schedule instanceof ScheduleSpec.Plateau plateau) {
            return new Plateau(
                    plateau.metric(),
                    plateau.factor(),
                    plateau.patience(),
                    plateau.threshold(),
                    plateau.thresholdMode(),
                    plateau.coolDown(),
                    plateau.lowestRate());
        }
        if (schedule instanceof ScheduleSpec.Step step) {
            return new Step(step.every(), step.factor());
        }
        if (schedule instanceof ScheduleSpec.MultiStep multiStep) {
            return new MultiStep(multiStep.milestones(), multiStep.factor());
        }
        if (schedule instanceof ScheduleSpec.Exponential exponential) {
            return new Exponential(exponential.factor());
        }
        if (schedule instanceof ScheduleSpec.Cosine cosine) {
            return new Cosine(cosine.epochs(), cosine.lowestRate());
        }
        if (schedule instanceof ScheduleSpec.CosineRestarts restarts) {
            return new CosineRestarts(restarts.epochs(), restarts.growth(), restarts.lowestRate());
        }
        var cycle = (ScheduleSpec.OneCycle) schedule;
        return new OneCycle(
                cycle.risingShare(),
                cycle.annealing(),
                cycle.threePhases(),
                cycle.initialDivisor(),
                cycle.finalDivisor(),
                cycle.cycleMomentum(),
                cycle.lowestMomentum(),
                cycle.highestMomentum());
    }
}
