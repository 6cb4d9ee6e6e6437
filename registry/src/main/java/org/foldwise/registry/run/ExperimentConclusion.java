package org.foldwise.registry.run;

import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;

/**
 * What happens to an experiment when one of its runs has ended. The experiment's row is locked first, so that of two runs that end at
 * once the second sees the first, and exactly one is the last.
 */
@Component
class ExperimentConclusion {
    private final Experiments experiments;
    private final Runs runs;
    private final JobQueue queue;
    private final DatabaseClock clock;

    ExperimentConclusion(Experiments experiments, Runs runs, JobQueue queue, DatabaseClock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.queue = queue;
        this.clock = clock;
    }

    /** Within the transaction that ended a run. */
    void runEnded(UUID experimentId) {
        runs.flush();
        Experiment experiment = experiments.lock(experimentId).orElseThrow();
        Set<RunStatus> states = EnumSet.copyOf(runs.findStatuses(experimentId));
        if (!states.stream().allMatch(RunStatus::isTerminal)) {
            return;
        }
        if (states.contains(RunStatus.FAILED)) {
            experiment.fail(clock.now());
        } else if (states.contains(RunStatus.CANCELLED)) {
            experiment.cancel(clock.now());
        } else {
            queue.enqueue(JobKind.SUMMARISE, experimentId);
        }
    }
}
