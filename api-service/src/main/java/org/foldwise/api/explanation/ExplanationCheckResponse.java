package org.foldwise.api.explanation;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.api.jobs.JobView;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.registry.explanation.ExplanationCheck;
import org.foldwise.registry.inquiry.InquiryState;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ExplanationCheck",
        description = "Whether the maps that explain an evaluation's answers show what these rest on.")
record ExplanationCheckResponse(
        UUID id,
        UUID evaluationId,
        @Schema(description = "Images asked for, at most.", example = "40") int images,
        @Schema(
                        description =
                                "The class that all maps speak for; absent where it is the one that the model called.",
                        example = "PNEUMONIA")
                @Nullable
                String explainedClass,
        @Nullable RegionView region,
        InquiryState state,
        @Schema(description = "0 to 1.", example = "0.4") double progress,
        @Nullable String message,
        @Schema(description = "Absent before it has succeeded.") @Nullable ExplanationReport report,
        @Schema(description = "Why it failed.") @Nullable String failure,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static ExplanationCheckResponse of(ExplanationCheck check, JobView job) {
        String report = check.report();
        return new ExplanationCheckResponse(
                check.id(),
                check.evaluationId(),
                check.images(),
                check.explainedClass(),
                RegionView.of(check.region()),
                check.state(),
                job.progress(),
                job.message(),
                report == null ? null : ReportJson.read(ExplanationReport.class, report),
                check.failure(),
                check.createdAt(),
                check.finishedAt());
    }
}
