package org.foldwise.registry.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that the worker that trains a run writes. Every method locks the job's row against the token first, throws
 * {@link org.foldwise.registry.jobs.LeaseLostException} and changes nothing if the token no longer counts. Artifacts are in the store
 * before they are reported.
 */
@Component
public class RunReporting {
    /** What is absent is left out, as in the API's answers. */
    private static final JsonMapper EVENTS = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final Runs runs;
    private final RunProgress progress;
    private final Experiments experiments;
    private final ExperimentConclusion conclusion;
    private final JobQueue queue;
    private final DatabaseClock clock;

    RunReporting(
            Runs runs,
            RunProgress progress,
            Experiments experiments,
            ExperimentConclusion conclusion,
            JobQueue queue,
            DatabaseClock clock) {
        this.runs = runs;
        this.progress = progress;
        this.experiments = experiments;
        this.conclusion = conclusion;
        this.queue = queue;
        this.clock = clock;
    }

    /**
     * The worker begins to train, or goes on where another was lost.
     *
     * @param firstEpoch the epoch that it trains first, 0 without a checkpoint; what was reported of it and later ones is forgotten
     */
    @Transactional
    public void start(FencingToken token, int firstEpoch) {
        queue.verify(token);
        Run run = run(token);
        run.start(clock.now());
        runs.flush();
        progress.deleteEpochsFrom(run.id(), firstEpoch);
        experiments.lock(run.experimentId()).orElseThrow().begin();
    }

    /**
     * An epoch is finished.
     *
     * @param plannedEpochs how many there will be at most
     */
    @Transactional
    public void epoch(FencingToken token, RunEpoch epoch, int plannedEpochs) {
        queue.verify(token);
        progress.put(token.job(), epoch);
        queue.progress(
                token,
                Math.min(1, (epoch.epoch() + 1.0) / plannedEpochs),
                "epoch " + (epoch.epoch() + 1) + " of " + plannedEpochs + overfitting(epoch),
                EVENTS.writeValueAsString(EpochEvent.of(epoch)));
    }

    /** Messages are for people, who count from 1. */
    private static String overfitting(RunEpoch epoch) {
        return epoch.overfittingSince() == null ? "" : ", overfitting since epoch " + (epoch.overfittingSince() + 1);
    }

    /**
     * A checkpoint takes the place of any earlier one. Its bytes name the run and the token, so that no other row ever shares them.
     *
     * @return the artifact whose place it took, for the caller to delete from the store
     */
    @Transactional
    public Optional<ArtifactKey> checkpoint(FencingToken token, ArtifactKey checkpoint, long sizeBytes) {
        queue.verify(token);
        Optional<ArtifactKey> earlier = progress.delete(token.job(), RunArtifactKind.CHECKPOINT);
        progress.put(token.job(), RunArtifactKind.CHECKPOINT, checkpoint, sizeBytes);
        return earlier.filter(key -> !key.equals(checkpoint));
    }

    /** Weights or predictions are in the store. They take the place of earlier ones of their kind. */
    @Transactional
    public void artifact(FencingToken token, RunArtifactKind kind, ArtifactKey artifact, long sizeBytes) {
        if (kind == RunArtifactKind.CHECKPOINT) {
            throw new IllegalArgumentException("checkpoints are reported as such");
        }
        queue.verify(token);
        progress.put(token.job(), kind, artifact, sizeBytes);
    }

    /**
     * Ends a run whose artifacts are all reported, and its job; and the experiment's training, if this was the last of its runs.
     *
     * @param bestEpoch the epoch whose weights were kept
     * @param provenance a JSON document: what the weights were made from
     * @return the checkpoint that is no longer needed, for the caller to delete from the store
     * @throws IllegalStateException if the weights or the predictions were not reported, or it is an inner run
     */
    @Transactional
    public Optional<ArtifactKey> succeed(FencingToken token, int bestEpoch, String provenance) {
        queue.verify(token);
        Run run = run(token);
        if (run.isInner()) {
            throw new IllegalStateException(run + " of a search's inner fold succeeds with its figure");
        }
        requireArtifact(run, RunArtifactKind.WEIGHTS);
        requireArtifact(run, RunArtifactKind.VALIDATION_PREDICTIONS);
        if (run.fold() >= 0) {
            requireArtifact(run, RunArtifactKind.HELD_OUT_PREDICTIONS);
        }
        Optional<ArtifactKey> checkpoint = progress.delete(run.id(), RunArtifactKind.CHECKPOINT);
        run.succeed(bestEpoch, provenance, clock.now());
        queue.finish(token);
        conclusion.runEnded(run.experimentId());
        return checkpoint;
    }

    /**
     * Ends a run of a search's inner fold, and its job. If it was the last of its rung, the candidates are compared, and what follows is
     * queued, all in the same transaction. Its weights are not kept.
     *
     * @param bestEpoch the epoch whose weights were scored
     * @param provenance a JSON document: what the weights were made from
     * @param heldOutRocAuc area under the ROC curve on the inner fold's held-out patients; absent where it is undefined
     * @return the checkpoint that is no longer needed, for the caller to delete from the store
     * @throws IllegalStateException if the held-out predictions were not reported, or it is no inner run
     */
    @Transactional
    public Optional<ArtifactKey> succeedInner(
            FencingToken token, int bestEpoch, String provenance, @Nullable Double heldOutRocAuc) {
        queue.verify(token);
        Run run = run(token);
        if (!run.isInner()) {
            throw new IllegalStateException(run + " is of no inner fold");
        }
        requireArtifact(run, RunArtifactKind.HELD_OUT_PREDICTIONS);
        Optional<ArtifactKey> checkpoint = progress.delete(run.id(), RunArtifactKind.CHECKPOINT);
        run.succeed(bestEpoch, provenance, heldOutRocAuc, clock.now());
        queue.finish(token);
        conclusion.runEnded(run.experimentId());
        return checkpoint;
    }

    /**
     * Ends a run that cannot be trained, and its job. Where the code says so, the checkpoint stays an artifact of the run, unless
     * that is of an inner fold.
     *
     * @param detail what went wrong, without patient data
     * @return the checkpoint that is no longer needed, for the caller to delete from the store
     */
    @Transactional
    public Optional<ArtifactKey> fail(FencingToken token, FailureCode code, String detail) {
        queue.verify(token);
        Run run = run(token);
        Optional<ArtifactKey> checkpoint = code.keepsCheckpoint() && !run.isInner()
                ? Optional.empty()
                : progress.delete(run.id(), RunArtifactKind.CHECKPOINT);
        run.fail(code, detail, clock.now());
        queue.fail(token, detail);
        conclusion.runEnded(run.experimentId());
        return checkpoint;
    }

    /**
     * Ends a run that the worker broke off because it was asked to, and its job.
     *
     * @return the checkpoint that is no longer needed, for the caller to delete from the store
     */
    @Transactional
    public Optional<ArtifactKey> cancelled(FencingToken token) {
        queue.verify(token);
        Run run = run(token);
        Optional<ArtifactKey> checkpoint = progress.delete(run.id(), RunArtifactKind.CHECKPOINT);
        run.cancel(clock.now());
        queue.breakOff(token);
        conclusion.runEnded(run.experimentId());
        return checkpoint;
    }

    private Run run(FencingToken token) {
        UUID id = token.job();
        return runs.findById(id).orElseThrow(() -> new IllegalStateException("job " + id + " is of no run"));
    }

    private void requireArtifact(Run run, RunArtifactKind kind) {
        if (progress.artifact(run.id(), kind).isEmpty()) {
            throw new IllegalStateException(run + " cannot succeed before its " + kind + " are reported");
        }
    }
}
