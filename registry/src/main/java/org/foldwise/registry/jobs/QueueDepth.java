package org.foldwise.registry.jobs;

/**
 * How many jobs of a kind are open.
 *
 * @param queued wait for a worker
 * @param running are claimed
 */
public record QueueDepth(JobKind kind, long queued, long running) {}
