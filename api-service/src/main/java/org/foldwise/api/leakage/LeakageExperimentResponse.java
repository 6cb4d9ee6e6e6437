package org.foldwise.api.leakage;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.experiment.FindingOverride;
import org.foldwise.api.experiment.Plan;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.leakage.LeakageCost;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.jspecify.annotations.Nullable;

@Schema(
        description =
                "A plan that is cross-validated on folds of images and on folds of patients. No weights are kept of it: nothing"
                        + " in it can be evaluated or become a model version.")
record LeakageExperimentResponse(
        UUID id,
        UUID datasetId,
        @Schema(example = "what the tutorial would have claimed") String name,
        Plan plan,
        @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
        @Schema(example = "5") int folds,
        @Schema(example = "42") long seed,
        @Schema(description = "How many splits of the dataset lock patients away; those are left out.", example = "1")
                int withheldSplits,
        @Schema(description = "What was found before it started; absent in old ones.") @Nullable
                List<PlanFindingResponse> findings,
        @Schema(description = "Why it was started in spite of blocking findings.") List<FindingOverride> overrides,
        InquiryState state,
        @Schema(description = "0 to 1.", example = "0.4") double progress,
        @Schema(example = "training 3 of 10, fold 2 of images: epoch 4 of 20") @Nullable String message,
        @Schema(description = "What came out; absent before it has succeeded.") @Nullable LeakageCost report,
        @Schema(
                        description =
                                "How many patients' withdrawals the dataset has seen since; the report still counts what was theirs.",
                        example = "0")
                int withdrawals,
        @Schema(description = "Why it failed.") @Nullable String failure,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static LeakageExperimentResponse of(
            LeakageExperiment experiment,
            JobView job,
            @Nullable List<PlanFindingResponse> findings,
            List<FindingOverride> overrides) {
        String report = experiment.report();
        return new LeakageExperimentResponse(
                experiment.id(),
                experiment.datasetId(),
                experiment.name(),
                Plan.of(PlanJson.read(experiment.plan())),
                experiment.planDigest().hex(),
                experiment.folds(),
                experiment.seed(),
                experiment.withheldSplits().size(),
                findings,
                overrides,
                experiment.state(),
                job.progress(),
                job.message(),
                report == null ? null : ReportJson.read(LeakageCost.class, report),
                experiment.withdrawals(),
                experiment.failure(),
                experiment.createdAt(),
                experiment.finishedAt());
    }
}
