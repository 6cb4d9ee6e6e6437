package org.foldwise.learning.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.foldwise.learning.experiment.PlanFinding.Severity;

/**
 * A line of the table that says which augmentations do not suit what images show. What is in no line is not praised by it. The table is
 * a convention of radiological reading, and no replacement for looking at the views. Mirror images are judged elsewhere, by side.
 *
 * @param shown the ways to image and parts of the body that it is about, as they are commonly written
 * @param applies the augmentations that do not suit these
 * @param severity of using one
 * @param reason why not, in a sentence
 */
record AugmentationRule(ShownWords shown, Predicate<Augmentation> applies, Severity severity, String reason) {
    /** Upright films are seldom further askew. */
    private static final double ASKEW_DEGREES = 15;

    /** Tissue under a microscope and skin have neither sides nor an upright. */
    private static final ShownWords WITHOUT_UPRIGHT =
            ShownWords.of("sm", "gm", "xc", "microscop*", "histo*", "cytolog*", "derm*");

    private static final List<AugmentationRule> TABLE = List.of(
            new AugmentationRule(
                    ShownWords.of(
                            "ct",
                            "cta",
                            "hrct",
                            "ldct",
                            "computed tomograph*",
                            "dxa",
                            "dexa",
                            "densitometr*",
                            "bone density"),
                    step -> step instanceof Augmentation.Brightness
                            || step instanceof Augmentation.Contrast
                            || step instanceof Augmentation.Gamma
                            || step instanceof Augmentation.Clahe,
                    Severity.WARNING,
                    "grey levels are a quantity there, and another one is another tissue"),
            new AugmentationRule(
                    ShownWords.of("mg", "mamm*", "breast*"),
                    step -> step instanceof Augmentation.Blur
                            || step instanceof Augmentation.Noise
                            || step instanceof Augmentation.Cutout,
                    Severity.WARNING,
                    "the finding may be a few bright points, which it hides or imitates"),
            new AugmentationRule(
                    ShownWords.of(
                            "bone*",
                            "skelet*",
                            "fractur*",
                            "spine",
                            "spinal",
                            "vertebra*",
                            "cspine",
                            "tspine",
                            "lspine",
                            "sspine",
                            "ctspine",
                            "tlspine",
                            "lsspine",
                            "sacr*",
                            "coccy*",
                            "pelvi*",
                            "hip",
                            "hips",
                            "shoulder*",
                            "clavic*",
                            "sternum*",
                            "scapula*",
                            "rib",
                            "ribs",
                            "humer*",
                            "elbow*",
                            "forearm*",
                            "radius*",
                            "ulna*",
                            "wrist*",
                            "carpal*",
                            "metacarp*",
                            "hand",
                            "hands",
                            "finger*",
                            "thumb*",
                            "femur*",
                            "femoral",
                            "knee*",
                            "patell*",
                            "tibia*",
                            "fibula*",
                            "ankle*",
                            "metatars*",
                            "foot",
                            "feet",
                            "toe",
                            "toes",
                            "heel*",
                            "calcaneus",
                            "extremit*",
                            "skull",
                            "zygom*",
                            "tmj",
                            "jaw*",
                            "maxill*",
                            "mandib*",
                            "tooth",
                            "teeth",
                            "dental"),
                    step -> step instanceof Augmentation.Elastic || shears(step),
                    Severity.WARNING,
                    "outlines and angles are the finding there, and no bone is bent or sheared without being ill"),
            new AugmentationRule(
                    ShownWords.of("heart*", "cardi*", "aort*", "bone age"),
                    step -> step instanceof Augmentation.Zoom || zooms(step),
                    Severity.NOTICE,
                    "absolute size may be the finding"),
            new AugmentationRule(
                    ShownWords.of("us", "ultraso*", "sonogra*", "echocardio*", "oct", "opt", "optical coherence*"),
                    step -> step instanceof Augmentation.VerticalFlip || degrees(step) > ASKEW_DEGREES,
                    Severity.WARNING,
                    "depth runs downwards there: shadows lie below what casts them"),
            new AugmentationRule(
                    ShownWords.of(
                            "x ray*", "xr", "xray*", "cxr", "radiograph*", "dx", "cr", "dr", "mg", "mammo*", "px"),
                    step -> degrees(step) > ASKEW_DEGREES,
                    Severity.NOTICE,
                    "films are seldom more than " + (int) ASKEW_DEGREES + " degrees askew"));

    /** The line that is worst for an augmentation of such images, if any. */
    static Optional<AugmentationRule> against(Augmentation step, String modality, String bodyPart) {
        if (WITHOUT_UPRIGHT.in(modality)) {
            return Optional.empty();
        }
        String images = modality + " " + bodyPart;
        return TABLE.stream()
                .filter(rule -> rule.shown.in(images) && rule.applies.test(step))
                .max((one, other) -> one.severity.compareTo(other.severity));
    }

    private static boolean shears(Augmentation step) {
        return step instanceof Augmentation.Shear
                || (step instanceof Augmentation.Affine affine && affine.shearDegrees() > 0);
    }

    private static boolean zooms(Augmentation step) {
        return step instanceof Augmentation.Affine affine && affine.lowestZoom() < affine.highestZoom();
    }

    private static double degrees(Augmentation step) {
        if (step instanceof Augmentation.Affine affine) {
            return affine.degrees();
        }
        return step instanceof Augmentation.Rotation rotation ? rotation.degrees() : 0;
    }
}
