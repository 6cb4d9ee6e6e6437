package org.foldwise.api.run;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.api.experiment.RunLaunch;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.experiment.ClassBalance;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.PlanDemands;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.LeakageAudit.FoldCounts;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.foldwise.registry.jobs.Job;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.ExperimentLaunch;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunCancellation;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The runs behind an experiment. */
@Component
class RunLaunching implements RunLaunch {
    private final PatientSplits splits;
    private final ExperimentLaunch launch;
    private final RunCancellation cancellation;
    private final Runs runs;
    private final JobQueue jobs;
    private final JsonMapper mapper;

    RunLaunching(
            PatientSplits splits,
            ExperimentLaunch launch,
            RunCancellation cancellation,
            Runs runs,
            JobQueue jobs,
            JsonMapper mapper) {
        this.splits = splits;
        this.launch = launch;
        this.cancellation = cancellation;
        this.runs = runs;
        this.jobs = jobs;
        this.mapper = mapper;
    }

    @Override
    public int plannedRuns(UUID split, Procedure procedure, ExperimentPlan plan) {
        List<FoldCounts> folds = folds(split, procedure);
        List<Mistake> mistakes =
                folds.stream().flatMap(fold -> mistakes(plan, fold)).toList();
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return folds.size();
    }

    /** What the audit counted in the folds that would be trained. */
    private List<FoldCounts> folds(UUID split, Procedure procedure) {
        LeakageAudit audit = mapper.readValue(splits.find(split).orElseThrow().audit(), LeakageAudit.class);
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

    private static Stream<Mistake> mistakes(ExperimentPlan plan, FoldCounts fold) {
        String where = fold.fold() == Fold.DEVELOPMENT ? "" : "fold " + fold.fold() + ": ";
        return PlanDemands.unmet(plan, balance(fold, Role.TRAIN), balance(fold, Role.VALIDATION)).stream()
                .map(unmet -> new Mistake("/plan" + unmet.pointer(), where + unmet.detail()));
    }

    private static ClassBalance balance(FoldCounts fold, Role role) {
        return fold.roles().stream()
                .filter(counts -> counts.role() == role)
                .map(counts -> new ClassBalance(
                        counts.classes().get(0).images(),
                        counts.classes().get(1).images()))
                .findFirst()
                .orElse(new ClassBalance(0, 0));
    }

    @Override
    public void launch(Experiment experiment) {
        launch.launch(experiment);
    }

    @Override
    public double progress(Experiment experiment) {
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
