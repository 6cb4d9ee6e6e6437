package org.foldwise.registry.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Stores an experiment, makes its runs and queues them, all or nothing. */
@Component
public class ExperimentLaunch {
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Runs runs;
    private final JobQueue queue;
    private final Ids ids;
    private final DatabaseClock clock;

    ExperimentLaunch(
            Experiments experiments, PatientSplits splits, Runs runs, JobQueue queue, Ids ids, DatabaseClock clock) {
        this.experiments = experiments;
        this.splits = splits;
        this.runs = runs;
        this.queue = queue;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Launches a new experiment.
     *
     * @return its runs, in the order of their folds
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws IllegalArgumentException if the procedure is a cross-validation and the split has no folds
     */
    @Transactional
    public List<Run> launch(Experiment experiment) {
        List<Fold> folds = foldsOf(experiment);
        experiments.saveAndFlush(experiment);
        Instant now = clock.now();
        List<Run> launched = new ArrayList<>();
        for (Fold fold : folds) {
            launched.add(runs.save(new Run(ids.next(), experiment.id(), fold.index(), now)));
        }
        runs.flush();
        launched.forEach(run -> queue.enqueue(JobKind.TRAIN, run.id()));
        return launched;
    }

    private List<Fold> foldsOf(Experiment experiment) {
        Split split = splits.load(experiment.splitId());
        return switch (experiment.procedure()) {
            case TRAIN -> List.of(split.development());
            case CROSS_VALIDATION -> {
                if (split.folds().isEmpty()) {
                    throw new IllegalArgumentException(
                            "split " + experiment.splitId() + " has no folds to cross-validate on");
                }
                yield split.folds();
            }
        };
    }
}
