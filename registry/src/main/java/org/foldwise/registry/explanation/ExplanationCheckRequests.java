package org.foldwise.registry.explanation;

import java.util.List;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.inquiry.InquiryRequests;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplits;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts explanation checks and queues them, and calls them off. */
@Component
public class ExplanationCheckRequests extends InquiryRequests<ExplanationCheck> {
    private final Evaluations evaluations;
    private final Runs runs;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final Ids ids;
    private final DatabaseClock clock;

    ExplanationCheckRequests(
            ExplanationChecks checks,
            Evaluations evaluations,
            Runs runs,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            JobQueue queue,
            Ids ids,
            DatabaseClock clock) {
        super(JobKind.EXPLANATION_CHECK, checks, queue, clock);
        this.evaluations = evaluations;
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores a check and queues it.
     *
     * @param images how many at most, {@value ExplanationCheck#FEWEST_IMAGES} to {@value ExplanationCheck#MOST_IMAGES}
     * @param explainedClass the class that maps are to speak for; absent for the one that the model called
     * @param region a rectangle whose share of the heat is asked for; absent for none
     * @throws java.util.NoSuchElementException if there is no such evaluation
     * @throws ExplanationCheckRefusedException if it has not succeeded, or the class is none of the model's
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from what it judges or was trained on
     */
    @Transactional
    public ExplanationCheck accept(
            UUID evaluationId, int images, @Nullable String explainedClass, @Nullable HeatRegion region) {
        Evaluation evaluation = evaluations.findById(evaluationId).orElseThrow();
        if (evaluation.state() != EvaluationState.SUCCEEDED || evaluation.cases() == null) {
            throw new ExplanationCheckRefusedException(
                    "Explanations are checked on images that an evaluation has judged, and this one has not succeeded.");
        }
        List<String> classes = wholeClasses(evaluation);
        if (explainedClass != null && !classes.contains(explainedClass)) {
            throw new ExplanationCheckRefusedException("explainedClass must be one of " + classes + ".");
        }
        return enqueue(new ExplanationCheck(ids.next(), evaluationId, images, explainedClass, region, clock.now()));
    }

    /** The classes of what was trained, if nobody was withdrawn from what it was trained on and judged on. */
    private List<String> wholeClasses(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        if (experiment == null) {
            throw new IllegalStateException(evaluation + " judges nothing");
        }
        UUID split = experiments.findById(experiment).orElseThrow().splitId();
        Dataset trainedOn =
                datasets.findById(splits.find(split).orElseThrow().datasetId()).orElseThrow();
        trainedOn.requireWhole();
        UUID external = evaluation.datasetId();
        if (external != null) {
            datasets.findById(external).orElseThrow().requireWhole();
        }
        List<String> classes = trainedOn.classes();
        if (classes == null) {
            throw new IllegalStateException(trainedOn + " was never frozen");
        }
        return classes;
    }
}
