package org.foldwise.learning.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.ClassWeights;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.WindowSpec;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.ClassRecalibration;
import org.foldwise.learning.metrics.recalibration.LabelRecalibration;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.split.SplitSpec;

/** The names of the options of every sealed choice, as they stand in the property {@code kind}. The only list of them. */
final class Kinds {
    /** The property that tells the option. */
    static final String PROPERTY = "kind";

    private static final Map<Class<?>, Map<String, Class<? extends Record>>> BY_CHOICE = byChoice(
            WindowSpec.class,
                    ordered(
                            "file",
                            WindowSpec.File.class,
                            "named",
                            WindowSpec.Named.class,
                            "fixed",
                            WindowSpec.Fixed.class),
            SamplingSpec.class,
                    ordered(
                            "natural",
                            SamplingSpec.Natural.class,
                            "weighted",
                            SamplingSpec.Weighted.class,
                            "oversampling",
                            SamplingSpec.Oversampling.class,
                            "undersampling",
                            SamplingSpec.Undersampling.class,
                            "balancedSubset",
                            SamplingSpec.BalancedSubset.class),
            LossSpec.class,
                    ordered(
                            "binaryCrossEntropy",
                            LossSpec.BinaryCrossEntropy.class,
                            "crossEntropy",
                            LossSpec.CrossEntropy.class,
                            "focal",
                            LossSpec.Focal.class),
            ClassWeights.class,
                    ordered(
                            "none",
                            ClassWeights.None.class,
                            "balanced",
                            ClassWeights.Balanced.class,
                            "fixed",
                            ClassWeights.Fixed.class),
            PositiveWeight.class,
                    ordered(
                            "none",
                            PositiveWeight.None.class,
                            "balanced",
                            PositiveWeight.Balanced.class,
                            "effectiveNumber",
                            PositiveWeight.EffectiveNumber.class,
                            "fixed",
                            PositiveWeight.Fixed.class,
                            "fixedPerLabel",
                            PositiveWeight.FixedPerLabel.class),
            OptimizerSpec.class,
                    ordered(
                            "adam",
                            OptimizerSpec.Adam.class,
                            "adamW",
                            OptimizerSpec.AdamW.class,
                            "sgd",
                            OptimizerSpec.Sgd.class),
            ScheduleSpec.class,
                    ordered(
                            "constant",
                            ScheduleSpec.Constant.class,
                            "plateau",
                            ScheduleSpec.Plateau.class,
                            "step",
                            ScheduleSpec.Step.class,
                            "multiStep",
                            ScheduleSpec.MultiStep.class,
                            "exponential",
                            ScheduleSpec.Exponential.class,
                            "cosine",
                            ScheduleSpec.Cosine.class,
                            "cosineRestarts",
                            ScheduleSpec.CosineRestarts.class,
                            "oneCycle",
                            ScheduleSpec.OneCycle.class),
            Augmentation.class,
                    ordered(
                            "rotation",
                            Augmentation.Rotation.class,
                            "translation",
                            Augmentation.Translation.class,
                            "zoom",
                            Augmentation.Zoom.class,
                            "shear",
                            Augmentation.Shear.class,
                            "affine",
                            Augmentation.Affine.class,
                            "crop",
                            Augmentation.Crop.class,
                            "horizontalFlip",
                            Augmentation.HorizontalFlip.class,
                            "verticalFlip",
                            Augmentation.VerticalFlip.class,
                            "elastic",
                            Augmentation.Elastic.class,
                            "brightness",
                            Augmentation.Brightness.class,
                            "contrast",
                            Augmentation.Contrast.class,
                            "gamma",
                            Augmentation.Gamma.class,
                            "noise",
                            Augmentation.Noise.class,
                            "blur",
                            Augmentation.Blur.class,
                            "cutout",
                            Augmentation.Cutout.class,
                            "clahe",
                            Augmentation.Clahe.class),
            SplitSpec.class,
                    ordered(
                            "holdout",
                            SplitSpec.Holdout.class,
                            "kFold",
                            SplitSpec.KFold.class,
                            "temporal",
                            SplitSpec.Temporal.class,
                            "site",
                            SplitSpec.Site.class,
                            "fixed",
                            SplitSpec.Fixed.class),
            ThresholdRule.class,
                    ordered(
                            "f1",
                            ThresholdRule.MaximumF1.class,
                            "youden",
                            ThresholdRule.Youden.class,
                            "sensitivityAtLeast",
                            ThresholdRule.SensitivityAtLeast.class,
                            "specificityAtLeast",
                            ThresholdRule.SpecificityAtLeast.class,
                            "cost",
                            ThresholdRule.Cost.class,
                            "fixed",
                            ThresholdRule.Fixed.class),
            Recalibration.class,
                    ordered(
                            "none",
                            Recalibration.None.class,
                            "kept",
                            Recalibration.Kept.class,
                            "temperature",
                            Recalibration.Temperature.class,
                            "platt",
                            Recalibration.Platt.class,
                            "isotonic",
                            Recalibration.Isotonic.class,
                            "ofClasses",
                            ClassRecalibration.class,
                            "ofLabels",
                            LabelRecalibration.class),
            Recalibration.Monotone.class,
                    ordered(
                            "none",
                            Recalibration.None.class,
                            "kept",
                            Recalibration.Kept.class,
                            "temperature",
                            Recalibration.Temperature.class,
                            "platt",
                            Recalibration.Platt.class,
                            "isotonic",
                            Recalibration.Isotonic.class),
            PredictionSets.class,
                    ordered(
                            "none",
                            PredictionSets.None.class,
                            "undefined",
                            PredictionSets.Undefined.class,
                            "conformal",
                            ConformalSets.class,
                            "ofLabels",
                            LabelSets.class));

    private Kinds() {}

    @SuppressWarnings("unchecked")
    private static Map<Class<?>, Map<String, Class<? extends Record>>> byChoice(Object... choicesAndKinds) {
        Map<Class<?>, Map<String, Class<? extends Record>>> byChoice = new LinkedHashMap<>();
        for (int i = 0; i < choicesAndKinds.length; i += 2) {
            byChoice.put((Class<?>) choicesAndKinds[i], (Map<String, Class<? extends Record>>) choicesAndKinds[i + 1]);
        }
        return byChoice;
    }

    /** The choices that have kinds. */
    static Iterable<Class<?>> choices() {
        return BY_CHOICE.keySet();
    }

    /** The options of a choice by name; empty for a type that is no choice. */
    static Map<String, Class<? extends Record>> of(Class<?> choice) {
        return BY_CHOICE.getOrDefault(choice, Map.of());
    }

    /** The name of an option. */
    static String nameOf(Class<?> choice, Class<?> option) {
        for (Map.Entry<String, Class<? extends Record>> entry : of(choice).entrySet()) {
            if (entry.getValue() == option) {
                return entry.getKey();
            }
        }
        throw new IllegalArgumentException(option + " is no option of " + choice);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Class<? extends Record>> ordered(Object... namesAndOptions) {
        Map<String, Class<? extends Record>> kinds = new LinkedHashMap<>();
        List<Object> entries = List.of(namesAndOptions);
        for (int i = 0; i < entries.size(); i += 2) {
            kinds.put((String) entries.get(i), (Class<? extends Record>) entries.get(i + 1));
        }
        return kinds;
    }
}
