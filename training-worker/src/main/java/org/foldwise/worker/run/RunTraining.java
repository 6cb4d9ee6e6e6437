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
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.DivergedException;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.FeatureCache;
import org.foldwise.learning.training.FrozenBackbone;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingCancelledException;
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
        Trained trained = train(material, checkpoint, reporter, lease, workspace);
        storeWeights(token, trained.classifier().weights());
        store(token, RunArtifactKind.VALIDATION_PREDICTIONS, trained.validation());
        ScoredImages heldOut = trained.heldOut();
        if (heldOut != null) {
            store(token, RunArtifactKind.HELD_OUT_PREDICTIONS, heldOut);
        }
        lease.requireKept();
        forget(reporting.succeed(
                token,
                trained.classifier().bestEpochIndex(),
                ReportJson.write(
                        trained.classifier().provenance(material.split().digest(), version.value()))));
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
        NamedWeights pretrained = weights.of(material, workspace);
        List<ImageRecord> development = material.images(Role.TRAIN, Role.VALIDATION);
        CachedPixels pixels = pixels(material, development, lease, narration);
        TrainingTask fresh = TrainingTask.of(material.plan(), material.cohort(), material.fold(), pixels, pretrained);
        FrozenBackbone backbone = FrozenBackbone.suffices(material.plan()) ? backbone(fresh) : null;
        Inputs inputs = inputs(fresh.preprocessing(), pixels, backbone, development, lease, narration);
        TrainingTask whole = inputs.features() == null ? fresh : fresh.on(inputs.features());
        TrainingTask task = checkpoint.map(whole::resumedFrom).orElse(whole);
        TrainedClassifier trained = new TrainingLoop(engine.getObject()).train(task, narration, lease);
        ScoredImages validation = scored(material.cohort(), trained, material.images(Role.VALIDATION), inputs, lease);
        if (material.fold().index() == Fold.DEVELOPMENT) {
            return new Trained(trained, validation, null);
        }
        List<ImageRecord> heldOut = material.images(Role.HELD_OUT);
        Inputs ofHeldOut = inputs(
                fresh.preprocessing(),
                pixels(material, heldOut, lease, narration),
                scoresFeatures(trained) ? backbone : null,
                heldOut,
                lease,
                narration);
        return new Trained(trained, validation, scored(material.cohort(), trained, heldOut, ofHeldOut, lease));
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

    private CachedPixels pixels(RunMaterial material, List<ImageRecord> images, LeaseWatch lease, Narration narration)
            throws InterruptedException {
        return pixelCache.open(images, material.plan().image().pixels(), done -> {
            lease.requireKept();
            narration.preparing("preparing image " + done);
        });
    }

    private Inputs inputs(
            Preprocessing preprocessing,
            CachedPixels pixels,
            @Nullable FrozenBackbone backbone,
            List<ImageRecord> images,
            LeaseWatch lease,
            Narration narration)
            throws InterruptedException {
        if (backbone == null) {
            return new Inputs(pixels, null);
        }
        Optional<BackboneFeatures> features = new FeatureCache(engine.getObject(), cache)
                .fill(backbone, preprocessing, images, pixels, done -> {
                    lease.requireKept();
                    narration.preparing("computing the features of image " + done);
                });
        return new Inputs(pixels, features.orElse(null));
    }

    private void store(FencingToken token, RunArtifactKind kind, ScoredImages images) {
        ArtifactKey key = predictions.store(images);
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
    private final class Reporter extends Narration {
        private final FencingToken token;
        private final int epochs;
        private long lastCheckpoint = System.nanoTime();

        Reporter(FencingToken token, int epochs, List<EpochSummary> earlier) {
            super(progress.of(token), epochs);
            this.token = token;
            this.epochs = epochs;
            earlier.forEach(this::remember);
        }

        /**
         * The row first: what a row without its checkpoint says is forgotten when the epoch is trained again, and comes to the same
         * figures. So checkpoints may be left out, and where epochs are short most are; the first epoch's is there in any case, so that
         * a training that diverges leaves a good one.
         */
        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            reporting.epoch(token, row(summary), epochs);
            remember(summary);
            if (summary.epochIndex() == 0 || System.nanoTime() - lastCheckpoint >= checkpointInterval.toNanos()) {
                checkpoints.replace(token, checkpoint.get());
                lastCheckpoint = System.nanoTime();
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
