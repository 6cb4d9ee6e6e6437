package org.foldwise.registry.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.search.SearchBudget;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.search.SearchDesign;
import org.foldwise.registry.search.SearchFold;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.InnerFolds;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Stores an experiment, makes its runs and queues them, all or nothing. */
@Component
public class ExperimentLaunch {
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Searches searches;
    private final SearchSteps search;
    private final Runs runs;
    private final JobQueue queue;
    private final Ids ids;
    private final DatabaseClock clock;

    ExperimentLaunch(
            Experiments experiments,
            PatientSplits splits,
            Searches searches,
            SearchSteps search,
            Runs runs,
            JobQueue queue,
            Ids ids,
            DatabaseClock clock) {
        this.experiments = experiments;
        this.splits = splits;
        this.searches = searches;
        this.search = search;
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
     * @throws IllegalArgumentException if the procedure is a cross-validation and the split has no folds, if it searches, or if it trains nothing
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

    /**
     * Launches a new nested cross-validation: with its search, the inner splits of every outer fold, and the runs of the first rung. The
     * others follow as runs end.
     *
     * @return these runs, in the order of folds, candidates and inner folds
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws IllegalArgumentException if the procedure is another, the split has no folds, or there would be too many runs
     * @throws org.foldwise.learning.split.InfeasibleSplitException if an outer fold has too few patients for inner ones
     */
    @Transactional
    public List<Run> launch(Experiment experiment, SearchDesign design) {
        if (experiment.procedure() != Procedure.NESTED_CROSS_VALIDATION) {
            throw new IllegalArgumentException(
                    "only a nested cross-validation searches, was " + experiment.procedure());
        }
        List<InnerFolds> inner =
                splits.planInner(experiment.splitId(), design.inner().split(), design.seed());
        SearchBudget budget = design.budget(inner.size());
        if (inner.isEmpty() || !budget.isAffordable()) {
            throw new IllegalArgumentException("a search must have folds and at most " + SearchBudget.MAXIMUM_RUNS
                    + " runs, had " + inner.size() + " and " + budget.runs());
        }
        experiments.saveAndFlush(experiment);
        List<SearchFold> folds = new ArrayList<>();
        for (InnerFolds ofFold : inner) {
            String name = "inner folds of fold " + ofFold.fold() + " in experiment " + experiment.id();
            folds.add(new SearchFold(
                    ofFold.fold(),
                    splits.storeInner(experiment.splitId(), ofFold, name).id()));
        }
        searches.store(experiment.id(), design, folds);
        return search.begin(experiment.id(), design.inner().folds());
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
            case NESTED_CROSS_VALIDATION ->
                throw new IllegalArgumentException("a nested cross-validation is launched with what it searches among");
            case ENSEMBLE -> throw new IllegalArgumentException("an ensemble is launched with its members");
        };
    }
}
