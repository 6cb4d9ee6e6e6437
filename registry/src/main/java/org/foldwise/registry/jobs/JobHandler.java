package org.foldwise.registry.jobs;

/** Does the work of one kind of job. Called by several threads where a {@link JobWorker} has several. */
public interface JobHandler {
    /**
     * Does the work, writes what came of it under {@code token}, and with that ends the job.
     *
     * @param token its job is the subject's id
     * @throws InfrastructureException if it is worth another attempt; errors of database and storage count as such
     * @throws LeaseLostException if another worker has the job by now; nothing happens then
     * @throws InterruptedException if the worker is to stop; the job is given back
     * @throws RuntimeException for anything else, upon which the job is given up at once
     */
    void handle(FencingToken token) throws InterruptedException;

    /**
     * Writes that the work will not be done, and with that ends the job.
     *
     * @param reason for people, without patient data
     */
    void giveUp(FencingToken token, String reason);
}
