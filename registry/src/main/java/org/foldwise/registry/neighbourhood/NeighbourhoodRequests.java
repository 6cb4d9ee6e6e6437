package org.foldwise.registry.neighbourhood;

import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
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
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Accepts neighbourhoods and queues them, and calls them off. */
@Component
public class NeighbourhoodRequests extends InquiryRequests<Neighbourhood> {
    private final Evaluations evaluations;
    private final Runs runs;
    private final Experiments experiments;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final Ids ids;
    private final DatabaseClock clock;

    NeighbourhoodRequests(
            Neighbourhoods neighbourhoods,
            Evaluations evaluations,
            Runs runs,
            Experiments experiments,
            PatientSplits splits,
            Datasets datasets,
            JobQueue queue,
            Ids ids,
            DatabaseClock clock) {
        super(JobKind.NEIGHBOURHOOD, neighbourhoods, queue, clock);
        this.evaluations = evaluations;
        this.runs = runs;
        this.experiments = experiments;
        this.splits = splits;
        this.datasets = datasets;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores a neighbourhood and queues it.
     *
     * @param neighbours how many patients to look for of each case, 1 to {@value Neighbourhood#MOST_NEIGHBOURS}
     * @throws java.util.NoSuchElementException if there is no such evaluation
     * @throws NeighbourhoodRefusedException if it has no error review
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if a patient was withdrawn from what it judges or was trained on
     */
    @Transactional
    public Neighbourhood accept(UUID evaluationId, int neighbours) {
        Evaluation evaluation = evaluations.findById(evaluationId).orElseThrow();
        if (evaluation.state() != EvaluationState.SUCCEEDED || evaluation.errorReview() == null) {
            throw new NeighbourhoodRefusedException("Neighbours are looked for of the cases that an error review names,"
                    + " and the evaluation has none.");
        }
        requireWhole(evaluation);
        return enqueue(new Neighbourhood(ids.next(), evaluationId, neighbours, clock.now()));
    }

    private void requireWhole(Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = run == null
                ? evaluation.experimentId()
                : runs.findById(run).orElseThrow().experimentId();
        if (experiment == null) {
            throw new IllegalStateException(evaluation + " judges nothing");
        }
        UUID split = experiments.findById(experiment).orElseThrow().splitId();
        datasets.findById(splits.find(split).orElseThrow().datasetId())
                .orElseThrow()
                .requireWhole();
        UUID external = evaluation.datasetId();
        if (external != null) {
            datasets.findById(external).orElseThrow().requireWhole();
        }
    }
}
