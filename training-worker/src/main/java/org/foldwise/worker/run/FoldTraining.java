package org.foldwise.worker.run;

import java.lang.ref.SoftReference;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.FeatureNetwork;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.TrainingPath;
import org.foldwise.learning.pretrained.NamedWeights;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.BackboneFeatures;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.FeatureCache;
import org.foldwise.learning.training.FrozenBackbone;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.foldwise.learning.training.TrainingTask;
import org.foldwise.worker.LeaseWatch;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Trains one fold and scores with what came of it. The training sees the images of its training and validation patients only; others
 * are not even decoded before somebody has them scored.
 */
@Component
public final class FoldTraining {
    private final PixelCache pixelCache;
    private final RecordCache cache;
    private final ObjectProvider<TorchEngine> engine;
    private volatile SoftReference<FrozenBackbone> lastBackbone = new SoftReference<>(null);

    FoldTraining(PixelCache pixelCache, RecordCache cache, ObjectProvider<TorchEngine> engine) {
        this.pixelCache = pixelCache;
        this.cache = cache;
        this.engine = engine;
    }

    /**
     * What is to be trained.
     *
     * @param cohort that {@code fold} divides
     * @param pretrained the weights that the plan names; absent where it names none
     * @param precision what it is computed in; absent where that is to be chosen
     */
    public record Subject(
            ExperimentPlan plan,
            Cohort cohort,
            Fold fold,
            @Nullable NamedWeights pretrained,
            @Nullable PrecisionChoice precision) {
        private List<ImageRecord> images(Role first, Role second) {
            return cohort.images().stream()
                    .filter(image -> {
                        Role role = fold.roles().get(image.patient());
                        return role == first || role == second;
                    })
                    .toList();
        }
    }

    /** Whether to go on, and who is told what is being prepared for a training. */
    public record Watch(LeaseWatch lease, Consumer<String> preparing) {
        private void prepared(String what) {
            lease.requireKept();
            preparing.accept(what);
        }
    }

    /** A finished training. */
    public final class Finished {
        private final Subject subject;
        private final TrainedClassifier trained;
        private final @Nullable Extractable backbone;
        private final Preprocessing preprocessing;
        private final Inputs seen;

        private Finished(
                Subject subject,
                TrainedClassifier trained,
                @Nullable Extractable backbone,
                Preprocessing preprocessing,
                Inputs seen) {
            this.subject = subject;
            this.trained = trained;
            this.backbone = backbone;
            this.preprocessing = preprocessing;
            this.seen = seen;
        }

        public TrainedClassifier classifier() {
            return trained;
        }

        /** The answers about the validation images. */
        public ScoredImages validation(Watch watch) {
            return scored(
                    subject.cohort(), trained, subject.images(Role.VALIDATION, Role.VALIDATION), seen, watch.lease());
        }

        /** The answers about the held-out images, which are opened now. */
        public ScoredImages heldOut(Watch watch) throws InterruptedException {
            List<ImageRecord> heldOut = subject.images(Role.HELD_OUT, Role.HELD_OUT);
            Inputs inputs = inputs(
                    preprocessing,
                    pixels(subject.plan(), heldOut, watch),
                    backbone != null && answersFrom(backbone.precision(), trained) ? backbone : null,
                    heldOut,
                    watch);
            return scored(subject.cohort(), trained, heldOut, inputs, watch.lease());
        }
    }

    /**
     * Trains.
     *
     * @param checkpoint where to go on from; absent for the beginning
     * @throws IllegalStateException if it cannot go on here, before anything is prepared
     */
    public Finished train(Subject subject, Optional<Checkpoint> checkpoint, TrainingListener listener, Watch watch)
            throws InterruptedException {
        PrecisionChoice chosen = subject.precision();
        TrainingLoop loop = chosen == null
                ? new TrainingLoop(engine.getObject())
                : new TrainingLoop(engine.getObject(), plan -> chosen);
        // where it cannot go on here, nothing is decoded or computed for it
        PathChoice path = checkpoint.isPresent() ? loop.pathFrom(checkpoint.get()) : loop.path();
        List<ImageRecord> images = subject.images(Role.TRAIN, Role.VALIDATION);
        CachedPixels pixels = pixels(subject.plan(), images, watch);
        TrainingTask fresh =
                TrainingTask.of(subject.plan(), subject.cohort(), subject.fold(), pixels, subject.pretrained());
        Extractable backbone =
                path.taken() == TrainingPath.BLOCKS ? null : extractable(loop, fresh, subject.plan(), checkpoint);
        Inputs inputs = inputs(fresh.preprocessing(), pixels, backbone, images, watch);
        TrainingTask whole = inputs.features() == null ? fresh : fresh.on(inputs.features());
        TrainingTask task = checkpoint.map(whole::resumedFrom).orElse(whole);
        TrainedClassifier trained = loop.train(task, listener, watch.lease());
        return new Finished(subject, trained, backbone, fresh.preprocessing(), inputs);
    }

    /**
     * What a network may see of some images.
     *
     * @param features what the plan's frozen backbone makes of them; absent where the training needs the images
     */
    private record Inputs(CachedPixels pixels, @Nullable BackboneFeatures features) {}

    /** A backbone whose features are all that a training sees, and what they are computed in. */
    private record Extractable(FrozenBackbone backbone, PrecisionChoice precision) {}

    /** Absent where the training needs the images. One that goes on has features as it began with. */
    private @Nullable Extractable extractable(
            TrainingLoop loop, TrainingTask task, ExperimentPlan plan, Optional<Checkpoint> checkpoint) {
        if (!FrozenBackbone.suffices(plan)) {
            return null;
        }
        PrecisionChoice precision = checkpoint.map(Checkpoint::precision).orElseGet(() -> loop.precision(plan));
        return FeatureNetwork.computesIn(precision.taken()) ? new Extractable(backbone(task), precision) : null;
    }

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

    private CachedPixels pixels(ExperimentPlan plan, List<ImageRecord> images, Watch watch)
            throws InterruptedException {
        return pixelCache.open(images, plan.image().pixels(), done -> watch.prepared("preparing image " + done));
    }

    private Inputs inputs(
            Preprocessing preprocessing,
            CachedPixels pixels,
            @Nullable Extractable backbone,
            List<ImageRecord> images,
            Watch watch)
            throws InterruptedException {
        if (backbone == null) {
            return new Inputs(pixels, null);
        }
        Optional<BackboneFeatures> features = new FeatureCache(engine.getObject(), cache)
                .fill(
                        backbone.backbone(),
                        backbone.precision(),
                        preprocessing,
                        images,
                        pixels,
                        done -> watch.prepared("computing the features of image " + done));
        return new Inputs(pixels, features.orElse(null));
    }

    private ScoredImages scored(
            Cohort cohort, TrainedClassifier trained, List<ImageRecord> images, Inputs inputs, LeaseWatch lease) {
        BackboneFeatures features = inputs.features();
        if (features == null || !answersFrom(features.precision(), trained)) {
            try (Evaluator<PixelImage> evaluator = Evaluator.open(engine.getObject(), trained)) {
                return evaluator.answers(cohort, images, inputs.pixels()::pixelsOf, lease);
            }
        }
        try (Evaluator<FloatBuffer> evaluator = Evaluator.ofFeatures(engine.getObject(), trained)) {
            return evaluator.answers(cohort, images, features::featuresOf, lease);
        }
    }

    /** Rounded features depend on how many are computed at once, and answers of a model have to be its own. */
    private static boolean answersFrom(PrecisionChoice features, TrainedClassifier trained) {
        return features.taken() == Precision.FLOAT32
                && trained.predictionPrecision().taken() == Precision.FLOAT32;
    }
}
