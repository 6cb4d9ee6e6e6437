package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;

/**
 * Something in a plan that is allowed and yet should be known.
 *
 * @param code stable, for programs
 * @param pointer what it is about, a JSON pointer within the plan
 * @param evidence what the plan says and what follows from it
 * @param suggestion what can be done
 */
public record PlanFinding(Code code, String pointer, String evidence, String suggestion) {

    /** What was found. */
    public enum Code {
        /** Both the choice of images and the loss make up for unequal classes. */
        IMBALANCE_CORRECTED_TWICE,
        /** Probabilities belong to classes of other shares than they have. */
        CALIBRATION_SHIFTED,
        /** Nothing but the head is trained, on a backbone that was drawn. */
        FROZEN_DRAWN_BACKBONE,
        /** The weights were trained on images of another size. */
        WEIGHTS_SIZE,
        /** The weights were trained on images of other channels. */
        WEIGHTS_COLOUR,
        /** The weights were trained on values of another scale. */
        WEIGHTS_NORMALISATION,
        /** The weights were trained on images that were resized otherwise. */
        WEIGHTS_INTERPOLATION
    }

    /** All findings about a plan alone, in the order of its fields; what its pretrained weights ask for is known elsewhere. */
    public static List<PlanFinding> of(ExperimentPlan plan) {
        List<PlanFinding> findings = new ArrayList<>();
        if (!(plan.sampling() instanceof SamplingSpec.Natural)) {
            addSampling(plan, findings);
        }
        if (plan.pretrained().namesNone()
                && plan.freeze().stages() == BackboneName.STAGES
                && plan.freeze().unfreezeAt().isEmpty()) {
            findings.add(new PlanFinding(
                    Code.FROZEN_DRAWN_BACKBONE,
                    "/freeze",
                    "The whole backbone is frozen and its weights are drawn: only the head would learn, from features that"
                            + " mean nothing.",
                    "Name pretrained weights, or freeze fewer stages."));
        }
        return findings;
    }

    private static void addSampling(ExperimentPlan plan, List<PlanFinding> findings) {
        if (weighsClasses(plan.loss())) {
            findings.add(new PlanFinding(
                    Code.IMBALANCE_CORRECTED_TWICE,
                    "/sampling",
                    "The sampling evens the classes out, and the loss weighs them once more as if it had not: the smaller"
                            + " class counts for too much.",
                    "Set loss.positiveWeight or loss.classWeights to none (alpha 0.5 in a focal loss), or leave sampling"
                            + " natural."));
        }
        findings.add(new PlanFinding(
                Code.CALIBRATION_SHIFTED,
                "/sampling",
                "The network sees the classes in other shares than they have, and its probabilities are right for those"
                        + " shares only. The order of the images, and so the ROC AUC, does not suffer.",
                "Choose the threshold on validation patients, who are never resampled, and do not read the probabilities as"
                        + " risks before they are corrected for the shares."));
    }

    private static boolean weighsClasses(LossSpec loss) {
        if (loss instanceof LossSpec.BinaryCrossEntropy crossEntropy) {
            PositiveWeight weight = crossEntropy.positiveWeight();
            return !(weight instanceof PositiveWeight.None)
                    && !(weight instanceof PositiveWeight.Fixed fixed && fixed.value() == 1);
        }
        if (loss instanceof LossSpec.CrossEntropy crossEntropy) {
            return !(crossEntropy.classWeights() instanceof ClassWeights.None)
                    && !(crossEntropy.classWeights() instanceof ClassWeights.Fixed fixed
                            && fixed.values().stream().distinct().count() == 1);
        }
        return loss instanceof LossSpec.Focal focal && focal.alpha() != 0.5;
    }
}
