package org.foldwise.worker.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.DivergedException;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.StagedArtifact;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.WorkerProperties;
import org.foldwise.worker.WorkerVersion;
import org.foldwise.worker.Workspace;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Trains a run: from its last checkpoint, where another worker left one, to weights and predictions. The training sees the
 * images of its fold's training and validation patients only; the held-out images are not even decoded before the weights are
 * final, and the test images not at all.
 */
@Component
final class RunTraining implements JobWork {
    private final RunMaterials materials;
    private final RunReporting reporting;
    private final Checkpoints checkpoints;
    private final Predictions predictions;
    private final StoredWeights weights;
    private final FoldTraining training;
    private final ArtifactStore artifacts;
    private final JobProgress.Factory progress;
    private final WorkerVersion version;
    private final Duration checkpointInterval;

    RunTraining(
            RunMaterials materials,
            RunReporting reporting,
            Checkpoints checkpoints,
            Predictions predictions,
            StoredWeights weights,
            FoldTraining training,
            ArtifactStore artifacts,
            JobProgress.Factory progress,
            WorkerVersion version,
            WorkerProperties properties) {
        this.materials = materials;
        this.reporting = reporting;
        this.checkpoints = checkpoints;
        this.predictions = predictions;
        this.weights = weights;
        this.training = training;
        this.artifacts = artifacts;
        this.progress = progress;
        this.version = version;
        this.checkpointInterval = properties.checkpointInterval();
    }

    @Override
    public JobKind kind() {
        return JobKind.TRAIN;
    }

    @Override
    public void carryOut(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        try {
            train(token, lease, workspace);
        } catch (StoppedException | TrainingCancelledException | CancellationException e) {
            lease.requireCancelled(e);
            forget(reporting.cancelled(token));
        } catch (DivergedException e) {
            fail(
                    token,
                    FailureCode.DIVERGED,
                    e.getMessage()
                            + (e.epochIndex() > 0 && !materials.isInner(token.job())
                                    ? ", the last checkpoint is kept"
                                    : "")
                            + "; try a lower learning rate");
        } catch (OutOfMemoryError e) {
            fail(token, TrainingFailure.outOfMemory());
        } catch (RuntimeException e) {
            fail(token, TrainingFailure.of(e));
        }
    }

    private void train(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        RunMaterial material = materials.ofRun(token.job());
        Optional<Checkpoint> checkpoint = checkpoints.last(token.job());
        List<EpochSummary> earlier = checkpoint.map(Checkpoint::history).orElse(List.of());
        reporting.start(token, earlier.size());
        Reporter reporter = new Reporter(token, material.plan().epochs(), earlier);
        Trained trained;
        try {
            trained = train(material, checkpoint, reporter, lease, workspace);
        } catch (DivergedException e) {
            reporter.storeLastCheckpoint();
            throw e;
        }
        if (!material.inner()) {
            storeWeights(token, trained.classifier().weights());
        }
        store(token, RunArtifactKind.VALIDATION_PREDICTIONS, trained.validation());
        ScoredImages heldOut = trained.heldOut();
        if (heldOut != null) {
            store(token, RunArtifactKind.HELD_OUT_PREDICTIONS, heldOut);
        }
        lease.requireKept();
        int bestEpoch = trained.classifier().bestEpochIndex();
        String provenance = ReportJson.write(
                trained.classifier().provenance(material.split().digest(), version.value()));
        forget(
                material.inner()
                        ? reporting.succeedInner(token, bestEpoch, provenance, rocAuc(heldOut))
                        : reporting.succeed(token, bestEpoch, provenance));
    }

    /** By what a search compares: of a binary task the area, of others the mean over the judged classes. The loss is not looked at. */
    private static @Nullable Double rocAuc(@Nullable ScoredImages heldOut) {
        return Objects.requireNonNull(heldOut, "an inner fold holds somebody out")
                .figures(0)
                .rocAuc();
    }

    /**
     * What comes of a training.
     *
     * @param validation the scored validation images
     * @param heldOut the scored held-out images of a cross-validation's fold; absent of the development fold
     */
    record Trained(TrainedClassifier classifier, ScoredImages validation, @Nullable ScoredImages heldOut) {}

    /**
     * Trains and scores; stores nothing.
     *
     * @param checkpoint where to go on from; empty to begin at the beginning
     */
    Trained train(
            RunMaterial material,
            Optional<Checkpoint> checkpoint,
            Narration narration,
            LeaseWatch lease,
            Workspace workspace)
            throws InterruptedException {
        FoldTraining.Watch watch = new FoldTraining.Watch(lease, narration::preparing);
        FoldTraining.Finished finished = training.train(
                new FoldTraining.Subject(
                        material.plan(),
                        material.cohort(),
                        material.fold(),
                        weights.of(material.weightSet(), material.plan(), workspace),
                        material.precision()),
                checkpoint,
                narration,
                watch);
        return new Trained(
                finished.classifier(),
                finished.validation(watch),
                material.fold().index() == Fold.DEVELOPMENT ? null : finished.heldOut(watch));
    }

    private void store(FencingToken token, RunArtifactKind kind, ScoredImages images) {
        ArtifactKey key = predictions.store(images);
        reporting.artifact(token, kind, key, artifacts.size(key));
    }

    private void storeWeights(FencingToken token, Weights weights) {
        try (StagedArtifact staged = artifacts.stage()) {
            RunWeights.write(weights, staged.stream());
            long size = staged.size();
            reporting.artifact(token, RunArtifactKind.WEIGHTS, staged.commit(), size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fail(FencingToken token, TrainingFailure failure) {
        fail(token, failure.code(), failure.detail());
    }

    private void fail(FencingToken token, FailureCode code, String detail) {
        forget(reporting.fail(token, code, detail));
    }

    private void forget(Optional<ArtifactKey> checkpoint) {
        checkpoint.ifPresent(artifacts::delete);
    }

    @Override
    public void giveUp(FencingToken token, String reason) {
        fail(token, FailureCode.INFRASTRUCTURE, reason);
    }

    /** Tells the registry what the training tells it. */
    private final class Reporter extends Narration {
        private final FencingToken token;
        private final int epochs;
        private long lastCheckpoint = System.nanoTime();
        /** Of the last epoch, unless it is stored. */
        private @Nullable Checkpoint unstored;

        Reporter(FencingToken token, int epochs, List<EpochSummary> earlier) {
            super(progress.of(token), epochs);
            this.token = token;
            this.epochs = epochs;
            earlier.forEach(this::remember);
        }

        /**
         * The row first: what a row without its checkpoint says is forgotten when the epoch is trained again, and comes to the same
         * figures. So checkpoints may be left out, and where epochs are short most are. The last one is at hand all the same, so that a
         * training that diverges leaves what was good until then.
         */
        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            reporting.epoch(token, row(summary), epochs);
            remember(summary);
            // let go of the one before first: there are never two
            unstored = null;
            Checkpoint last = checkpoint.get();
            if (summary.epochIndex() == 0 || System.nanoTime() - lastCheckpoint >= checkpointInterval.toNanos()) {
                checkpoints.replace(token, last);
                lastCheckpoint = System.nanoTime();
            } else {
                unstored = last;
            }
        }

        void storeLastCheckpoint() {
            if (unstored != null) {
                checkpoints.replace(token, unstored);
                unstored = null;
            }
        }
    }

    /** An epoch as the registry keeps it. */
    static RunEpoch row(EpochSummary summary) {
        return new RunEpoch(
                summary.epochIndex(),
                summary.trainLoss(),
                summary.validation(),
                summary.overfittingSince(),
                summary.learningRate(),
                summary.seconds(),
                summary.imagesPerSecond());
    }
}
