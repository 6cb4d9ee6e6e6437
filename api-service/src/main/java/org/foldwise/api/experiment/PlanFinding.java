package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.pretrained.ImageDifference;

@Schema(description = "Something about a plan that a person should know before starting it.")
record PlanFinding(
        PlanFindingCode code,
        @Schema(description = "JSON pointer into the request.", example = "/plan/image/size") String pointer,
        @Schema(
                        description = "What it is, in words.",
                        example = "the weights were trained on 224 x 224 pixels, the plan shows 128 x 128")
                String detail) {
    /** What there is to say about the weights that a plan begins with. */
    static List<PlanFinding> of(ExperimentPlan plan, List<ImageDifference> differences) {
        List<PlanFinding> findings = new ArrayList<>();
        if (plan.pretrained().namesNone()
                && plan.freeze().stages() == BackboneName.STAGES
                && plan.freeze().unfreezeAt().isEmpty()) {
            findings.add(new PlanFinding(
                    PlanFindingCode.FROZEN_DRAWN_BACKBONE,
                    "/plan/freeze",
                    "the whole backbone is frozen and its weights are drawn: only the head would learn, from features that"
                            + " mean nothing"));
        }
        differences.forEach(difference -> findings.add(of(difference)));
        return findings;
    }

    private static PlanFinding of(ImageDifference difference) {
        return switch (difference.kind()) {
            case SIZE -> new PlanFinding(PlanFindingCode.WEIGHTS_SIZE, "/plan/image/size", difference.detail());
            case COLOUR -> new PlanFinding(PlanFindingCode.WEIGHTS_COLOUR, "/plan/image/channels", difference.detail());
            case NORMALISATION ->
                new PlanFinding(PlanFindingCode.WEIGHTS_NORMALISATION, "/plan/image", difference.detail());
            case INTERPOLATION ->
                new PlanFinding(PlanFindingCode.WEIGHTS_INTERPOLATION, "/plan/image", difference.detail());
        };
    }
}
