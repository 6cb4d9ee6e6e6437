package org.foldwise.worker;

import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;

/** What is done for the jobs of one kind. The implementations are beans; {@link WorkerLoop} knows them by their kind only. */
public interface JobWork {
    JobKind kind();

    /**
     * Does the work and reports its end, under the token.
     *
     * @param lease asked between any two steps whether to go on
     * @param workspace empty, and gone afterwards
     * @throws StoppedException if it must not go on
     * @throws org.foldwise.registry.jobs.LeaseLostException if a report was refused because another worker has the job
     * @throws org.foldwise.registry.jobs.InfrastructureException if it may succeed another time
     * @throws InterruptedException if the worker ends
     */
    void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException;

    /**
     * Reports that the work will not be done: attempts ran out, or something unforeseen happened.
     *
     * @param reason for people, without patient data
     */
    void giveUp(FencingToken token, String reason);
}
