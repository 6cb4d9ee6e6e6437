package org.foldwise.worker.leakage;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.leakage.FoldLevel;
import org.foldwise.learning.leakage.LeakageCost;
import org.foldwise.learning.leakage.LeakageFold;
import org.foldwise.learning.leakage.LeakageScores;
import org.foldwise.learning.leakage.LeakageStudy;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.pretrained.NamedWeights;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.training.BatchProgress;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.foldwise.registry.leakage.LeakageExperiments;
import org.foldwise.registry.leakage.LeakageFolds;
import org.foldwise.registry.leakage.LeakageReporting;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.Workspace;
import org.foldwise.worker.run.FoldTraining;
import org.foldwise.worker.run.RunMaterials;
import org.foldwise.worker.run.StoredWeights;
import org.foldwise.worker.run.TrainingFailure;
import org.springframework.stereotype.Component;

/**
 * Trains a plan on every fold of a leakage study and compares. What a fold came to is kept, so that another worker goes on with the
 * next one; weights are not: nothing that has learned from patients it is judged by outlives its scores.
 */
@Component
final class LeakageMeasurement implements JobWork {
    private final LeakageExperiments experiments;
    private final LeakageFolds folds;
    private final LeakageReporting reporting;
    private final RunMaterials materials;
    private final PatientSplits splits;
    private final StoredWeights weights;
    private final FoldTraining training;
    private final JobProgress.Factory progress;

    LeakageMeasurement(
            LeakageExperiments experiments,
            LeakageFolds folds,
            LeakageReporting reporting,
            RunMaterials materials,
            PatientSplits splits,
            StoredWeights weights,
            FoldTraining training,
            JobProgress.Factory progress) {
        this.experiments = experiments;
        this.folds = folds;
        this.reporting = reporting;
        this.materials = materials;
        this.splits = splits;
        this.weights = weights;
        this.training = training;
        this.progress = progress;
    }

    @Override
    public JobKind kind() {
        return JobKind.LEAKAGE_EXPERIMENT;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        try {
            measure(token, lease, workspace);
        } catch (StoppedException | TrainingCancelledException | CancellationException e) {
            lease.requireCancelled(e);
            reporting.cancelled(token);
        } catch (InfeasibleSplitException e) {
            reporting.fail(token, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            reporting.fail(token, TrainingFailure.outOfMemory().detail());
        } catch (RuntimeException e) {
            reporting.fail(token, TrainingFailure.of(e).detail());
        }
    }

    private void measure(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        LeakageExperiment experiment = experiments
                .findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no leakage experiment"));
        reporting.start(token);
        ExperimentPlan plan = RunMaterials.plan(experiment.plan(), experiment.planDigest());
        LeakageStudy study = study(experiment);
        NamedWeights pretrained = weights.of(experiment.weightSetId(), plan, workspace);
        List<LeakageScores> scores = new ArrayList<>();
        for (String finished : folds.of(experiment.id())) {
            scores.add(ReportJson.read(LeakageScores.class, finished));
        }
        Reporter reporter = new Reporter(progress.of(token), study.parts().size(), plan.epochs());
        PrecisionChoice precision = null;
        for (LeakageFold part : study.parts()) {
            if (scores.stream().noneMatch(finished -> finished.isOf(part))) {
                reporter.begin(part, scores.size());
                FoldTraining.Watch watch = new FoldTraining.Watch(lease, reporter::preparing);
                FoldTraining.Finished trained = training.train(
                        new FoldTraining.Subject(plan, part.cohort(), part.fold(), pretrained, precision),
                        Optional.empty(),
                        reporter,
                        watch);
                // the difference is to be that of the folds
                precision = trained.classifier().precision();
                LeakageScores finished = scores(trained, part, watch);
                lease.requireKept();
                reporting.fold(token, finished.level(), finished.fold(), ReportJson.write(finished));
                scores.add(finished);
            }
        }
        reporting.succeed(token, ReportJson.write(LeakageCost.of(study, scores)));
    }

    private LeakageStudy study(LeakageExperiment experiment) {
        Cohort cohort = materials.cohort(experiment.datasetId());
        return LeakageStudy.of(
                cohort,
                splits.lockedPatients(experiment.withheldSplits()),
                splits.ties(experiment.datasetId(), cohort, SplitRules.DEFAULT),
                experiment.folds(),
                experiment.seed());
    }

    private static LeakageScores scores(FoldTraining.Finished finished, LeakageFold part, FoldTraining.Watch watch)
            throws InterruptedException {
        TrainedClassifier trained = finished.classifier();
        return LeakageScores.of(part, trained.history().size(), trained.bestEpochIndex(), finished.heldOut(watch));
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }

    /** Tells how far all trainings together are. */
    private static final class Reporter implements TrainingListener {
        private final JobProgress report;
        private final int trainings;
        private final int epochs;
        private int finished;
        private double reached;
        private String part = "";

        Reporter(JobProgress report, int trainings, int epochs) {
            this.report = report;
            this.trainings = trainings;
            this.epochs = epochs;
        }

        void begin(LeakageFold next, int finishedBefore) {
            finished = finishedBefore;
            reached = (double) finished / trainings;
            part = "training " + (finished + 1) + " of " + trainings + ", fold "
                    + (next.fold().index() + 1) + " of " + (next.level() == FoldLevel.IMAGE ? "images" : "patients")
                    + ": ";
        }

        void preparing(String what) {
            report.at(reached, part + what);
        }

        @Override
        public void batchFinished(BatchProgress batch) {
            double ofTraining = (batch.epochIndex() + (double) batch.batch() / batch.batches()) / epochs;
            reached = (finished + ofTraining) / trainings;
            report.at(reached, part + "epoch " + (batch.epochIndex() + 1) + " of " + epochs);
        }

        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            // a fold is the smallest thing that is kept
        }
    }
}
