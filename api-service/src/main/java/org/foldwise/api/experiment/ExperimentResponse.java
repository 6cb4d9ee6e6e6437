package org.foldwise.api.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.report.CrossValidationView;
import org.foldwise.api.report.OptimismView;
import org.foldwise.api.split.PlanFindingResponse;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.jspecify.annotations.Nullable;

@Schema(description = "A plan applied to a split by a procedure.")
record ExperimentResponse(
        UUID id,
        UUID splitId,
        @Schema(example = "resnet18 from scratch") String name,
        Procedure procedure,
        Plan plan,
        @Schema(description = "SHA-256 of the plan's canonical JSON.") String planDigest,
        @Schema(description = "What was found before it started.") List<PlanFindingResponse> findings,
        @Schema(description = "Why it was started in spite of blocking findings.") List<FindingOverride> overrides,
        ExperimentState state,
        @Schema(description = "Mean progress of its runs, 0 to 1.", example = "0.4") double progress,
        @Schema(description = "What came out; absent before it has succeeded.") @Nullable CrossValidationView summary,
        @Schema(
                        description =
                                "Of a cross-validation: whether tests of the same plan on the same split confirm it, the"
                                        + " earliest first.")
                List<OptimismView> optimism,
        @Schema(
                        description =
                                "What the finished runs of a plan that asks for more than float32 were computed in, without those of a"
                                        + " search's inner folds. Of several entries each is another way to train: the folds' figures"
                                        + " and their mean are then of no single one.")
                List<TakenPrecision> precisions,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static ExperimentResponse of(
            Experiment experiment,
            @Nullable Search search,
            @Nullable List<PlanFindingResponse> findings,
            List<FindingOverride> overrides,
            double progress,
            @Nullable CrossValidationView summary,
            List<OptimismView> optimism,
            List<TakenPrecision> precisions) {
        ExperimentPlan plan = PlanJson.read(experiment.plan());
        return new ExperimentResponse(
                experiment.id(),
                experiment.splitId(),
                experiment.name(),
                Procedure.of(experiment.procedure(), search),
                Plan.of(plan),
                experiment.planDigest().hex(),
                findings == null ? PlanFindingResponse.about(plan) : findings,
                overrides,
                experiment.state(),
                progress,
                summary,
                optimism,
                precisions,
                experiment.createdAt(),
                experiment.finishedAt());
    }
}
