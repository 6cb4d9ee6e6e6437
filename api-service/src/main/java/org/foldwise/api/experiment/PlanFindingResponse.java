package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanFinding;

@Schema(name = "PlanFinding", description = "Something in a plan that is allowed and yet should be known.")
record PlanFindingResponse(
        PlanFinding.Code code,
        @Schema(description = "What it is about, a JSON pointer within the plan.", example = "/sampling")
                String pointer,
        @Schema(description = "What the plan says and what follows from it.") String evidence,
        @Schema(description = "What can be done.") String suggestion) {
    static List<PlanFindingResponse> about(ExperimentPlan plan) {
        return PlanFinding.of(plan).stream()
                .map(finding -> new PlanFindingResponse(
                        finding.code(), finding.pointer(), finding.evidence(), finding.suggestion()))
                .toList();
    }
}
