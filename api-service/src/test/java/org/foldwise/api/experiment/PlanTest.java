package org.foldwise.api.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.experiment.AnatomySpec;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.experiment.ClassWeights;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.FreezeSpec;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.UpdateSpec;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.imaging.Resampling;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.json.PlanJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The plan of the wire says what the library's plan says, option by option. */
class PlanTest {
    private static final List<SamplingSpec> SAMPLINGS = List.of(
            new SamplingSpec.Natural(),
            new SamplingSpec.Weighted(SamplingSpec.Balance.CLASSES_AND_PATIENTS),
            new SamplingSpec.Oversampling(0.5),
            new SamplingSpec.Undersampling(0.25),
            new SamplingSpec.BalancedSubset(2, 5));
    private static final List<LossSpec> LOSSES = List.of(
            new LossSpec.BinaryCrossEntropy(new PositiveWeight.None(), 0.1),
            new LossSpec.Focal(0.75, 1.5),
            new LossSpec.Focal(LossSpec.Focal.WITHOUT_ALPHA, 2),
            new LossSpec.CrossEntropy(new ClassWeights.None(), 0.1),
            new LossSpec.CrossEntropy(new ClassWeights.Balanced(), 0),
            new LossSpec.CrossEntropy(new ClassWeights.Fixed(List.of(1.0, 2.0, 0.5)), 0.2));
    private static final List<PositiveWeight> WEIGHTS = List.of(
            new PositiveWeight.None(),
            new PositiveWeight.Balanced(),
            new PositiveWeight.EffectiveNumber(0.9),
            new PositiveWeight.Fixed(2.5),
            new PositiveWeight.FixedPerLabel(List.of(2.5, 0.5)));
    private static final List<OptimizerSpec> OPTIMIZERS = List.of(
            new OptimizerSpec.Adam(0.5, 0.1, 0.2, 0.3, 0.4),
            new OptimizerSpec.AdamW(0.5, 0.1, 0.2, 0.3, 0.4),
            new OptimizerSpec.Sgd(0.5, 0.1, 0, true, 0.4));
    private static final List<ScheduleSpec> SCHEDULES = List.of(
            new ScheduleSpec.Constant(),
            new ScheduleSpec.Plateau(
                    StoppingRule.Metric.VALIDATION_ROC_AUC, 0.25, 7, 0.5, ScheduleSpec.ThresholdMode.ABSOLUTE, 2, 1e-5),
            new ScheduleSpec.Step(3, 0.5),
            new ScheduleSpec.MultiStep(List.of(3, 3, 9), 0.5),
            new ScheduleSpec.Exponential(0.75),
            new ScheduleSpec.Cosine(9, 1e-6),
            new ScheduleSpec.CosineRestarts(3, 3, 1e-6),
            new ScheduleSpec.OneCycle(0.25, ScheduleSpec.Annealing.LINEAR, true, 10, 100, false, 0.5, 0.75));

    private static final List<Augmentation> AUGMENTATIONS = List.of(
            new Augmentation.Rotation(3.5, Resampling.BILINEAR, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Translation(0.25, 0.75, AugmentedClasses.MINORITY),
            new Augmentation.Zoom(0.75, 1.5, Resampling.BILINEAR, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Shear(3.5, Resampling.BILINEAR, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Affine(3.5, 0.25, 0.75, 1.5, 2.5, Resampling.NEAREST, 0.125, AugmentedClasses.MINORITY),
            new Augmentation.Crop(0.75, 1.5, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.HorizontalFlip(0.25, AugmentedClasses.MINORITY),
            new Augmentation.VerticalFlip(0.25, AugmentedClasses.MINORITY),
            new Augmentation.Elastic(3.5, 2.5, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Brightness(0.75, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Contrast(0.75, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Gamma(1.5, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Noise(0.125, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Blur(2.5, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Cutout(3, 0.125, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Clahe(3.5, 4, 0.25, AugmentedClasses.MINORITY));

    private static final List<WindowSpec> WINDOWS = List.of(
            new WindowSpec.File(), new WindowSpec.Named(WindowSpec.Name.BRAIN), new WindowSpec.Fixed(-500.5, 1400));

    static Stream<ExperimentPlan> plans() {
        return Stream.of(
                        WINDOWS.stream()
                                .map(window -> plan(
                                        window, SAMPLINGS.get(0), LOSSES.get(0), OPTIMIZERS.get(0), SCHEDULES.get(0))),
                        LOSSES.stream().map(loss -> plan(loss, OPTIMIZERS.get(0), SCHEDULES.get(0))),
                        WEIGHTS.stream()
                                .map(weight -> plan(
                                        new LossSpec.BinaryCrossEntropy(weight, 0.25),
                                        OPTIMIZERS.get(0),
                                        SCHEDULES.get(0))),
                        SAMPLINGS.stream()
                                .map(sampling -> plan(sampling, LOSSES.get(0), OPTIMIZERS.get(0), SCHEDULES.get(0))),
                        OPTIMIZERS.stream().map(optimizer -> plan(LOSSES.get(0), optimizer, SCHEDULES.get(0))),
                        SCHEDULES.stream().map(schedule -> plan(LOSSES.get(0), OPTIMIZERS.get(0), schedule)))
                .flatMap(stream -> stream);
    }

    private static ExperimentPlan plan(LossSpec loss, OptimizerSpec optimizer, ScheduleSpec schedule) {
        return plan(SAMPLINGS.get(0), loss, optimizer, schedule);
    }

    private static ExperimentPlan plan(
            SamplingSpec sampling, LossSpec loss, OptimizerSpec optimizer, ScheduleSpec schedule) {
        return plan(WINDOWS.get(1), sampling, loss, optimizer, schedule);
    }

    private static ExperimentPlan plan(
            WindowSpec window, SamplingSpec sampling, LossSpec loss, OptimizerSpec optimizer, ScheduleSpec schedule) {
        ExperimentPlan defaults = ExperimentPlan.DEFAULT;
        return new ExperimentPlan(
                defaults.backbone(),
                new PretrainedSpec("mine-2"),
                new ImageSpec(
                        224,
                        3,
                        ImageSpec.Aspect.CENTRE_CROP,
                        256,
                        ResizeFilter.BICUBIC,
                        ImageSpec.Contrast.CLAHE,
                        ImageSpec.Normalisation.FITTED,
                        window),
                new AnatomySpec(AnatomySpec.Relevance.IRRELEVANT, AnatomySpec.Relevance.IRRELEVANT),
                AUGMENTATIONS,
                sampling,
                new FreezeSpec(3, List.of(2, 2), true),
                List.of(0.1, 0.2, 0.3, 0.5, 1.0),
                defaults.head(),
                loss,
                optimizer,
                schedule,
                schedule instanceof ScheduleSpec.OneCycle ? WarmUpSpec.NONE : new WarmUpSpec(2, 0.25),
                new UpdateSpec(4, 0.99, 0),
                1.5,
                defaults.epochs(),
                defaults.batchSize(),
                Precision.BFLOAT16,
                Precision.BFLOAT16,
                defaults.stopping(),
                defaults.seed());
    }

    @Test
    void everyOptionHasAnExampleHere() {
        Set<Object> covered = Stream.of(WINDOWS, SAMPLINGS, LOSSES, WEIGHTS, OPTIMIZERS, SCHEDULES, AUGMENTATIONS)
                .flatMap(List::stream)
                .map(Object::getClass)
                .collect(Collectors.toSet());
        Set<Object> permitted = Stream.of(
                        WindowSpec.class,
                        SamplingSpec.class,
                        LossSpec.class,
                        PositiveWeight.class,
                        OptimizerSpec.class,
                        ScheduleSpec.class,
                        Augmentation.class)
                .flatMap(choice -> Stream.of(choice.getPermittedSubclasses()))
                .collect(Collectors.toSet());
        assertThat(covered).isEqualTo(permitted);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void aPlanComesBackAsItWentOut(ExperimentPlan plan) {
        assertThat(Plan.of(plan).resolved()).isEqualTo(plan);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void kindsAreSpeltAsTheLibrarySpellsThem(ExperimentPlan plan) {
        var json = JsonMapper.shared().readTree(PlanJson.writeWhole(plan));
        Plan wire = Plan.of(plan);
        assertThat(WireNames.kind(wire.image().window().getClass()))
                .isEqualTo(json.at("/image/window/kind").stringValue());
        assertThat(WireNames.kind(wire.sampling().getClass()))
                .isEqualTo(json.at("/sampling/kind").stringValue());
        if (wire.loss() instanceof Loss.BinaryCrossEntropy crossEntropy) {
            assertThat(WireNames.kind(crossEntropy.positiveWeight().getClass()))
                    .isEqualTo(json.at("/loss/positiveWeight/kind").stringValue());
        }
        if (wire.loss() instanceof Loss.CrossEntropy crossEntropy) {
            assertThat(WireNames.kind(crossEntropy.classWeights().getClass()))
                    .isEqualTo(json.at("/loss/classWeights/kind").stringValue());
        }
        assertThat(WireNames.kind(wire.loss().getClass()))
                .isEqualTo(json.at("/loss/kind").stringValue());
        assertThat(WireNames.kind(wire.optimizer().getClass()))
                .isEqualTo(json.at("/optimizer/kind").stringValue());
        assertThat(WireNames.kind(wire.schedule().getClass()))
                .isEqualTo(json.at("/schedule/kind").stringValue());
        assertThat(wire.augmentation())
                .extracting(augmentation -> WireNames.kind(augmentation.getClass()))
                .isEqualTo(json.at("/augmentation").findValuesAsString("kind"));
    }

    @Test
    void anAugmentationWithoutFieldsHasTheLibrarysDefaults() {
        List<Augmentation> ours = List.of(
                new org.foldwise.api.experiment.Augmentation.Rotation(null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Translation(null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Zoom(null, null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Shear(null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Affine(null, null, null, null, null, null, null, null)
                        .resolved(),
                new org.foldwise.api.experiment.Augmentation.Crop(null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Elastic(null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Brightness(null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Contrast(null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Gamma(null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Noise(null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Blur(null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Cutout(null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.Clahe(null, null, null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.HorizontalFlip(null, null).resolved(),
                new org.foldwise.api.experiment.Augmentation.VerticalFlip(null, null).resolved());
        String kinds = ours.stream()
                .map(augmentation -> "{\"kind\": \"" + PlanJson.kindOf(augmentation) + "\"}")
                .collect(Collectors.joining(", "));

        assertThat(ours).hasSize(Augmentation.class.getPermittedSubclasses().length);
        assertThat(ours)
                .isEqualTo(PlanJson.read("{\"anatomy\": {\"laterality\": \"irrelevant\", \"upright\": \"irrelevant\"},"
                                + " \"augmentation\": [" + kinds + "]}")
                        .augmentation());
    }

    private static Plan cosine(@Nullable Integer epochs, Plan.@Nullable WarmUp warmUp) {
        return new Plan(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Schedule.Cosine(null, 1e-6),
                warmUp,
                null,
                null,
                epochs,
                null,
                null,
                null,
                null,
                null);
    }

    @Test
    void aCosineWithoutEpochsComesDownWithThePlan() {
        String kind = "\"schedule\": {\"kind\": \"cosine\", \"lowestRate\": 1e-6}}";
        Map<String, Plan> plans = Map.of(
                "{" + kind, cosine(null, null),
                "{\"epochs\": 10, " + kind, cosine(10, null),
                "{\"epochs\": 40, \"warmUp\": {\"epochs\": 3}, " + kind, cosine(40, new Plan.WarmUp(3, null)),
                "{\"epochs\": 2, \"warmUp\": {\"epochs\": 5}, " + kind, cosine(2, new Plan.WarmUp(5, null)));
        plans.forEach((json, plan) -> assertThat(PlanJson.read(json)).isEqualTo(plan.resolved()));
        assertThat(cosine(40, new Plan.WarmUp(3, null)).resolved().schedule())
                .isEqualTo(new ScheduleSpec.Cosine(37, 1e-6));
    }

    @Test
    void anOptionWithoutFieldsHasTheLibrarysDefaults() {
        Set<Object> ours = Stream.of(
                        new Sampling.Weighted(null).resolved(),
                        new Sampling.Oversampling(null).resolved(),
                        new Sampling.Undersampling(null).resolved(),
                        new Loss.BinaryCrossEntropy(null, null).resolved(),
                        new Loss.BinaryCrossEntropy(
                                        new org.foldwise.api.experiment.PositiveWeight.EffectiveNumber(null), null)
                                .resolved(),
                        new Loss.CrossEntropy(null, null).resolved(),
                        new Loss.Focal(null, null).resolved(),
                        new Optimizer.AdamW(null, null, null, null, null).resolved(),
                        new Optimizer.Sgd(null, null, null, null, null).resolved(),
                        new Schedule.Plateau(null, null, null, null, null, null, null).resolved(20),
                        new Schedule.Step(null, null).resolved(20),
                        new Schedule.MultiStep(null, null).resolved(20),
                        new Schedule.Exponential(null).resolved(20),
                        new Schedule.Cosine(null, null).resolved(20),
                        new Schedule.CosineRestarts(null, null, null).resolved(20),
                        new Schedule.OneCycle(null, null, null, null, null, null, null, null).resolved(20))
                .collect(Collectors.toSet());
        Set<Object> theirs = Stream.of(
                        sampling("weighted"),
                        sampling("oversampling"),
                        sampling("undersampling"),
                        PlanJson.read("{\"loss\": {\"kind\": \"binaryCrossEntropy\"}}")
                                .loss(),
                        PlanJson.read("{\"loss\": {\"positiveWeight\": {\"kind\": \"effectiveNumber\"}}}")
                                .loss(),
                        PlanJson.read("{\"loss\": {\"kind\": \"crossEntropy\"}}")
                                .loss(),
                        PlanJson.read("{\"loss\": {\"kind\": \"focal\"}}").loss(),
                        optimizer("adamW"),
                        optimizer("sgd"),
                        schedule("plateau"),
                        schedule("step"),
                        schedule("multiStep"),
                        schedule("exponential"),
                        schedule("cosine"),
                        schedule("cosineRestarts"),
                        schedule("oneCycle"))
                .collect(Collectors.toSet());
        assertThat(ours).isEqualTo(theirs);
    }

    private static SamplingSpec sampling(String kind) {
        return PlanJson.read("{\"sampling\": {\"kind\": \"" + kind + "\"}}").sampling();
    }

    private static OptimizerSpec optimizer(String kind) {
        return PlanJson.read("{\"optimizer\": {\"kind\": \"" + kind + "\"}}").optimizer();
    }

    private static ScheduleSpec schedule(String kind) {
        return PlanJson.read("{\"schedule\": {\"kind\": \"" + kind + "\"}}").schedule();
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedWhereItIsRead() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Plan.Freeze(1, List.of(1, 2), null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Sampling.BalancedSubset(3, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new Loss.Focal(0.0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Loss.Focal(-0.5, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new Optimizer.Sgd(null, 0.0, null, true, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Schedule.OneCycle(null, null, null, null, null, null, 0.96, null));
    }
}
