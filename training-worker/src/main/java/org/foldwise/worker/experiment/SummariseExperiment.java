package org.foldwise.worker.experiment;

import java.util.List;
import java.util.NoSuchElementException;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.ExperimentReporting;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.Workspace;
import org.foldwise.worker.run.Predictions;
import org.springframework.stereotype.Component;

/**
 * Summarises an experiment from its runs' predictions: a cross-validation fold by fold and pooled, a nested one by its outer runs, a single training
 * and an ensemble by their validation images. The threshold in a cross-validation's summary has the highest F1 over all out-of-fold cases of
 * its first repeat.
 */
@Component
final class SummariseExperiment implements JobWork {
    /** The validation of a single training, or of an ensemble, freezes a better one later; here every report needs some. */
    private static final double EVEN_THRESHOLD = 0.5;

    private final Experiments experiments;
    private final PatientSplits splits;
    private final Runs runs;
    private final Predictions predictions;
    private final ExperimentReporting reporting;

    SummariseExperiment(
            Experiments experiments,
            PatientSplits splits,
            Runs runs,
            Predictions predictions,
            ExperimentReporting reporting) {
        this.experiments = experiments;
        this.splits = splits;
        this.runs = runs;
        this.predictions = predictions;
        this.reporting = reporting;
    }

    @Override
    public JobKind kind() {
        return JobKind.SUMMARISE;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) {
        Experiment experiment = experiments
                .findById(token.job())
                .orElseThrow(() -> new NoSuchElementException("job " + token.job() + " is of no experiment"));
        List<Run> ofExperiment = runs.findOuter(experiment.id());
        BootstrapSpec bootstrap =
                BootstrapSpec.seeded(PlanJson.read(experiment.plan()).seed());
        String summary =
                switch (experiment.procedure()) {
                    case TRAIN, ENSEMBLE ->
                        ofTraining(
                                predictions.imagesOfRun(
                                        ofExperiment.get(0).id(), RunArtifactKind.VALIDATION_PREDICTIONS),
                                bootstrap);
                    // what a nested one adds, its choices, was written as they were made
                    case CROSS_VALIDATION, NESTED_CROSS_VALIDATION ->
                        ofCrossValidation(ofExperiment, repeats(experiment), bootstrap);
                };
        lease.requireKept();
        reporting.succeed(token, summary);
    }

    private int repeats(Experiment experiment) {
        return splits.find(experiment.splitId()).orElseThrow().spec().repeats();
    }

    private static String ofTraining(ScoredImages images, BootstrapSpec bootstrap) {
        if (images instanceof ScoredImages.Binary binary) {
            return ReportJson.write(EvaluationReport.of(binary.cases(), EVEN_THRESHOLD, bootstrap));
        }
        Decision decision = images.task() == Task.MULTICLASS
                ? new Decision.MostProbable()
                : Decision.choose(images, new ThresholdRule.Fixed(EVEN_THRESHOLD));
        return ReportJson.write(TaskSummary.of(TaskReport.of(images, decision, bootstrap)));
    }

    private String ofCrossValidation(List<Run> folds, int repeats, BootstrapSpec bootstrap) {
        List<ScoredImages> heldOut = folds.stream()
                .map(run -> predictions.imagesOfRun(run.id(), RunArtifactKind.HELD_OUT_PREDICTIONS))
                .toList();
        ScoredImages pooled = ScoredImages.together(heldOut.subList(0, heldOut.size() / repeats));
        Decision decision =
                Decision.choose(pooled, pooled.task() == Task.MULTICLASS ? null : new ThresholdRule.MaximumF1());
        if (decision instanceof Decision.AtThreshold threshold) {
            List<List<ScoredCase>> cases = heldOut.stream()
                    .map(fold -> ((ScoredImages.Binary) fold).cases())
                    .toList();
            return ReportJson.write(CrossValidationSummary.of(cases, repeats, threshold.choice(), bootstrap));
        }
        return ReportJson.write(TaskSummary.of(heldOut, repeats, decision, bootstrap));
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        reporting.fail(token, reason);
    }
}
