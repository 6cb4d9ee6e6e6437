package org.foldwise.api.audit;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.jobs.JobView;
import org.foldwise.learning.experiment.AugmentationAuditReport;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.inquiry.InquiryState;
import org.jspecify.annotations.Nullable;

@Schema(description = "A look at what a plan's augmentations make of the training images of a split.")
record AugmentationAuditResponse(
        UUID id,
        UUID splitId,
        Plan plan,
        @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
        @Schema(description = "The run whose answers were looked at; absent where none was asked for.") @Nullable
                UUID runId,
        InquiryState state,
        @Schema(description = "0 to 1.", example = "0.4") double progress,
        @Nullable String message,
        @Schema(description = "What was found; absent before it has succeeded.") @Nullable
                AugmentationAuditReport report,
        @Schema(
                        description =
                                "Whether the contact sheet can be looked at: from success on, until a patient is withdrawn from the"
                                        + " dataset.")
                boolean contactSheet,
        @Schema(description = "What people said who looked at the contact sheet, in order.") List<SignOffView> signOffs,
        @Schema(
                        description =
                                "How many patients' withdrawals the dataset has seen since; the report still counts what was theirs.",
                        example = "0")
                int withdrawals,
        @Schema(description = "Why it failed.") @Nullable String failure,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static AugmentationAuditResponse of(AugmentationAudit audit, List<SignOffView> signOffs, JobView job) {
        String report = audit.report();
        return new AugmentationAuditResponse(
                audit.id(),
                audit.splitId(),
                Plan.of(PlanJson.read(audit.plan())),
                audit.planDigest().hex(),
                audit.runId(),
                audit.state(),
                job.progress(),
                job.message(),
                report == null ? null : ReportJson.read(AugmentationAuditReport.class, report),
                audit.sheet() != null,
                signOffs,
                audit.withdrawals(),
                audit.failure(),
                audit.createdAt(),
                audit.finishedAt());
    }
}
