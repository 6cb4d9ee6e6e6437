package org.foldwise.registry.jobs;

/** How far a job is. Whether its subject succeeded is told by the subject. */
public enum JobState {
    /** Waits for a worker, for the first time or for another attempt. */
    QUEUED,
    /** A worker has claimed it. */
    RUNNING,
    /** Nothing is left to do: the work was done, or called off. */
    FINISHED,
    /** The work could not be done. */
    FAILED;

    /** Whether the job has ended, which it does once. */
    public boolean isTerminal() {
        return this == FINISHED || this == FAILED;
    }
}
