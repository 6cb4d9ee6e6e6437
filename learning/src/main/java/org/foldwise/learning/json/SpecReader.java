package org.foldwise.learning.json;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ClassWeights;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.WeightSetSpec;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.LabelRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads whole specifications, or refuses them with all their mistakes. */
final class SpecReader {
    /** Valid instances of the records that may have to be read without a template. */
    private static final Map<Class<?>, Record> EXAMPLES = Stream.<Record>of(
                    new WindowSpec.Named(WindowSpec.Name.LUNG),
                    new WindowSpec.Fixed(0, 1),
                    new SamplingSpec.BalancedSubset(0, 100),
                    new WeightSetSpec(
                            BackboneName.RESNET18, "weights.pth", Digest.of("").hex(), List.of(), false, "a shelf"),
                    new WeightSetSpec.Renaming("encoder.", ""),
                    new PositiveWeight.Fixed(1),
                    new PositiveWeight.FixedPerLabel(List.of(1.0)),
                    new ClassWeights.Fixed(List.of(1.0)),
                    new SplitSpec.Holdout(0.6, 0.2, 0.2),
                    SplitSpec.KFold.DEFAULT,
                    new SplitSpec.Site(List.of(), 0.2),
                    new SplitSpec.Fixed(Digest.of("").hex()),
                    new ThresholdRule.Fixed(0.5),
                    new ThresholdRule.SensitivityAtLeast(0.9),
                    new ThresholdRule.SpecificityAtLeast(0.9),
                    new ThresholdRule.Cost(1, 1, 0.5),
                    new Recalibration.Kept("all images show it"),
                    new Recalibration.Temperature(1),
                    new Recalibration.Platt(-1, 0),
                    new Recalibration.Isotonic.Knot(0, 0),
                    new LabelRecalibration(List.of(new Recalibration.Temperature(1))),
                    new PredictionSets.Undefined(0.9, "too few patients"),
                    new ConformalSets.Limit(9, 0.5),
                    new ConformalSets(
                            0.9,
                            ConformalSets.Unit.IMAGE_OF_NEW_PATIENT,
                            ConformalSets.Conditioning.BY_CLASS,
                            List.of(new ConformalSets.Limit(9, 0.5), new ConformalSets.Limit(9, 0.5))),
                    new LabelSets(0.9, List.of(new PredictionSets.Undefined(0.9, "too few patients"))),
                    ExperimentPlan.DEFAULT)
            .collect(Collectors.toMap(Record::getClass, example -> example));

    /** What an option's absent fields are, where its kind is named; an option that is not here must be given whole. */
    private static final Map<Class<?>, Record> DEFAULTS = Stream.<Record>of(
                    SamplingSpec.Weighted.DEFAULT,
                    SamplingSpec.Oversampling.DEFAULT,
                    SamplingSpec.Undersampling.DEFAULT,
                    LossSpec.BinaryCrossEntropy.DEFAULT,
                    LossSpec.CrossEntropy.DEFAULT,
                    LossSpec.Focal.DEFAULT,
                    PositiveWeight.EffectiveNumber.DEFAULT,
                    OptimizerSpec.AdamW.DEFAULT,
                    OptimizerSpec.Sgd.DEFAULT,
                    ScheduleSpec.Plateau.DEFAULT,
                    ScheduleSpec.Step.DEFAULT,
                    ScheduleSpec.MultiStep.DEFAULT,
                    ScheduleSpec.Exponential.DEFAULT,
                    ScheduleSpec.Cosine.DEFAULT,
                    ScheduleSpec.CosineRestarts.DEFAULT,
                    ScheduleSpec.OneCycle.DEFAULT,
                    Augmentation.Rotation.DEFAULT,
                    Augmentation.Translation.DEFAULT,
                    Augmentation.Zoom.DEFAULT,
                    Augmentation.Shear.DEFAULT,
                    Augmentation.Affine.DEFAULT,
                    Augmentation.Crop.DEFAULT,
                    Augmentation.HorizontalFlip.DEFAULT,
                    Augmentation.VerticalFlip.DEFAULT,
                    Augmentation.Elastic.DEFAULT,
                    Augmentation.Brightness.DEFAULT,
                    Augmentation.Contrast.DEFAULT,
                    Augmentation.Gamma.DEFAULT,
                    Augmentation.Noise.DEFAULT,
                    Augmentation.Blur.DEFAULT,
                    Augmentation.Cutout.DEFAULT,
                    Augmentation.Clahe.DEFAULT)
            .collect(Collectors.toMap(Record::getClass, option -> option));

    private SpecReader() {}

    /** The tree of a JSON text; a text that is no JSON is one mistake at the root. */
    static JsonNode parse(String text) {
        try {
            return LearningJson.mapper().readTree(text);
        } catch (JacksonException e) {
            throw new InvalidPlanException(List.of(new Mistake("", "is no JSON: " + e.getOriginalMessage())));
        }
    }

    static <T> T read(Class<T> type, JsonNode json, String pointer, @Nullable Object template) {
        RecordReader reader = new RecordReader(EXAMPLES, DEFAULTS);
        Object value = reader.read(type, json, pointer, template);
        if (value == null) {
            throw new InvalidPlanException(reader.mistakes());
        }
        return type.cast(value);
    }
}
