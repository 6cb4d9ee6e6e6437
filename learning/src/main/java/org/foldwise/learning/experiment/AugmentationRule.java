package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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
record AugmentationRule(Pattern shown, Predicate<Augmentation> applies, Severity severity, String reason) {
    /** Upright films are seldom further askew. */
    private static final double ASKEW_DEGREES = 15;

    /** Tissue under a microscope and skin have neither sides nor an upright. */
    private static final Pattern WITHOUT_UPRIGHT = words("sm", "gm", "xc", "microscop*", "histo*", "cytolog*", "derm*");

    private static final List<AugmentationRule> TABLE = List.of(
            new AugmentationRule(
                    words("ct", "computed tomograph*", "dxa", "dexa", "densitometr*", "bone density"),
                    step -> step instanceof Augmentation.Brightness
                            || step instanceof Augmentation.Contrast
                            || step instanceof Augmentation.Gamma
                            || step instanceof Augmentation.Clahe,
                    Severity.WARNING,
                    "grey levels are a quantity there, and another one is another tissue"),
            new AugmentationRule(
                    words("mg", "mammo*", "breast*"),
                    step -> step instanceof Augmentation.Blur
                            || step instanceof Augmentation.Noise
                            || step instanceof Augmentation.Cutout,
                    Severity.WARNING,
                    "the finding may be a few bright points, which it hides or imitates"),
            new AugmentationRule(
                    words(
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
                            "pelvi*",
                            "hip",
                            "hips",
                            "shoulder*",
                            "clavicle*",
                            "scapula*",
                            "rib",
                            "ribs",
                            "humer*",
                            "elbow*",
                            "forearm*",
                            "wrist*",
                            "hand",
                            "hands",
                            "finger*",
                            "thumb*",
                            "femur*",
                            "femoral",
                            "knee*",
                            "tibia*",
                            "fibula*",
                            "ankle*",
                            "foot",
                            "feet",
                            "toe",
                            "toes",
                            "heel*",
                            "calcaneus",
                            "extremit*",
                            "skull",
                            "jaw*",
                            "mandib*",
                            "tooth",
                            "teeth",
                            "dental"),
                    step -> step instanceof Augmentation.Elastic || shears(step),
                    Severity.WARNING,
                    "outlines and angles are the finding there, and no bone is bent or sheared without being ill"),
            new AugmentationRule(
                    words("heart*", "cardi*", "aort*", "bone age"),
                    step -> step instanceof Augmentation.Zoom || zooms(step),
                    Severity.NOTICE,
                    "absolute size may be the finding"),
            new AugmentationRule(
                    words("us", "ultraso*", "sonogra*", "echocardio*", "oct", "opt", "optical coherence*"),
                    step -> step instanceof Augmentation.VerticalFlip || degrees(step) > ASKEW_DEGREES,
                    Severity.WARNING,
                    "depth runs downwards there: shadows lie below what casts them"),
            new AugmentationRule(
                    words("x-ray*", "xray*", "radiograph*", "dx", "cr", "dr", "mg", "mammo*", "px"),
                    step -> degrees(step) > ASKEW_DEGREES,
                    Severity.NOTICE,
                    "films are seldom more than " + (int) ASKEW_DEGREES + " degrees askew"));

    /** The line that is worst for an augmentation of such images, if any. */
    static Optional<AugmentationRule> against(Augmentation step, String modality, String bodyPart) {
        if (WITHOUT_UPRIGHT.matcher(modality).find()) {
            return Optional.empty();
        }
        String images = modality + " " + bodyPart;
        return TABLE.stream()
                .filter(rule -> rule.shown.matcher(images).find() && rule.applies.test(step))
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

    /** Whole words, or the beginnings of words where a star follows. */
    private static Pattern words(String... words) {
        List<String> parts = new ArrayList<>();
        for (String word : words) {
            parts.add(
                    word.endsWith("*")
                            ? Pattern.quote(word.substring(0, word.length() - 1))
                            : Pattern.quote(word) + "\\b");
        }
        return Pattern.compile("\\b(" + String.join("|", parts) + ")", Pattern.CASE_INSENSITIVE);
    }
}
