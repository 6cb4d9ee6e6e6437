package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.AnatomySpec;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.FreezeSpec;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.UpdateSpec;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.imaging.ResizeFilter;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Plan",
        description =
                "The whole recipe of a training. What is left out is as in the defaults; answers leave nothing out.")
public record Plan(
        @Nullable BackboneName backbone,
        @Nullable Pretrained pretrained,
        @Schema(description = "What the network sees of an image.") @Nullable Image image,
        @Nullable Anatomy anatomy,
        @Size(max = 20) @Schema(description = "Random changes of training images, applied in this order.") @Nullable
                List<Augmentation> augmentation,
        @Nullable Sampling sampling,
        @Nullable Freeze freeze,
        @Size(min = BackboneName.STAGES, max = BackboneName.STAGES)
                @ArraySchema(
                        arraySchema =
                                @Schema(
                                        description =
                                                "What the optimizer's learning rate is multiplied by, before the schedule, in each of"
                                                        + " the backbone's five stages; the head has 1."),
                        schema = @Schema(minimum = "0", exclusiveMinimumValue = 0, maximum = "10", example = "1"))
                @Nullable
                List<@DecimalMin(value = "0", inclusive = false) @DecimalMax("10") Double> stageRates,
        @Nullable Head head,
        @Nullable Loss loss,
        @Nullable Optimizer optimizer,
        @Nullable Schedule schedule,
        @Nullable WarmUp warmUp,
        @Nullable Update update,
        @DecimalMin("0")
                @Schema(
                        description = "The length that all gradients together are cut to; 0 leaves them.",
                        example = "0")
                @Nullable
                Double clipNorm,
        @Min(1)
                @Max(1000)
                @Schema(description = "At most this many passes over the training images.", example = "20")
                @Nullable
                Integer epochs,
        @Min(2) @Max(1024) @Schema(description = "Images per step.", example = "16") @Nullable Integer batchSize,
        @Schema(
                        description =
                                "What convolutions and linear layers are computed in while training. bfloat16 is taken on a GPU, and on a"
                                        + " processor where it is faster; float16, with a scaled loss, on a GPU alone. A run's"
                                        + " provenance says what was taken and why.",
                        example = "float32")
                @Nullable
                Precision precision,
        @Schema(
                        description =
                                "What the backbone is computed in when the trained model answers, in evaluations as in predictions."
                                        + " float16 is refused. bfloat16 is taken where the machine that trains is faster in it; a run's provenance says what"
                                        + " was taken and why, and everything that answers obeys it.",
                        example = "float32")
                @Nullable
                Precision predictionPrecision,
        @Nullable Stopping stopping,
        @Schema(description = "Of initial weights, sampling, image order, dropout and augmentation.", example = "42")
                @Nullable
                Long seed) {

    @Schema(name = "Pretrained", description = "What the backbone's weights are before the first step.")
    record Pretrained(
            @Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
                    @Schema(
                            description = "Name of a weight set, see /weight-sets; none for weights that are drawn.",
                            example = "none")
                    @Nullable
                    String weights) {
        PretrainedSpec over(PretrainedSpec defaults) {
            return new PretrainedSpec(or(weights, defaults.weights()));
        }
    }

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
            @Schema(description = "What happens to images that are not square.") ImageSpec.@Nullable Aspect aspect,
            @Min(0)
                    @Max(4096)
                    @Schema(
                            description =
                                    "Only with the aspect centreCrop: pixels of the shorter side before the square is cut"
                                            + " out; 0 for 8/7 of the size.",
                            example = "0")
                    @Nullable
                    Integer shorterSide,
            @Schema(description = "How pixels are mixed when an image is resized.") @Nullable
                    ResizeFilter interpolation,
            @Schema(description = "What is done to grey levels first.") ImageSpec.@Nullable Contrast contrast,
            @Schema(
                            description =
                                    "Which mean and standard deviation samples are normalised by: those of ImageNet, or those fitted"
                                            + " to the fold's own training images; a run's provenance has the numbers.")
                    ImageSpec.@Nullable Normalisation normalisation,
            @Nullable Window window) {
        Image {
            if (channels != null && channels == 2) {
                throw new IllegalArgumentException("channels must be 1 or 3");
            }
            if (shorterSide != null && shorterSide != 0) {
                int wanted = or(size, ExperimentPlan.DEFAULT.image().size());
                if (or(aspect, ExperimentPlan.DEFAULT.image().aspect()) != ImageSpec.Aspect.CENTRE_CROP) {
                    throw new IllegalArgumentException("shorterSide must be 0 unless the aspect is centreCrop");
                }
                if (shorterSide < wanted) {
                    throw new IllegalArgumentException("shorterSide must be 0 or at least size");
                }
            }
        }

        ImageSpec over(ImageSpec defaults) {
            return new ImageSpec(
                    or(size, defaults.size()),
                    or(channels, defaults.channels()),
                    or(aspect, defaults.aspect()),
                    or(shorterSide, defaults.shorterSide()),
                    or(interpolation, defaults.interpolation()),
                    or(contrast, defaults.contrast()),
                    or(normalisation, defaults.normalisation()),
                    window == null ? defaults.window() : window.resolved());
        }

        static Image of(ImageSpec image) {
            return new Image(
                    image.size(),
                    image.channels(),
                    image.aspect(),
                    image.shorterSide(),
                    image.interpolation(),
                    image.contrast(),
                    image.normalisation(),
                    Window.of(image.window()));
        }
    }

    @Schema(
            name = "Anatomy",
            description =
                    "What about the position of a body part in its images carries meaning; flips are refused where"
                            + " it does.")
    record Anatomy(
            @Schema(description = "Left and right.") AnatomySpec.@Nullable Relevance laterality,
            @Schema(description = "Top and bottom.") AnatomySpec.@Nullable Relevance upright) {
        AnatomySpec over(AnatomySpec defaults) {
            return new AnatomySpec(or(laterality, defaults.laterality()), or(upright, defaults.upright()));
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

    @Schema(
            name = "Freeze",
            description =
                    "Which stages of the backbone are trained, and from when on. It has five, from the image upwards.")
    record Freeze(
            @Min(0)
                    @Max(BackboneName.STAGES)
                    @Schema(
                            description = "The first so many stages get no gradients; 5 trains the head alone.",
                            example = "0")
                    @Nullable
                    Integer stages,
            @Size(max = BackboneName.STAGES)
                    @ArraySchema(
                            arraySchema =
                                    @Schema(
                                            description =
                                                    "At the beginning of each of these epochs the uppermost frozen stage is"
                                                            + " trained from there on; ascending, the first epoch is 0."),
                            schema = @Schema(example = "5"))
                    @Nullable
                    List<Integer> unfreezeAt,
            @Schema(
                            description =
                                    "Whether batch normalisation in frozen stages follows the batches all the same.",
                            example = "false")
                    @Nullable
                    Boolean statisticsMove) {
        /** Refuses what does not fit together, where the request is read. */
        Freeze {
            over(ExperimentPlan.DEFAULT.freeze(), stages, unfreezeAt, statisticsMove);
        }

        FreezeSpec over(FreezeSpec defaults) {
            return over(defaults, stages, unfreezeAt, statisticsMove);
        }

        private static FreezeSpec over(
                FreezeSpec defaults,
                @Nullable Integer stages,
                @Nullable List<Integer> unfreezeAt,
                @Nullable Boolean statisticsMove) {
            return new FreezeSpec(
                    or(stages, defaults.stages()),
                    or(unfreezeAt, defaults.unfreezeAt()),
                    or(statisticsMove, defaults.statisticsMove()));
        }

        static Freeze of(FreezeSpec freeze) {
            return new Freeze(freeze.stages(), freeze.unfreezeAt(), freeze.statisticsMove());
        }
    }

    @Schema(name = "WarmUp", description = "A beginning at a lower learning rate, which grows from update to update.")
    record WarmUp(
            @Min(0) @Max(1000) @Schema(description = "That it lasts; 0 for none.", example = "0") @Nullable
                    Integer epochs,
            @DecimalMin(value = "0", inclusive = false)
                    @DecimalMax("1")
                    @Schema(description = "The first update's rate as a share of the optimizer's.", example = "0.1")
                    @Nullable
                    Double startFactor) {
        WarmUpSpec over(WarmUpSpec defaults) {
            return new WarmUpSpec(or(epochs, defaults.epochs()), or(startFactor, defaults.startFactor()));
        }
    }

    @Schema(name = "Update", description = "How gradients of batches become changes of weights.")
    record Update(
            @Min(1) @Max(1024) @Schema(description = "Batches that make one update together.", example = "1") @Nullable
                    Integer batchesPerUpdate,
            @DecimalMin("0")
                    @DecimalMax(value = "1", inclusive = false)
                    @Schema(
                            description =
                                    "The share of themselves that averaged weights keep at an update; 0 for no averaging.",
                            example = "0")
                    @Nullable
                    Double averagingDecay,
            @DecimalMin("0")
                    @Schema(
                            description =
                                    "How many times the loss of chance a batch's loss may reach before the run fails as"
                                            + " diverged: above 1, or 0 for no limit.",
                            example = "100")
                    @Nullable
                    Double explosionFactor) {
        Update {
            if (explosionFactor != null && explosionFactor != 0 && explosionFactor <= 1) {
                throw new IllegalArgumentException("explosionFactor must be 0 or above 1");
            }
        }

        UpdateSpec over(UpdateSpec defaults) {
            return new UpdateSpec(
                    or(batchesPerUpdate, defaults.batchesPerUpdate()),
                    or(averagingDecay, defaults.averagingDecay()),
                    or(explosionFactor, defaults.explosionFactor()));
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

    private static final AnatomySpec ALLOWS_ALL =
            new AnatomySpec(AnatomySpec.Relevance.IRRELEVANT, AnatomySpec.Relevance.IRRELEVANT);

    /**
     * The plan of a request with every default filled in.
     *
     * @param plan absent: every default
     * @throws RefusedException if its parts, allowed each by itself, are not allowed together, with every step of the augmentation that its
     *     anatomy rules out
     */
    public static ExperimentPlan complete(@Nullable Plan plan, Task task) {
        if (plan == null) {
            return ExperimentPlan.defaultFor(task);
        }
        AnatomySpec anatomy = plan.anatomyOver(ExperimentPlan.defaultFor(task));
        List<Mistake> mistakes = new ArrayList<>(plan.conflicts(anatomy));
        try {
            // where steps contradict the anatomy, the rest is looked at as if they did not
            ExperimentPlan complete = plan.resolved(task, mistakes.isEmpty() ? anatomy : ALLOWS_ALL);
            if (mistakes.isEmpty()) {
                return complete;
            }
        } catch (IllegalArgumentException e) {
            mistakes.add(new Mistake("/plan", String.valueOf(e.getMessage())));
        }
        throw RefusedException.invalid(mistakes);
    }

    private AnatomySpec anatomyOver(ExperimentPlan defaults) {
        return anatomy == null ? defaults.anatomy() : anatomy.over(defaults.anatomy());
    }

    /** What in which step of the augmentation the anatomy rules out. */
    private List<Mistake> conflicts(AnatomySpec anatomyOrDefault) {
        List<Mistake> conflicts = new ArrayList<>();
        for (int i = 0; augmentation != null && i < augmentation.size(); i++) {
            String pointer = Mistake.pointer("/plan/augmentation", i);
            anatomyOrDefault
                    .conflict(augmentation.get(i).resolved())
                    .ifPresent(conflict -> conflicts.add(new Mistake(pointer, conflict)));
        }
        return conflicts;
    }

    /** The plan for a binary task with the defaults where this one says nothing. */
    ExperimentPlan resolved() {
        return resolved(Task.BINARY);
    }

    /** The plan for that task with the defaults where this one says nothing. */
    ExperimentPlan resolved(Task task) {
        return resolved(task, anatomyOver(ExperimentPlan.defaultFor(task)));
    }

    private ExperimentPlan resolved(Task task, AnatomySpec anatomyOrDefault) {
        ExperimentPlan defaults = ExperimentPlan.defaultFor(task);
        int allowed = or(epochs, defaults.epochs());
        WarmUpSpec beginning = warmUp == null ? defaults.warmUp() : warmUp.over(defaults.warmUp());
        return new ExperimentPlan(
                or(backbone, defaults.backbone()),
                pretrained == null ? defaults.pretrained() : pretrained.over(defaults.pretrained()),
                image == null ? defaults.image() : image.over(defaults.image()),
                anatomyOrDefault,
                augmentation == null
                        ? defaults.augmentation()
                        : augmentation.stream().map(Augmentation::resolved).toList(),
                sampling == null ? defaults.sampling() : sampling.resolved(),
                freeze == null ? defaults.freeze() : freeze.over(defaults.freeze()),
                or(stageRates, defaults.stageRates()),
                head == null ? defaults.head() : head.over(defaults.head()),
                loss == null ? defaults.loss() : loss.resolved(),
                optimizer == null ? defaults.optimizer() : optimizer.resolved(),
                schedule == null ? defaults.schedule() : schedule.resolved(beginning.epochsBehind(allowed)),
                beginning,
                update == null ? defaults.update() : update.over(defaults.update()),
                or(clipNorm, defaults.clipNorm()),
                allowed,
                or(batchSize, defaults.batchSize()),
                or(precision, defaults.precision()),
                or(predictionPrecision, defaults.predictionPrecision()),
                stopping == null ? defaults.stopping() : stopping.over(defaults.stopping()),
                or(seed, defaults.seed()));
    }

    /** A plan as answers show it, nothing left out. */
    public static Plan of(ExperimentPlan plan) {
        return new Plan(
                plan.backbone(),
                new Pretrained(plan.pretrained().weights()),
                Image.of(plan.image()),
                new Anatomy(plan.anatomy().laterality(), plan.anatomy().upright()),
                plan.augmentation().stream().map(Augmentation::of).toList(),
                Sampling.of(plan.sampling()),
                Freeze.of(plan.freeze()),
                plan.stageRates(),
                new Head(plan.head().hidden(), plan.head().dropout()),
                Loss.of(plan.loss()),
                Optimizer.of(plan.optimizer()),
                Schedule.of(plan.schedule()),
                new WarmUp(plan.warmUp().epochs(), plan.warmUp().startFactor()),
                new Update(
                        plan.update().batchesPerUpdate(),
                        plan.update().averagingDecay(),
                        plan.update().explosionFactor()),
                plan.clipNorm(),
                plan.epochs(),
                plan.batchSize(),
                plan.precision(),
                plan.predictionPrecision(),
                new Stopping(
                        plan.stopping().metric(),
                        plan.stopping().patience(),
                        plan.stopping().minDelta()),
                plan.seed());
    }

    /** What was given, or otherwise the default. */
    static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
