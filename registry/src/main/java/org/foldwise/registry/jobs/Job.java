package org.foldwise.registry.jobs;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stood when it was read.
 *
 * @param id the subject's id
 * @param token the highest token given out so far, 0 before the first claim
 * @param progress in [0, 1]
 * @param message what is being done, for people; absent where nobody is doing anything
 * @param worker who claimed it last
 * @param attempts how often it was claimed since it was enqueued
 * @param failure why it failed, or why its last attempt did
 */
public record Job(
        UUID id,
        JobKind kind,
        long token,
        JobState state,
        double progress,
        @Nullable String message,
        @Nullable String worker,
        int attempts,
        @Nullable String failure,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant cancelRequestedAt) {}
