package org.foldwise.worker.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.UnreadableImageException;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.pretrained.NamedWeights;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.BackboneFeatures;
import org.foldwise.learning.training.BatchProgress;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.DivergedException;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.FeatureCache;
import org.foldwise.learning.training.FrozenBackbone;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.foldwise.learning.training.TrainingTask;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.StagedArtifact;
import org.foldwise.registry.dataset.DataWithdrawnException;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.run.FailureCode;
import org.foldwise.registry.run.RunArtifactKind;
import org.foldwise.registry.run.RunEpoch;
import org.foldwise.registry.run.RunReporting;
import org.foldwise.registry.split.SplitTamperedException;
import org.foldwise.worker.JobProgress;
import org.foldwise.worker.JobWork;
import org.foldwise.worker.LeaseWatch;
import org.foldwise.worker.StoppedException;
import org.foldwise.worker.WorkerProperties;
import org.foldwise.worker.WorkerVersion;
import org.foldwise.worker.Workspace;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Trains a run: from its last checkpoint, where another worker left one, to weights and predictions. The training sees the
 * images of its fold's training and validation patients only; the held-out images are not even decoded before the weights are
 * final, and the test images not at all.
 */
@Component
final class RunTraining implements JobWork {
    private static final String TOO_LITTLE_MEMORY = "there was too little memory; try a smaller batch or image size";

    private final RunMaterials materials;
    private final RunReporting reporting;
    private final Checkpoints checkpoints;
    private final Predictions predictions;
    private final StoredWeights weights;
    private final PixelCache pixelCache;
    private final RecordCache cache;
    private final ArtifactStore artifacts;
    private final JobProgress.Factory progress;
    private final ObjectProvider<TorchEngine> engine;
    private final WorkerVersion version;
    private final Duration checkpointInterval;
    private volatile SoftReference<FrozenBackbone> lastBackbone = new SoftReference<>(null);

    RunTraining(
            RunMaterials materials,
            RunReporting reporting,
            Checkpoints checkpoints,
            Predictions predictions,
            StoredWeights weights,
            PixelCache pixelCache,
            RecordCache cache,
            ArtifactStore artifacts,
            JobProgress.Factory progress,
            ObjectProvider<TorchEngine> engine,
            WorkerVersion version,
            WorkerProperties properties) {
        this.materials = materials;
        this.reporting = reporting;
        this.checkpoints = checkpoints;
        this.predictions = predictions;
        this.weights = weights;
        this.pixelCache = pixelCache;
        this.cache = cache;
        this.artifacts = artifacts;
        this.progress = progress;
        this.engine = engine;
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
            if (lease.reason() != LeaseWatch.StopReason.CANCELLED) {
                lease.requireKept();
                throw e;
            }
            forget(reporting.cancelled(token));
        } catch (DivergedException e) {
            fail(
                    token,
                    FailureCode.DIVERGED,
                    e.getMessage() + (e.epochIndex() > 0 ? ", the last checkpoint is kept" : "")
                            + "; try a lower learning rate");
        } catch (UnreadableImageException e) {
            fail(token, FailureCode.BAD_INPUT, "an image cannot be decoded: " + e.getMessage());
        } catch (SplitTamperedException | DataWithdrawnException | MaterialChangedException e) {
            fail(token, FailureCode.BAD_INPUT, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            fail(token, FailureCode.OUT_OF_MEMORY, TOO_LITTLE_MEMORY);
        } catch (IllegalArgumentException e) {
            fail(token, FailureCode.BAD_INPUT, "the plan does not fit the data: " + e.getMessage());
        } catch (IllegalStateException e) {
            fail(token, FailureCode.INTERNAL, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            if (!isNativeOutOfMemory(e)) {
                throw e;
            }
            fail(token, FailureCode.OUT_OF_MEMORY, TOO_LITTLE_MEMORY);
        }
    }

    /** The engine has one exception for everything; its allocator's words tell this one apart. */
    private static boolean isNativeOutOfMemory(RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("can't allocate memory") || message.contains("out of memory");
    }

    private void train(FencingToken token, LeaseWatch lease, Workspace workspace) throws InterruptedException {
        RunMaterial material = materials.ofRun(token.job());
        Optional<Checkpoint> checkpoint = checkpoints.last(token.job());
        List<EpochSummary> earlier = checkpoint.map(Checkpoint::history).orElse(List.of());
        reporting.start(token, earlier.size());
        Reporter reporter = new Reporter(token, material.plan().epochs(), earlier);
        NamedWeights pretrained = weights.of(material, workspace);
        CachedPixels pixels = pixels(material, material.images(Role.TRAIN, Role.VALIDATION), lease, reporter);
        TrainingTask fresh = TrainingTask.of(material.plan(), material.cohort(), material.fold(), pixels, pretrained);
        FrozenBackbone backbone = FrozenBackbone.suffices(material.plan()) ? backbone(fresh) : null;
        Inputs inputs = inputs(
                fresh.preprocessing(), pixels, backbone, material.images(Role.TRAIN, Role.VALIDATION), lease, reporter);
        TrainingTask whole = inputs.features() == null ? fresh : fresh.on(inputs.features());
        TrainingTask task = checkpoint.map(whole::resumedFrom).orElse(whole);
        TrainedClassifier trained = new TrainingLoop(engine.getObject()).train(task, reporter, lease);
        storeWeights(token, trained.weights());
        predict(
                token,
                RunArtifactKind.VALIDATION_PREDICTIONS,
                material,
                trained,
                material.images(Role.VALIDATION),
                inputs,
                lease);
        if (material.fold().index() != Fold.DEVELOPMENT) {
            List<ImageRecord> heldOut = material.images(Role.HELD_OUT);
            predict(
                    token,
                    RunArtifactKind.HELD_OUT_PREDICTIONS,
                    material,
                    trained,
                    heldOut,
                    inputs(
                            fresh.preprocessing(),
                            pixels(material, heldOut, lease, reporter),
                            scoresFeatures(trained) ? backbone : null,
                            heldOut,
                            lease,
                            reporter),
                    lease);
        }
        lease.requireKept();
        forget(reporting.succeed(
                token,
                trained.bestEpochIndex(),
                ReportJson.write(trained.provenance(material.split().digest(), version.value()))));
    }

    /**
     * What a network may see of some images.
     *
     * @param features what the plan's frozen backbone makes of them; absent where the training needs the images
     */
    private record Inputs(CachedPixels pixels, @Nullable BackboneFeatures features) {}

    /** Folds and trials come one after the other, usually with the same backbone; drawing one takes longer than an epoch of the head. */
    private FrozenBackbone backbone(TrainingTask task) {
        FrozenBackbone last = lastBackbone.get();
        if (last != null && last.isOf(task)) {
            return last;
        }
        FrozenBackbone drawn = FrozenBackbone.of(task);
        lastBackbone = new SoftReference<>(drawn);
        return drawn;
    }

    private CachedPixels pixels(RunMaterial material, List<ImageRecord> images, LeaseWatch lease, Reporter reporter)
            throws InterruptedException {
        return pixelCache.open(images, material.plan().image().pixels(), done -> {
            lease.requireKept();
            reporter.preparing("preparing image " + done);
        });
    }

    private Inputs inputs(
            Preprocessing preprocessing,
            CachedPixels pixels,
            @Nullable FrozenBackbone backbone,
            List<ImageRecord> images,
            LeaseWatch lease,
            Reporter reporter)
            throws InterruptedException {
        if (backbone == null) {
            return new Inputs(pixels, null);
        }
        Optional<BackboneFeatures> features = new FeatureCache(engine.getObject(), cache)
                .fill(backbone, preprocessing, images, pixels, done -> {
                    lease.requireKept();
                    reporter.preparing("computing the features of image " + done);
                });
        return new Inputs(pixels, features.orElse(null));
    }

    private void predict(
            FencingToken token,
            RunArtifactKind kind,
            RunMaterial material,
            TrainedClassifier trained,
            List<ImageRecord> images,
            Inputs inputs,
            LeaseWatch lease) {
        ArtifactKey key = predictions.store(scored(material.cohort(), trained, images, inputs, lease));
        reporting.artifact(token, kind, key, artifacts.size(key));
    }

    private ScoredImages scored(
            Cohort cohort, TrainedClassifier trained, List<ImageRecord> images, Inputs inputs, LeaseWatch lease) {
        BackboneFeatures features = inputs.features();
        if (features == null || !scoresFeatures(trained)) {
            try (Evaluator<PixelImage> evaluator = Evaluator.open(engine.getObject(), trained)) {
                return evaluator.answers(cohort, images, inputs.pixels()::pixelsOf, lease);
            }
        }
        try (Evaluator<FloatBuffer> evaluator = Evaluator.ofFeatures(engine.getObject(), trained)) {
            return evaluator.answers(cohort, images, features::featuresOf, lease);
        }
    }

    /** Features are float32, and answers of a model that answers in another precision have to be its own. */
    private static boolean scoresFeatures(TrainedClassifier trained) {
        return trained.predictionPrecision().taken() == Precision.FLOAT32;
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
    private final class Reporter implements TrainingListener {
        private final FencingToken token;
        private final int epochs;
        private final JobProgress report;
        private double reached;
        private String overfitting = "";
        private long lastCheckpoint = System.nanoTime();

        Reporter(FencingToken token, int epochs, List<EpochSummary> earlier) {
            this.token = token;
            this.epochs = epochs;
            this.report = progress.of(token);
            earlier.forEach(this::remember);
        }

        private void remember(EpochSummary summary) {
            Integer since = summary.overfittingSince();
            overfitting = since == null ? "" : ", overfitting since epoch " + (since + 1);
        }

        void preparing(String what) {
            report.at(reached, what);
        }

        @Override
        public void batchFinished(BatchProgress batch) {
            reached = (batch.epochIndex() + (double) batch.batch() / batch.batches()) / epochs;
            report.at(
                    reached,
                    "epoch " + (batch.epochIndex() + 1) + " of " + epochs + ", batch " + batch.batch() + " of "
                            + batch.batches() + overfitting);
        }

        /**
         * The row first: what a row without its checkpoint says is forgotten when the epoch is trained again, and comes to the same
         * figures. So checkpoints may be left out, and where epochs are short most are; the first epoch's is there in any case, so that
         * a training that diverges leaves a good one.
         */
        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            reporting.epoch(
                    token,
                    new RunEpoch(
                            summary.epochIndex(),
                            summary.trainLoss(),
                            summary.validation(),
                            summary.overfittingSince(),
                            summary.learningRate(),
                            summary.seconds(),
                            summary.imagesPerSecond()),
                    epochs);
            remember(summary);
            if (summary.epochIndex() == 0 || System.nanoTime() - lastCheckpoint >= checkpointInterval.toNanos()) {
                checkpoints.replace(token, checkpoint.get());
                lastCheckpoint = System.nanoTime();
            }
        }
    }
}
