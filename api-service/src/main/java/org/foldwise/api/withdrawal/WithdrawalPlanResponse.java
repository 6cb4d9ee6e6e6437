package org.foldwise.api.withdrawal;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.withdrawal.WithdrawalPlan;

@Schema(description = "What a withdrawal would do. Nothing was done.")
record WithdrawalPlanResponse(
        WithdrawalReachView touched,
        @Schema(
                        description = "Images whose bytes would stay, because an image of somebody else has the same.",
                        example = "0")
                int sharedContents,
        @Schema(description = "What has to end or be cancelled first.") List<OpenWork> openWork) {

    @Schema(name = "OpenWork", description = "A job that waits or runs, and works with data of the patient.")
    record OpenWork(
            JobKind kind,
            @Schema(description = "Of the dataset, run, experiment or evaluation that is worked on.") UUID id) {}

    static WithdrawalPlanResponse of(WithdrawalPlan plan) {
        return new WithdrawalPlanResponse(
                WithdrawalReachView.of(plan.reach()),
                plan.sharedContents(),
                plan.openWork().stream()
                        .map(work -> new OpenWork(work.kind(), work.id()))
                        .toList());
    }
}
