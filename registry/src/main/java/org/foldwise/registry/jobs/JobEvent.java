package org.foldwise.registry.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a job.
 *
 * @param sequence 1, 2, ... within the job
 * @param state the job's state from then on
 * @param progress in [0, 1]
 * @param message what was being done from then on, for people; absent where nobody did anything
 * @param payload a JSON document of the stage whose job it is
 */
public record JobEvent(
        long sequence,
        Instant at,
        JobState state,
        double progress,
        @Nullable String message,
        @Nullable String payload) {}
