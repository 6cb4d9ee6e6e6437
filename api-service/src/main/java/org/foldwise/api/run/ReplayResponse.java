package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.jobs.JobView;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.provenance.ReplayReport;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.run.Replay;
import org.foldwise.registry.run.ReplayVerdict;
import org.jspecify.annotations.Nullable;

@Schema(name = "Replay", description = "A run trained once more, to see whether it comes to the same.")
record ReplayResponse(
        UUID id,
        UUID runId,
        InquiryState state,
        @Schema(description = "0 to 1.", example = "0.5") double progress,
        @Nullable String message,
        @Schema(
                        description =
                                "identical: weights, predictions and figures are equal, bit by bit. otherEnvironment: they are"
                                        + " not, and no equal bits were promised, for libraries, device, threads or precision differ."
                                        + " different: they are not, although nothing differs that the provenance names. Absent unless the"
                                        + " replay has succeeded.")
                @Nullable
                ReplayVerdict verdict,
        @Schema(description = "Absent unless the replay has succeeded.") @Nullable Report report,
        @Schema(description = "Why it failed.") @Nullable String failure,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    @Schema(name = "Replays", description = "The replays of a run, the oldest first.")
    record ListResponse(List<ReplayResponse> replays) {}

    @Schema(name = "ReplayReport", description = "What the verdict rests on.")
    record Report(
            List<Comparison> comparisons,
            @Schema(description = "Of the run.", example = "12") int epochs,
            @Schema(description = "Of the replay.", example = "12") int replayedEpochs,
            @Schema(
                            description =
                                    "The first epoch, counted from 0, whose figures differ or that only one of the two has;"
                                            + " absent where all are equal.")
                    @Nullable
                    Integer firstDifferentEpoch,
            @Schema(description = "What of the environment was not the same.") List<Difference> environment) {
        static Report of(ReplayReport report) {
            return new Report(
                    report.comparisons().stream().map(Comparison::of).toList(),
                    report.epochs(),
                    report.replayedEpochs(),
                    report.firstDifferentEpoch(),
                    report.environment().stream().map(Difference::of).toList());
        }
    }

    @Schema(name = "ReplayComparison", description = "SHA-256 of what should be the same.")
    record Comparison(@Schema(example = "weights") String of, String stored, String replayed, boolean equal) {
        static Comparison of(ReplayReport.Comparison comparison) {
            return new Comparison(
                    comparison.of(),
                    comparison.stored().hex(),
                    comparison.replayed().hex(),
                    comparison.agrees());
        }
    }

    @Schema(name = "ReplayDifference", description = "Something that decides a computation's last bits.")
    record Difference(
            @Schema(example = "threads") String of,
            @Schema(example = "2") @Nullable String stored,
            @Schema(example = "4") @Nullable String replayed) {
        static Difference of(ReplayReport.Difference difference) {
            return new Difference(difference.of(), difference.stored(), difference.replayed());
        }
    }

    static ReplayResponse of(Replay replay, JobView job) {
        String report = replay.report();
        return new ReplayResponse(
                replay.id(),
                replay.runId(),
                replay.state(),
                replay.state().isTerminal() ? 1 : job.progress(),
                job.message(),
                replay.verdict(),
                report == null ? null : Report.of(ReportJson.read(ReplayReport.class, report)),
                replay.failure(),
                replay.createdAt(),
                replay.finishedAt());
    }
}
