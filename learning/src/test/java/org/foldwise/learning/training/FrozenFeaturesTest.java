package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training on cached features against the one on images. */
@Tag("engine")
class FrozenFeaturesTest {
    private static final String FROZEN =
            """
            {"freeze": {"stages": 5}, "head": {"hidden": 16}, "epochs": 3, "batchSize": %d,
             "stopping": {"patience": 50}%s}""";

    private final TinyStudy study = new TinyStudy();
    private final TorchEngine engine = Engines.engine();
    private final TrainingLoop loop = new TrainingLoop(engine);

    @TempDir
    Path directory;

    private int computed;

    private static ExperimentPlan plan(String more) {
        return plan(more, 5);
    }

    private static ExperimentPlan plan(String more, int batchSize) {
        return PlanJson.read(
                FROZEN.formatted(batchSize, more.contains("image") ? more : ", \"image\": {\"size\": 32}" + more));
    }

    private BackboneFeatures features(ExperimentPlan plan, List<ImageRecord> images) {
        FeatureCache cache = new FeatureCache(engine, new RecordCache(directory, 1 << 30, Clock.systemUTC()));
        try {
            return cache.fill(
                            FrozenBackbone.of(study.task(plan)),
                            plan.image().preprocessing(),
                            images,
                            study::pixelsOf,
                            done -> computed++)
                    .orElseThrow();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private BackboneFeatures features(ExperimentPlan plan) {
        List<ImageRecord> images = new ArrayList<>(study.images(Role.TRAIN));
        images.addAll(study.images(Role.VALIDATION));
        return features(plan, images);
    }

    private TrainedClassifier train(TrainingTask task) {
        return loop.train(task, TrainingListener.NONE, CancellationSignal.NEVER);
    }

    private static List<List<Double>> figures(TrainedClassifier trained) {
        return trained.history().stream()
                .map(epoch -> List.of(epoch.trainLoss(), epoch.validationLoss(), epoch.learningRate()))
                .toList();
    }

    /** 24 training images make a last batch of 4, 8 validation images one of 3; dropout draws as before. */
    @ParameterizedTest
    @ValueSource(strings = {"", ", \"update\": {\"batchesPerUpdate\": 2, \"averagingDecay\": 0.9}, \"clipNorm\": 0.1"})
    void comesToTheWeightsOfTheTrainingOnImagesBitForBit(String more) {
        ExperimentPlan plan = plan(more);
        TrainedClassifier onImages = train(study.task(plan));
        TrainedClassifier onFeatures = train(study.task(plan).on(features(plan)));
        assertThat(onFeatures.weights()).isEqualTo(onImages.weights());
        assertThat(figures(onFeatures)).isEqualTo(figures(onImages));

        // the control: another seed's head ends elsewhere, so equality above says something
        ExperimentPlan other = plan(more + ", \"seed\": 43");
        assertThat(train(study.task(other).on(features(other))).weights()).isNotEqualTo(onImages.weights());
    }

    /** At 32 pixels MobileNet's last maps have one pixel, and the engine multiplies them differently by 5 and by 32 images. */
    @Test
    void comesWithinAToleranceWhereKernelsDependOnTheSizeOfABatch() {
        ExperimentPlan plan = plan(", \"backbone\": \"mobilenetV2\", \"optimizer\": {\"kind\": \"sgd\"}");
        TrainedClassifier onImages = train(study.task(plan));
        TrainedClassifier onFeatures = train(study.task(plan).on(features(plan)));
        onImages.weights().tensors().forEach((name, tensor) -> {
            if (name.startsWith("classifier.")) {
                assertThat(onFeatures.weights().tensor(name).floats())
                        .as(name)
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(tensor.floats());
            } else {
                assertThat(onFeatures.weights().tensor(name)).as(name).isEqualTo(tensor);
            }
        });
    }

    @Test
    void joinsALastSingleValidationImageToTheBatchBefore() {
        ExperimentPlan plan = plan(", \"warmUp\": {\"epochs\": 1}", 7);
        assertThat(figures(train(study.task(plan).on(features(plan))))).isEqualTo(figures(train(study.task(plan))));
    }

    @Test
    void computesTheFeaturesOfAnImageOnceForAllFoldsAndTrials() {
        ExperimentPlan plan = plan("");
        features(plan);
        assertThat(computed).isEqualTo(32);
        features(plan, study.cohort().images());
        assertThat(computed).as("held-out and test images are new").isEqualTo(40);
        features(plan(", \"optimizer\": {\"kind\": \"adamW\"}"), study.cohort().images());
        assertThat(computed).as("another trial").isEqualTo(40);
        features(plan(", \"seed\": 43"), study.images(Role.TRAIN));
        assertThat(computed).as("another backbone").isEqualTo(64);
        features(plan(", \"image\": {\"size\": 32, \"aspect\": \"stretch\"}"), study.images(Role.TRAIN));
        assertThat(computed).as("another preprocessing").isEqualTo(88);
    }

    /** What the cache relies on, for every network. */
    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void anImagesFeaturesDependOnNoOtherImage(BackboneName backbone) throws InterruptedException {
        ExperimentPlan plan =
                PlanJson.read("""
                {"backbone": "%s", "image": {"size": 32}, "freeze": {"stages": 5}}"""
                        .formatted(Pattern.compile("_([a-z])")
                                .matcher(backbone.name().toLowerCase(Locale.ROOT))
                                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT))));
        List<ImageRecord> images = study.cohort().images();
        Map<String, FloatBuffer> together = compute(plan, images);
        List<ImageRecord> some = List.of(images.get(39), images.get(3), images.get(17));
        Map<String, FloatBuffer> apart = compute(plan, some);
        assertThat(apart).hasSize(3).allSatisfy((name, values) -> assertThat(values)
                .isEqualTo(together.get(name)));
        Map<String, FloatBuffer> alone = compute(plan, List.of(images.get(3)));
        assertThat(alone).hasSize(1).allSatisfy((name, values) -> assertThat(values)
                .isEqualTo(together.get(name)));
    }

    private Map<String, FloatBuffer> compute(ExperimentPlan plan, List<ImageRecord> images)
            throws InterruptedException {
        Map<String, FloatBuffer> features = new HashMap<>();
        try (FeatureExtraction extraction = new FeatureExtraction(
                engine, FrozenBackbone.of(study.task(plan)), plan.image().preprocessing())) {
            extraction.compute(images, study::pixelsOf, (image, bytes) -> {
                FloatBuffer copy = FloatBuffer.allocate(bytes.remaining() / Float.BYTES);
                features.put(image.name(), copy.put(bytes.asFloatBuffer()).flip());
            });
        }
        return features;
    }

    @Test
    void scoresFromFeaturesAsFromImages() {
        ExperimentPlan plan = plan("");
        TrainedClassifier trained = train(study.task(plan));
        List<ImageRecord> heldOut = study.images(Role.HELD_OUT);
        List<ScoredCase> fromImages;
        try (Evaluator<PixelImage> evaluator = Evaluator.open(engine, trained)) {
            fromImages = evaluator.score(study.cohort(), heldOut, study::pixelsOf, CancellationSignal.NEVER);
        }
        List<ScoredCase> fromFeatures;
        try (Evaluator<FloatBuffer> evaluator = Evaluator.ofFeatures(engine, trained)) {
            fromFeatures = evaluator.score(
                    study.cohort(), heldOut, features(plan, heldOut)::featuresOf, CancellationSignal.NEVER);
        }
        assertThat(fromFeatures).hasSameSizeAs(fromImages).isNotEmpty();
        for (int i = 0; i < fromImages.size(); i++) {
            assertThat(fromFeatures.get(i).image()).isEqualTo(fromImages.get(i).image());
            // an image alone is computed by other kernels than one in a batch
            assertThat(fromFeatures.get(i).probability())
                    .isCloseTo(fromImages.get(i).probability(), within(1e-5));
        }
    }

    @Test
    void goesOnFromACheckpointOfTheHeadAloneOnFeaturesOrOnImages() {
        ExperimentPlan plan = plan("");
        TrainedClassifier uninterrupted = train(study.task(plan).on(features(plan)));
        List<byte[]> stored = new ArrayList<>();
        loop.train(
                study.task(plan).on(features(plan)),
                new TrainingListener() {
                    @Override
                    public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                        try {
                            CheckpointCodec.write(checkpoint.get(), bytes);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        stored.add(bytes.toByteArray());
                    }
                },
                CancellationSignal.NEVER);
        // 512 x 16 + 16 + 16 + 1 numbers, now, of the best epoch and in Adam's two moments
        assertThat(stored.get(0).length).isLessThan(4 * 4 * 8225 + 10_000);
        for (byte[] bytes : stored) {
            Checkpoint checkpoint = CheckpointCodec.read(ByteBuffer.wrap(bytes));
            assertThat(train(study.task(plan).on(features(plan)).resumedFrom(checkpoint))
                            .weights())
                    .isEqualTo(uninterrupted.weights());
            assertThat(train(study.task(plan).resumedFrom(checkpoint)).weights())
                    .isEqualTo(uninterrupted.weights());
        }
    }

    @Test
    void isOnlyForTrainingsThatSeeNothingElse() {
        ExperimentPlan plan = plan("");
        BackboneFeatures features = features(plan);
        for (String seesMore : List.of(
                ", \"freeze\": {\"stages\": 5}, \"augmentation\": [{\"kind\": \"rotation\", \"degrees\": 10}]",
                ", \"freeze\": {\"stages\": 5, \"statisticsMove\": true}",
                ", \"freeze\": {\"stages\": 5, \"unfreezeAt\": [1]}",
                ", \"freeze\": {\"stages\": 4}")) {
            ExperimentPlan other = PlanJson.read("{\"image\": {\"size\": 32}" + seesMore + "}");
            assertThat(FrozenBackbone.suffices(other)).as(seesMore).isFalse();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> study.task(other).on(features));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> study.task(plan(", \"seed\": 43")).on(features))
                .withMessageContaining("another backbone");
    }

    @Test
    void givesOutFeaturesOfTheRolesImagesOnly() {
        ExperimentPlan plan = plan("");
        TrainingTask task = study.task(plan).on(features(plan, study.cohort().images()));
        ImageRecord validation = study.images(Role.VALIDATION).get(0);
        ImageRecord training = study.images(Role.TRAIN).get(0);
        assertThat(task.training().featuresOf(training).remaining()).isEqualTo(512);
        assertThat(task.validation().featuresOf(validation).remaining()).isEqualTo(512);
        assertThatIllegalArgumentException().isThrownBy(() -> task.training().featuresOf(validation));
        assertThatIllegalArgumentException().isThrownBy(() -> task.validation().featuresOf(training));
        assertThatIllegalArgumentException().isThrownBy(() -> task.training()
                .featuresOf(study.images(Role.TEST).get(0)));
    }

    @Test
    void breaksOffWhereTheListenerSaysSo() {
        ExperimentPlan plan = plan("");
        FeatureCache cache = new FeatureCache(engine, new RecordCache(directory, 1 << 30, Clock.systemUTC()));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> cache.fill(
                        FrozenBackbone.of(study.task(plan)),
                        plan.image().preprocessing(),
                        study.cohort().images(),
                        study::pixelsOf,
                        done -> {
                            throw new ArithmeticException();
                        }));
    }
}
