package org.foldwise.api.run;

import java.util.List;
import java.util.UUID;
import org.foldwise.api.experiment.RunLaunch;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
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

/** The runs behind an experiment. */
@Component
class RunLaunching implements RunLaunch {
    private final PatientSplits splits;
    private final ExperimentLaunch launch;
    private final RunCancellation cancellation;
    private final Runs runs;
    private final JobQueue jobs;

    RunLaunching(
            PatientSplits splits, ExperimentLaunch launch, RunCancellation cancellation, Runs runs, JobQueue jobs) {
        this.splits = splits;
        this.launch = launch;
        this.cancellation = cancellation;
        this.runs = runs;
        this.jobs = jobs;
    }

    @Override
    public int plannedRuns(UUID split, Procedure procedure) {
        int folds = splits.load(split).folds().size();
        return switch (procedure) {
            case TRAIN -> 1;
            case CROSS_VALIDATION -> {
                if (folds == 0) {
                    throw new RefusedException(
                            ProblemType.SPLIT_REFUSED,
                            "The split is a hold-out and has no folds.",
                            List.of(new Mistake("/procedure", "a cross-validation needs a split of kind kFold")));
                }
                yield folds;
            }
        };
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
