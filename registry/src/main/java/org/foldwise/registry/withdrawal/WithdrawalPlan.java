package org.foldwise.registry.withdrawal;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.jobs.JobKind;

/**
 * What a withdrawal would do.
 *
 * @param reach what it would touch
 * @param sharedContents number of images whose bytes stay, because an image of somebody else has the same
 * @param openWork what has to end or be cancelled first: workers hold the patient's data in memory, and would write of them
 */
public record WithdrawalPlan(WithdrawalReach reach, int sharedContents, List<OpenWork> openWork) {
    public WithdrawalPlan {
        openWork = List.copyOf(openWork);
    }

    /**
     * A job that waits or runs.
     *
     * @param id of what is worked on: a dataset, a run, an experiment, an evaluation, a replay or a leakage experiment
     */
    public record OpenWork(JobKind kind, UUID id) {}
}
