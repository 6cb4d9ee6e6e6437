package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.jobs.JobView;
import org.foldwise.registry.run.EnsembleMember;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunStatus;
import org.jspecify.annotations.Nullable;

@Schema(
        description =
                "One training of an experiment's plan, or of a candidate of its search, on one fold of its split; or an ensemble of"
                        + " such trainings.")
record RunResponse(
        UUID id,
        UUID experimentId,
        @Schema(
                        description =
                                "-1 is the fold that trains on everything outside the test subset, and stands with an ensemble.",
                        example = "0")
                int fold,
        @Schema(description = "Of a nested cross-validation, the candidate whose plan it trains.", example = "3")
                @Nullable
                Integer candidate,
        @Schema(
                        description =
                                "The rung of the search, 0 for the first; absent unless it is a run on an inner fold.",
                        example = "0")
                @Nullable
                Integer rung,
        @Schema(description = "The inner fold within the fold; absent of all other runs.", example = "0") @Nullable
                Integer innerFold,
        RunStatus state,
        @Schema(description = "0 to 1.", example = "0.4") double progress,
        @Schema(description = "What is being done.", example = "epoch 8 of 20") @Nullable String message,
        @Schema(description = "The epoch whose weights were kept, 0 for the first.", example = "7") @Nullable
                Integer bestEpoch,
        @Schema(
                        description =
                                "The epoch since which the run overfits, 0 for the first: the training loss falls from epoch to"
                                        + " epoch and the validation loss stays above its lowest. Absent where it does not.",
                        example = "4")
                @Nullable
                Integer overfittingSince,
        @Schema(description = "Area under the ROC curve on the inner fold's held-out patients.", example = "0.9")
                @Nullable
                Double heldOutRocAuc,
        @Schema(description = "Why it failed.") @Nullable FailureCode failureCode,
        @Schema(description = "Why it failed, in words.") @Nullable String failureDetail,
        @Schema(description = "What the weights were made from; absent of an ensemble, whose members have one each.")
                @Nullable
                ProvenanceResponse provenance,
        @Schema(description = "Of an ensemble: the trainings whose probabilities it averages. Absent of a training.")
                @Nullable
                List<MemberResponse> members,
        @Schema(
                        description =
                                "Patients whom it learned from, in training or in validation, and who were withdrawn since.",
                        example = "0")
                int withdrawals,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    @Schema(name = "EnsembleMember", description = "A training that an ensemble is made of.")
    record MemberResponse(
            UUID runId, @Schema(description = "SHA-256 of the weights that the ensemble answers by.") String weights) {
        static MemberResponse of(EnsembleMember member) {
            return new MemberResponse(member.run(), member.weights().hex());
        }
    }

    static RunResponse of(
            Run run,
            JobView job,
            @Nullable Integer overfittingSince,
            @Nullable ProvenanceResponse provenance,
            List<EnsembleMember> members) {
        return new RunResponse(
                run.id(),
                run.experimentId(),
                run.fold(),
                run.candidate(),
                run.rung(),
                run.innerFold(),
                run.status(),
                run.status().isTerminal() ? 1 : job.progress(),
                job.message(),
                run.bestEpoch(),
                overfittingSince,
                run.heldOutRocAuc(),
                run.failureCode(),
                run.failureDetail(),
                provenance,
                run.isEnsemble() ? members.stream().map(MemberResponse::of).toList() : null,
                run.withdrawals(),
                run.createdAt(),
                run.startedAt(),
                run.finishedAt());
    }
}
