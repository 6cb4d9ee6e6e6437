package org.foldwise.api.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.api.dataset.PlanFit;
import org.foldwise.api.experiment.RunLaunch;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LabelCounts;
import org.foldwise.learning.experiment.PlanDemands;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterCount;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.LeakageAudit.FoldCounts;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.StoredRows;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.ExperimentLaunch;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunCancellation;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.search.SearchDesign;
import org.foldwise.registry.search.Searches;
import org.foldwise.registry.split.InnerFolds;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;

/** The runs behind an experiment. */
@Component
class RunLaunching implements RunLaunch {
    private final PatientSplits splits;
    private final Datasets datasets;
    private final PlanFit fit;
    private final Searches searches;
    private final ExperimentLaunch launch;
    private final RunCancellation cancellation;
    private final Runs runs;
    private final JobQueue jobs;

    RunLaunching(
            PatientSplits splits,
            Datasets datasets,
            PlanFit fit,
            Searches searches,
            ExperimentLaunch launch,
            RunCancellation cancellation,
            Runs runs,
            JobQueue jobs) {
        this.splits = splits;
        this.datasets = datasets;
        this.fit = fit;
        this.searches = searches;
        this.launch = launch;
        this.cancellation = cancellation;
        this.runs = runs;
        this.jobs = jobs;
    }

    @Override
    public Task task(UUID split) {
        return dataset(split).description().task();
    }

    @Override
    public ParameterCount parameters(UUID split, ExperimentPlan plan) {
        Dataset dataset = dataset(split);
        List<String> classes = Objects.requireNonNull(dataset.classes(), "a dataset that was split has classes");
        return NetworkSpec.of(plan, dataset.description().task(), classes.size())
                .parameterCount();
    }

    private Dataset dataset(UUID split) {
        return splits.find(split)
                .flatMap(found -> datasets.findById(found.datasetId()))
                .orElseThrow();
    }

    @Override
    public int plannedRuns(UUID split, Procedure procedure, ExperimentPlan plan) {
        Dataset dataset = dataset(split);
        dataset.requireWhole();
        Task task = dataset.description().task();
        List<String> classes = dataset.classes();
        if (classes == null) {
            throw new IllegalStateException(dataset + " was split, and has no classes");
        }
        // told without the folds, of which each would say the same
        List<Mistake> unfit = fit.mistakes(plan, dataset, "/plan");
        if (!unfit.isEmpty()) {
            throw RefusedException.invalid(unfit);
        }
        List<FoldCounts> folds = folds(split, procedure);
        // what the audit counted is of the task and the classes that there were then
        List<Mistake> mistakes = StoredRows.read(dataset, () -> folds.stream()
                .flatMap(fold -> mistakes(plan, fold, task, classes))
                .toList());
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return folds.size();
    }

    /** What the audit counted in the folds that would be trained. */
    private List<FoldCounts> folds(UUID split, Procedure procedure) {
        PatientSplit stored = splits.find(split).orElseThrow();
        stored.requireAsStored();
        LeakageAudit audit = stored.audit();
        List<FoldCounts> folds = audit.folds().stream()
                .filter(fold -> (fold.fold() == Fold.DEVELOPMENT) == (procedure == Procedure.TRAIN))
                .toList();
        if (folds.isEmpty()) {
            throw new RefusedException(
                    ProblemType.SPLIT_REFUSED,
                    "The split has no folds.",
                    List.of(
                            new Mistake(
                                    "/procedure",
                                    "a cross-validation needs a split of kind kFold, or of kind site without named test sites")));
        }
        return folds;
    }

    private static Stream<Mistake> mistakes(ExperimentPlan plan, FoldCounts fold, Task task, List<String> classes) {
        String where = fold.fold() == Fold.DEVELOPMENT ? "" : "fold " + fold.fold() + ": ";
        return PlanDemands.unmet(
                        plan, counts(fold, Role.TRAIN, task, classes), counts(fold, Role.VALIDATION, task, classes))
                .stream()
                .map(unmet -> new Mistake("/plan" + unmet.pointer(), where + unmet.detail()));
    }

    @Override
    public void requireMet(UUID split, List<ExperimentPlan> candidates, List<InnerFolds> inner, String pointer) {
        Dataset dataset = dataset(split);
        Task task = dataset.description().task();
        List<String> classes = Objects.requireNonNull(dataset.classes(), "a split dataset has classes");
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            int candidate = i;
            fit.unfitWindow(candidates.get(i), dataset)
                    .map(unfit -> new Mistake(
                            pointer, "candidate " + candidate + ": " + unfit.pointer() + " " + unfit.detail()))
                    .ifPresent(mistakes::add);
        }
        for (FoldCounts fold : folds(split, Procedure.NESTED_CROSS_VALIDATION)) {
            addUnmet(candidates, fold, task, classes, "fold " + fold.fold(), pointer, mistakes);
        }
        for (InnerFolds ofFold : inner) {
            for (FoldCounts fold :
                    LeakageAudit.of(ofFold.split(), ofFold.cohort()).folds()) {
                if (fold.fold() != Fold.DEVELOPMENT) {
                    String where = "inner fold " + fold.fold() + " of fold " + ofFold.fold();
                    addUnmet(candidates, fold, task, classes, where, pointer, mistakes);
                }
            }
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
    }

    private static void addUnmet(
            List<ExperimentPlan> candidates,
            FoldCounts fold,
            Task task,
            List<String> classes,
            String where,
            String pointer,
            List<Mistake> mistakes) {
        LabelCounts train = counts(fold, Role.TRAIN, task, classes);
        LabelCounts validation = counts(fold, Role.VALIDATION, task, classes);
        for (int i = 0; i < candidates.size(); i++) {
            int candidate = i;
            PlanDemands.unmet(candidates.get(i), train, validation).stream()
                    .map(unmet -> new Mistake(
                            pointer,
                            "candidate " + candidate + " cannot be trained on " + where + ": " + unmet.pointer() + " "
                                    + unmet.detail()))
                    .forEach(mistakes::add);
        }
    }

    private static LabelCounts counts(FoldCounts fold, Role role, Task task, List<String> classes) {
        return fold.roles().stream()
                .filter(counts -> counts.role() == role)
                .map(counts -> new LabelCounts(
                        task,
                        classes,
                        counts.images(),
                        counts.classes().stream()
                                .map(ofClass -> (long) ofClass.images())
                                .toList()))
                .findFirst()
                .orElseGet(() -> new LabelCounts(task, classes, 0, Collections.nCopies(classes.size(), 0L)));
    }

    @Override
    public void launch(Experiment experiment) {
        launch.launch(experiment);
    }

    @Override
    public void launch(Experiment experiment, SearchDesign design) {
        launch.launch(experiment, design);
    }

    /** The runs of a search are made as it goes on, so that theirs is progress on all that are planned. */
    @Override
    public double progress(Experiment experiment) {
        if (experiment.procedure() == Procedure.NESTED_CROSS_VALIDATION
                && !experiment.state().isTerminal()) {
            double reached = runs.findByExperimentIdOrderByFold(experiment.id()).stream()
                    .mapToDouble(this::progress)
                    .sum();
            return Math.min(1, reached / searches.plannedRuns(experiment.id()).orElseThrow());
        }
        return runs.findByExperimentIdOrderByFold(experiment.id()).stream()
                .mapToDouble(this::progress)
                .average()
                .orElse(0);
    }

    @Override
    public Experiment cancel(UUID experiment) {
        return cancellation.cancelExperiment(experiment);
    }

    private double progress(Run run) {
        return run.status().isTerminal()
                ? 1
                : jobs.find(run.id()).map(Job::progress).orElse(0.0);
    }
}
