package org.foldwise.api.jobs;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobState;
import org.foldwise.registry.jobs.QueueDepth;
import org.jspecify.annotations.Nullable;

@Schema(name = "Queue", description = "The work that waits and the work in progress.")
record QueueResponse(
        @Schema(description = "How many jobs of each kind are open.") List<Depth> depths,
        @Schema(description = "Open jobs, oldest first, at most 500.") List<OpenJob> jobs) {

    @Schema(name = "QueueDepth", description = "How many jobs of a kind are open.")
    record Depth(JobKind kind, @Schema(example = "3") long queued, @Schema(example = "1") long running) {
        static Depth of(QueueDepth depth) {
            return new Depth(depth.kind(), depth.queued(), depth.running());
        }
    }

    @Schema(name = "Job", description = "A job that waits or is being worked on.")
    record OpenJob(
            @Schema(description = "The id of what is worked on.") UUID id,
            JobKind kind,
            JobState state,
            @Schema(example = "0.4") double progress,
            @Nullable String message,
            @Schema(description = "Who claimed it last.") @Nullable String worker,
            @Schema(description = "How often it was claimed.", example = "1") int attempts,
            Instant createdAt,
            @Nullable Instant startedAt) {
        static OpenJob of(Job job) {
            return new OpenJob(
                    job.id(),
                    job.kind(),
                    job.state(),
                    job.progress(),
                    job.message(),
                    job.worker(),
                    job.attempts(),
                    job.createdAt(),
                    job.startedAt());
        }
    }

    static QueueResponse of(List<QueueDepth> depths, List<Job> jobs) {
        return new QueueResponse(
                depths.stream().map(Depth::of).toList(),
                jobs.stream().map(OpenJob::of).toList());
    }
}
