package org.foldwise.registry.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the worker that carries out an evaluation writes. Every method throws {@link org.foldwise.registry.jobs.LeaseLostException} and
 * changes nothing if the token no longer counts.
 */
@Component
public class EvaluationReporting {
    private final Evaluations evaluations;
    private final FrozenThresholds thresholds;
    private final JobQueue queue;
    private final DatabaseClock clock;

    EvaluationReporting(Evaluations evaluations, FrozenThresholds thresholds, JobQueue queue, DatabaseClock clock) {
        this.evaluations = evaluations;
        this.thresholds = thresholds;
        this.queue = queue;
        this.clock = clock;
    }

    /** The worker begins, or goes on where another was lost. */
    @Transactional
    public void start(FencingToken token) {
        queue.verify(token);
        evaluation(token).start();
    }

    /**
     * Keeps what there is to say beside the report, before the evaluation ends.
     *
     * @param subgroups a JSON document, the figures of parts of the cases
     * @param errorReview a JSON document, the cases to look at
     */
    @Transactional
    public void review(FencingToken token, String subgroups, String errorReview) {
        queue.verify(token);
        evaluation(token).review(subgroups, errorReview);
    }

    /**
     * Keeps the figures of patients, before the evaluation ends.
     *
     * @param patientReport a JSON document that names no patient
     */
    @Transactional
    public void judgePatients(FencingToken token, String patientReport) {
        queue.verify(token);
        evaluation(token).judgePatients(patientReport);
    }

    /**
     * Keeps what the run's prediction sets do on the images, before the evaluation ends; of test and external images.
     *
     * @param predictionSets a JSON document
     */
    @Transactional
    public void cover(FencingToken token, String predictionSets) {
        queue.verify(token);
        evaluation(token).cover(predictionSets);
    }

    /**
     * Keeps what the run's recalibration does to figures of the images, before the evaluation ends; of test and external images.
     *
     * @param effect a JSON document
     */
    @Transactional
    public void tellOfRecalibration(FencingToken token, String effect) {
        queue.verify(token);
        evaluation(token).tellOfRecalibration(effect);
    }

    /**
     * Ends the evaluation and its job. A binary task's validation freezes its run's threshold in the same transaction.
     *
     * @param report a JSON document
     * @param cases the artifact with the scored cases
     * @param threshold what the validation's rule chose, in [0, 1]; absent for every other subset
     */
    @Transactional
    public void succeed(FencingToken token, String report, ArtifactKey cases, @Nullable Double threshold) {
        end(token, report, cases, threshold == null ? null : new ChosenThreshold(threshold, null));
    }

    /** Ends a validation of any task, and its job, and freezes what it settled in the same transaction. */
    @Transactional
    public void freeze(FencingToken token, String report, ArtifactKey cases, ChosenThreshold chosen) {
        end(token, report, cases, chosen);
    }

    private void end(FencingToken token, String report, ArtifactKey cases, @Nullable ChosenThreshold threshold) {
        queue.verify(token);
        Evaluation evaluation = evaluation(token);
        if ((threshold != null) != (evaluation.subset() == Subset.VALIDATION)) {
            throw new IllegalArgumentException("a validation, and nothing else, freezes a threshold");
        }
        evaluation.requireOpened();
        evaluation.succeed(report, cases, clock.now());
        evaluations.flush();
        if (threshold != null) {
            UUID run = requireNonNull(evaluation.runId());
            if (threshold.isPresent() != (evaluation.thresholdRule() != null)) {
                throw new IllegalArgumentException("a rule, and nothing else, chooses a threshold");
            }
            thresholds.freeze(run, evaluation.id(), evaluation.thresholdRule(), threshold);
        }
        queue.finish(token);
    }

    /**
     * Ends an evaluation that cannot be made, and its job.
     *
     * @param detail what went wrong, without patient data
     */
    @Transactional
    public void fail(FencingToken token, String detail) {
        queue.verify(token);
        evaluation(token).fail(detail, clock.now());
        queue.fail(token, detail);
    }

    private Evaluation evaluation(FencingToken token) {
        UUID id = token.job();
        return evaluations
                .findById(id)
                .orElseThrow(() -> new IllegalStateException("job " + id + " is of no evaluation"));
    }
}
