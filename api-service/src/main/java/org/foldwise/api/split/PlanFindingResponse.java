package org.foldwise.api.split;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanFinding;
import org.foldwise.learning.pretrained.ImageDifference;
import org.jspecify.annotations.Nullable;

@Schema(name = "PlanFinding", description = "Something about an experiment that is allowed and yet should be known.")
public record PlanFindingResponse(
        PlanFinding.Code code,
        @Schema(description = "How much it matters; absent in experiments that are older than severities.")
                PlanFinding.@Nullable Severity severity,
        @Schema(description = "What it is about; absent in experiments that are older than severities.")
                PlanFinding.@Nullable Subject subject,
        @Schema(description = "Where in that, a JSON pointer.", example = "/sampling") String pointer,
        @Schema(description = "What is said there and what follows from it.") String evidence,
        @Schema(description = "What can be done.") String suggestion) {
    public static List<PlanFindingResponse> about(ExperimentPlan plan) {
        return PlanFinding.of(plan).stream().map(PlanFindingResponse::of).toList();
    }

    /** The same, and what there is to say about the images that the plan's pretrained weights were made of. */
    public static List<PlanFindingResponse> about(ExperimentPlan plan, List<ImageDifference> differences) {
        return all(PlanFinding.of(plan), differences);
    }

    /** Findings, and what there is to say about the images that the plan's pretrained weights were made of. */
    public static List<PlanFindingResponse> all(List<PlanFinding> findings, List<ImageDifference> differences) {
        return Stream.concat(findings.stream(), differences.stream().map(PlanFindingResponse::finding))
                .map(PlanFindingResponse::of)
                .toList();
    }

    /** Whether nothing starts without a reason to start all the same. */
    public boolean isBlocking() {
        return severity == PlanFinding.Severity.BLOCKING;
    }

    private static PlanFindingResponse of(PlanFinding finding) {
        return new PlanFindingResponse(
                finding.code(),
                finding.severity(),
                finding.subject(),
                finding.pointer(),
                finding.evidence(),
                finding.suggestion());
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
