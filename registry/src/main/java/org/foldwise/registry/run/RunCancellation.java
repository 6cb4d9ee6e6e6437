package org.foldwise.registry.run;

import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentState;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.search.Searches;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Calls runs off. One that waits ends at once; one that a worker trains ends when the worker has heard of it. */
@Component
public class RunCancellation {
    private final Runs runs;
    private final Experiments experiments;
    private final Searches searches;
    private final ExperimentConclusion conclusion;
    private final JobQueue queue;
    private final DatabaseClock clock;

    RunCancellation(
            Runs runs,
            Experiments experiments,
            Searches searches,
            ExperimentConclusion conclusion,
            JobQueue queue,
            DatabaseClock clock) {
        this.searches = searches;
        this.runs = runs;
        this.experiments = experiments;
        this.conclusion = conclusion;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * Calls a run off.
     *
     * @throws java.util.NoSuchElementException if there is no such run
     * @throws IllegalTransitionException if it has ended
     */
    @Transactional
    public Run cancelRun(UUID id) {
        Run run = runs.findById(id).orElseThrow();
        if (run.status().isTerminal()) {
            throw new IllegalTransitionException(run, run.status(), RunStatus.CANCELLED);
        }
        if (callOff(run)) {
            conclusion.runEnded(run.experimentId());
        }
        return run;
    }

    /**
     * Calls all runs of an experiment off that have not ended. A search then makes no more: that is written and committed first, so that
     * every run it has made by then is among those that are called off here.
     *
     * @throws java.util.NoSuchElementException if there is no such experiment
     * @throws IllegalTransitionException if it has ended
     */
    @Transactional
    public Experiment cancelExperiment(UUID id) {
        // Not the experiment itself: it is locked last, after jobs and runs as everywhere, and read under that lock.
        ExperimentState state = experiments.findState(id).orElseThrow();
        if (!state.isTerminal()) {
            searches.requestCancellation(id);
            boolean ended = false;
            for (Run run : runs.findByExperimentIdOrderByFold(id)) {
                ended |= !run.status().isTerminal() && callOff(run);
            }
            if (ended) {
                conclusion.runEnded(id);
            }
        }
        Experiment experiment = experiments.findById(id).orElseThrow();
        if (state.isTerminal()) {
            throw new IllegalTransitionException(experiment, state, ExperimentState.CANCELLED);
        }
        return experiment;
    }

    /** Whether the run has ended by that, and not only been asked to. */
    private boolean callOff(Run run) {
        if (queue.withdraw(run.id())) {
            run.cancel(clock.now());
            return true;
        }
        queue.requestCancellation(run.id());
        return false;
    }
}
