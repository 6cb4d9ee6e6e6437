package org.foldwise.learning.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentedClasses;
import org.foldwise.learning.experiment.ClassWeights;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.imaging.Resampling;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.ClassRecalibration;
import org.foldwise.learning.metrics.recalibration.LabelRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.split.SplitSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Every option of every choice has a name and survives being written and read. */
class KindsTest {
    /** One instance of every option; an option that is missing here fails {@link #everyOptionHasAnExampleHere}. */
    private static final List<Record> EXAMPLES = List.of(
            new WindowSpec.File(),
            new WindowSpec.Named(WindowSpec.Name.SOFT_TISSUE),
            new WindowSpec.Fixed(-12.5, 350),
            new SamplingSpec.Natural(),
            new SamplingSpec.Weighted(SamplingSpec.Balance.CLASSES_AND_PATIENTS),
            new SamplingSpec.Oversampling(0.5),
            new SamplingSpec.Undersampling(0.25),
            new SamplingSpec.BalancedSubset(3, 7),
            new LossSpec.BinaryCrossEntropy(new PositiveWeight.EffectiveNumber(0.5), 0.25),
            new PositiveWeight.None(),
            new PositiveWeight.Balanced(),
            new PositiveWeight.EffectiveNumber(0.75),
            new PositiveWeight.Fixed(2.5),
            new PositiveWeight.FixedPerLabel(List.of(2.5, 0.5)),
            new LossSpec.CrossEntropy(new ClassWeights.Fixed(List.of(1.0, 2.0, 0.5)), 0.1),
            new ClassWeights.None(),
            new ClassWeights.Balanced(),
            new ClassWeights.Fixed(List.of(3.0, 1.0)),
            new LossSpec.Focal(0.75, 1.5),
            new LossSpec.Focal(LossSpec.Focal.WITHOUT_ALPHA, 2),
            new OptimizerSpec.Adam(0.5, 0.1, 0.2, 0.3, 0.4),
            new OptimizerSpec.AdamW(0.5, 0.1, 0.2, 0.3, 0.4),
            new OptimizerSpec.Sgd(0.5, 0.1, 0, true, 0.4),
            new ScheduleSpec.Constant(),
            new ScheduleSpec.Plateau(
                    StoppingRule.Metric.VALIDATION_ROC_AUC, 0.25, 7, 0.5, ScheduleSpec.ThresholdMode.ABSOLUTE, 2, 1e-5),
            new ScheduleSpec.Step(3, 0.5),
            new ScheduleSpec.MultiStep(List.of(3, 3, 9), 0.5),
            new ScheduleSpec.Exponential(0.75),
            new ScheduleSpec.Cosine(9, 1e-6),
            new ScheduleSpec.CosineRestarts(3, 3, 1e-6),
            new ScheduleSpec.OneCycle(0.25, ScheduleSpec.Annealing.LINEAR, true, 10, 100, false, 0.5, 0.75),
            new Augmentation.Rotation(3.5, Resampling.BILINEAR, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Translation(0.25, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Zoom(0.75, 1.5, Resampling.BILINEAR, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Shear(3.5, Resampling.BILINEAR, 0.25, AugmentedClasses.MINORITY),
            new Augmentation.Affine(3.5, 0.25, 0.75, 1.5, 2.5, Resampling.NEAREST, 0.25, AugmentedClasses.MINORITY),
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
            new Augmentation.Clahe(3.5, 4, 0.25, AugmentedClasses.MINORITY),
            new SplitSpec.Holdout(0.5, 0.25, 0.25),
            new SplitSpec.KFold(7, 3, 0, 0.125),
            new SplitSpec.Temporal(0.25, null, 0.125, SplitSpec.Straddling.DROPPED),
            new SplitSpec.Site(List.of("north", "south"), 0.125),
            new SplitSpec.Fixed("0123456789abcdef".repeat(4), 7),
            new ThresholdRule.MaximumF1(),
            new ThresholdRule.Youden(),
            new ThresholdRule.SensitivityAtLeast(0.875),
            new ThresholdRule.SpecificityAtLeast(0.625),
            new ThresholdRule.Cost(20, 1.5, 0.25),
            new ThresholdRule.Fixed(0.375),
            new Recalibration.None(),
            new Recalibration.Kept("no image shows it"),
            new Recalibration.Temperature(1.5),
            new Recalibration.Platt(-1.25, 0.5),
            new Recalibration.Isotonic(
                    List.of(new Recalibration.Isotonic.Knot(0.125, 0), new Recalibration.Isotonic.Knot(0.75, 0.5))),
            new ClassRecalibration(Collections.nCopies(3, new Recalibration.Platt(-1.25, 0.5))),
            new LabelRecalibration(
                    List.of(new Recalibration.Kept("no image shows it"), new Recalibration.Temperature(1.5))),
            new PredictionSets.None(),
            new PredictionSets.Undefined(0.75, "'ill' has 2"),
            new ConformalSets(
                    0.75,
                    ConformalSets.Unit.ALL_IMAGES_OF_NEW_PATIENT,
                    ConformalSets.Conditioning.MARGINAL,
                    List.of(new ConformalSets.Limit(7, 0.125), new ConformalSets.Limit(9, 1 - 0.1))),
            new LabelSets(
                    0.75,
                    List.of(
                            new PredictionSets.Undefined(0.75, "'ill' has 2"),
                            new ConformalSets(
                                    0.75,
                                    ConformalSets.Unit.IMAGE_OF_NEW_PATIENT,
                                    ConformalSets.Conditioning.BY_CLASS,
                                    List.of(new ConformalSets.Limit(7, 0), new ConformalSets.Limit(9, 1))))));

    private static final List<Class<?>> CHOICES = List.of(
            WindowSpec.class,
            SamplingSpec.class,
            LossSpec.class,
            ClassWeights.class,
            PositiveWeight.class,
            OptimizerSpec.class,
            ScheduleSpec.class,
            Augmentation.class,
            SplitSpec.class,
            ThresholdRule.class,
            Recalibration.class,
            Recalibration.Monotone.class,
            PredictionSets.class);

    static Stream<Class<?>> choices() {
        return CHOICES.stream();
    }

    static Stream<Record> examples() {
        return EXAMPLES.stream();
    }

    @Test
    void everySealedComponentOfAPlanIsListedHere() {
        for (RecordComponent component : ExperimentPlan.class.getRecordComponents()) {
            if (component.getType().isSealed()) {
                assertThat(CHOICES).contains(component.getType());
            }
        }
        assertThat(Kinds.choices()).containsExactlyInAnyOrderElementsOf(CHOICES);
    }

    @ParameterizedTest
    @MethodSource("choices")
    void everyOptionHasAName(Class<?> choice) {
        assertThat(Set.<Class<?>>copyOf(Kinds.of(choice).values())).isEqualTo(options(choice));
        assertThat(Kinds.of(choice).keySet()).allMatch(name -> name.matches("[a-z][a-zA-Z0-9]*"));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void everyOptionHasAnExampleHere(Class<?> choice) {
        assertThat(EXAMPLES).<Class<?>>extracting(Object::getClass).containsAll(options(choice));
    }

    /** The records of a choice, those of a choice within it among them. */
    private static Set<Class<?>> options(Class<?> choice) {
        Set<Class<?>> options = new HashSet<>();
        for (Class<?> option : choice.getPermittedSubclasses()) {
            options.addAll(option.isInterface() ? options(option) : Set.of(option));
        }
        return options;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyOptionSurvivesWritingAndReading(Record option) {
        JsonMapper mapper = LearningJson.configure(JsonMapper.builder()).build();
        Class<?> choice = option.getClass().getInterfaces()[0];

        String text = mapper.writerFor(choice).writeValueAsString(option);

        assertThat(mapper.readTree(text).get("kind").stringValue()).isEqualTo(Kinds.nameOf(choice, option.getClass()));
        assertThat(mapper.<Object>readValue(text, mapper.constructType(choice))).isEqualTo(option);
        assertThat(SpecReader.read(choice, mapper.readTree(text), "", null)).isEqualTo(option);
    }
}
