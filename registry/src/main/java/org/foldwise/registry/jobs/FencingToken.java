package org.foldwise.registry.jobs;

import java.util.UUID;

/**
 * A worker's right to write for a job. Every claim of the job gives out a higher one, and from then on lower ones are worthless: a
 * worker that was believed dead cannot overwrite what its successor does.
 *
 * @param job the job's id, which is its subject's id
 * @param value 1 for the first claim, and rising
 */
public record FencingToken(UUID job, long value) {}
