package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.pretrained.ImageDifference;

@Schema(name = "PlanFinding", description = "Something in a plan that is allowed and yet should be known.")
record PlanFindingResponse(
        PlanFinding.Code code,
        @Schema(description = "What it is about, a JSON pointer within the plan.", example = "/sampling")
                String pointer,
        @Schema(description = "What the plan says and what follows from it.") String evidence,
        @Schema(description = "What can be done.") String suggestion) {
    static List<PlanFindingResponse> about(ExperimentPlan plan) {
        return PlanFinding.of(plan).stream().map(PlanFindingResponse::of).toList();
    }

    /** The same, and what there is to say about the images that the plan's pretrained weights were made of. */
    static List<PlanFindingResponse> about(ExperimentPlan plan, List<ImageDifference> differences) {
        return Stream.concat(PlanFinding.of(plan).stream(), differences.stream().map(PlanFindingResponse::finding))
                .map(PlanFindingResponse::of)
                .toList();
    }

    private static PlanFindingResponse of(PlanFinding finding) {
        return new PlanFindingResponse(finding.code(), finding.pointer(), finding.evidence(), finding.suggestion());
    }

    private static PlanFinding finding(ImageDifference difference) {
        return switch (difference.kind()) {
            case SIZE -> finding(PlanFinding.Code.WEIGHTS_SIZE, "/image/size", difference);
            case COLOUR -> finding(PlanFinding.Code.WEIGHTS_COLOUR, "/image/channels", difference);
            case NORMALISATION -> finding(PlanFinding.Code.WEIGHTS_NORMALISATION, "/image", difference);
            case INTERPOLATION -> finding(PlanFinding.Code.WEIGHTS_INTERPOLATION, "/image", difference);
        };
    }

    private static PlanFinding finding(PlanFinding.Code code, String pointer, ImageDifference difference) {
        return new PlanFinding(
                code, pointer, difference.detail(), "Show images as the weights know them, unless there is a reason.");
    }
}
