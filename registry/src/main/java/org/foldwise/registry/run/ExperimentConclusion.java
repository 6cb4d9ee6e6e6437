package org.foldwise.registry.run;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.search.Searches;
import org.springframework.stereotype.Component;

/**
 * What happens to an experiment when one of its runs has ended. The experiment's row is locked first, so that of two runs that end at
 * once the second sees the first, and exactly one is the last.
 */
@Component
class ExperimentConclusion {
    private final Experiments experiments;
    private final Runs runs;
    private final Searches searches;
    private final SearchSteps search;
    private final JobQueue queue;
    private final DatabaseClock clock;

    ExperimentConclusion(
            Experiments experiments,
            Runs runs,
            Searches searches,
            SearchSteps search,
            JobQueue queue,
            DatabaseClock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.searches = searches;
        this.search = search;
        this.queue = queue;
        this.clock = clock;
    }

    /** Within the transaction that ended a run. */
    void runEnded(UUID experimentId) {
        runs.flush();
        Experiment experiment = experiments.lock(experimentId).orElseThrow();
        if (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION) {
            searchRunEnded(experiment);
            return;
        }
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

    /**
     * A search goes on as far as it can. It has ended when no run is left to wait for: well if every outer fold has the run of what was
     * chosen for it.
     */
    private void searchRunEnded(Experiment experiment) {
        search.goOn(experiment.id());
        List<RunStanding> standings = runs.findStandings(experiment.id());
        if (!standings.stream().allMatch(run -> run.status().isTerminal())) {
            return;
        }
        long scored = standings.stream()
                .filter(run -> run.isOuter() && run.status() == RunStatus.SUCCEEDED)
                .count();
        if (standings.stream().anyMatch(run -> run.hasFailed() && !run.losesAlone())) {
            experiment.fail(clock.now());
        } else if (scored == searches.folds(experiment.id()).size()) {
            queue.enqueue(JobKind.SUMMARISE, experiment.id());
        } else if (standings.stream().anyMatch(run -> run.status() == RunStatus.CANCELLED)
                || searches.isCancellationRequested(experiment.id())) {
            experiment.cancel(clock.now());
        } else {
            experiment.fail(clock.now());
        }
    }
}
