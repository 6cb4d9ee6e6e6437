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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.split.Fold;
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
            {"freeze": {"stages": 5}, "head": {"hidden": 16}, "epochs": %d, "batchSize": %d,
             "stopping": {"patience": 50}%s}""";

    private final TinyStudy study = new TinyStudy();
    private final TorchEngine engine = Engines.engine();
    private final TrainingLoop loop = new TrainingLoop(engine);
    /** Of a machine that is faster in bfloat16, whatever this one is. */
    private final TrainingLoop rounding =
            new TrainingLoop(engine, plan -> new PrecisionChoice(plan.precision(), "as a test wants"));

    @TempDir
    Path directory;

    private int computed;

    private static ExperimentPlan plan(String more) {
        return plan(more, 5);
    }

    private static ExperimentPlan plan(String more, int batchSize) {
        return plan(more, batchSize, 3);
    }

    private static ExperimentPlan plan(String more, int batchSize, int epochs) {
        return PlanJson.read(FROZEN.formatted(
                epochs, batchSize, more.contains("image") ? more : ", \"image\": {\"size\": 32}" + more));
    }

    private BackboneFeatures features(ExperimentPlan plan, List<ImageRecord> images) {
        return features(plan, images, loop);
    }

    private BackboneFeatures features(ExperimentPlan plan, List<ImageRecord> images, TrainingLoop of) {
        FeatureCache cache = new FeatureCache(engine, new RecordCache(directory, 1 << 30, Clock.systemUTC()));
        try {
            return cache.fill(
                            FrozenBackbone.of(study.task(plan)),
                            of.precision(plan),
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
        return features(plan, seen(), loop);
    }

    private List<ImageRecord> seen() {
        List<ImageRecord> images = new ArrayList<>(study.images(Role.TRAIN));
        images.addAll(study.images(Role.VALIDATION));
        return images;
    }

    private TrainedClassifier train(TrainingTask task) {
        return train(task, loop);
    }

    private static TrainedClassifier train(TrainingTask task, TrainingLoop by) {
        return by.train(task, TrainingListener.NONE, CancellationSignal.NEVER);
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

    /** In both precisions, also where a last map has a single pixel, as MobileNet's, and kernels depend on the size of a batch. */
    @ParameterizedTest
    @EnumSource(names = {"RESNET18", "MOBILENET_V2"})
    void comesToTheSameWeightsInBothPrecisions(BackboneName backbone) {
        Map<Precision, TrainedClassifier> trained = new EnumMap<>(Precision.class);
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            ExperimentPlan plan = plan(
                    ", \"backbone\": \"%s\", \"precision\": \"%s\"".formatted(wireName(backbone), precision.label()),
                    5,
                    1);
            TrainedClassifier onImages = train(study.task(plan), rounding);
            TrainedClassifier onFeatures = train(study.task(plan).on(features(plan, seen(), rounding)), rounding);
            assertThat(onFeatures.weights()).as(precision.label()).isEqualTo(onImages.weights());
            assertThat(figures(onFeatures)).isEqualTo(figures(onImages));
            assertThat(onFeatures.precision())
                    .isEqualTo(onImages.precision())
                    .isEqualTo(new PrecisionChoice(precision, "as a test wants"));
            trained.put(precision, onFeatures);
        }
        TrainedClassifier exact = trained.get(Precision.FLOAT32);
        TrainedClassifier rounded = trained.get(Precision.BFLOAT16);
        assertThat(rounded.weights()).as("the backbone is rounded").isNotEqualTo(exact.weights());
        assertThat(rounded.history().get(0).trainLoss())
                .isCloseTo(exact.history().get(0).trainLoss(), within(0.05));
    }

    private static String wireName(BackboneName backbone) {
        return Pattern.compile("_([a-z])")
                .matcher(backbone.name().toLowerCase(Locale.ROOT))
                .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
    }

    /** Features of 36 images are computed 32 at once, whatever the training's batches are; augmentation comes before. */
    @ParameterizedTest
    @ValueSource(ints = {20, 34})
    void assemblesBatchesAcrossThoseThatItComputes(int batchSize) {
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.replaceAll((patient, role) -> role == Role.TEST ? Role.VALIDATION : Role.TRAIN);
        Fold fold = new Fold(Fold.DEVELOPMENT, roles);
        ExperimentPlan plan = plan("", batchSize, 1);
        TrainedClassifier onFeatures = train(TrainingTask.of(plan, study.cohort(), fold, study::pixelsOf)
                .on(features(plan, study.cohort().images())));
        TrainedClassifier onImages = train(TrainingTask.of(plan, study.cohort(), fold, study::pixelsOf));
        assertThat(onImages.weights()).isEqualTo(onFeatures.weights());

        ExperimentPlan rotating = plan(", \"augmentation\": [{\"kind\": \"rotation\"}]", batchSize, 1);
        TrainedClassifier rotated = train(TrainingTask.of(rotating, study.cohort(), fold, study::pixelsOf));
        assertThat(rotated.weights()).isNotEqualTo(onImages.weights());
        assertThat(train(TrainingTask.of(rotating, study.cohort(), fold, study::pixelsOf))
                        .weights())
                .isEqualTo(rotated.weights());
    }

    @Test
    void computesFewerLargeImagesAtOnce() {
        assertThat(FeatureExtraction.batchSize(32, 32)).isEqualTo(32);
        assertThat(FeatureExtraction.batchSize(256, 256)).isEqualTo(32);
        assertThat(FeatureExtraction.batchSize(257, 256)).isEqualTo(31);
        assertThat(FeatureExtraction.batchSize(512, 512)).isEqualTo(8);
        assertThat(FeatureExtraction.batchSize(1024, 1024)).isEqualTo(2);
        assertThat(FeatureExtraction.batchSize(4096, 4096)).isEqualTo(1);
    }

    @Test
    void noticesWhatDependsOnItsPlace() {
        float[] features = {1, 2, 3, 4, 5, 6};
        assertThat(FeatureExtraction.areReverse(features, new float[] {5, 6, 3, 4, 1, 2}, 3))
                .isTrue();
        assertThat(FeatureExtraction.areReverse(features, new float[] {5, 6, 3, 4, 1, Math.nextUp(2f)}, 3))
                .isFalse();
        assertThat(FeatureExtraction.areReverse(features, features, 3)).isFalse();
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
        ExperimentPlan rounded = plan(", \"precision\": \"bfloat16\"");
        features(rounded, study.images(Role.TRAIN), rounding);
        assertThat(computed).as("another precision").isEqualTo(112);
    }

    /** What the cache relies on, for every network. */
    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void anImagesFeaturesDependOnNoOtherImage(BackboneName backbone) throws InterruptedException {
        ExperimentPlan plan =
                PlanJson.read("""
                {"backbone": "%s", "image": {"size": 32}, "freeze": {"stages": 5}}"""
                        .formatted(wireName(backbone)));
        List<ImageRecord> images = study.cohort().images();
        List<ImageRecord> some = List.of(images.get(39), images.get(3), images.get(17));
        for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            try (FeatureExtraction extraction = new FeatureExtraction(
                    engine,
                    FrozenBackbone.of(study.task(plan)),
                    precision,
                    plan.image().preprocessing())) {
                Map<String, FloatBuffer> together = compute(extraction, images);
                assertThat(compute(extraction, some)).hasSize(3).allSatisfy((name, values) -> assertThat(values)
                        .isEqualTo(together.get(name)));
                assertThat(compute(extraction, List.of(images.get(3))))
                        .hasSize(1)
                        .allSatisfy((name, values) -> assertThat(values).isEqualTo(together.get(name)));
            }
        }
    }

    private Map<String, FloatBuffer> compute(FeatureExtraction extraction, List<ImageRecord> images)
            throws InterruptedException {
        Map<String, FloatBuffer> features = new HashMap<>();
        extraction.computeIndependent(images, study::pixelsOf, (image, bytes) -> {
            FloatBuffer copy = FloatBuffer.allocate(bytes.remaining() / Float.BYTES);
            features.put(image.name(), copy.put(bytes.asFloatBuffer()).flip());
        });
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
        double farthest = 0;
        for (int i = 0; i < fromImages.size(); i++) {
            assertThat(fromFeatures.get(i).image()).isEqualTo(fromImages.get(i).image());
            // an image alone is computed by other kernels than one in a batch
            double difference =
                    fromFeatures.get(i).probability() - fromImages.get(i).probability();
            farthest = Math.max(farthest, Math.abs(difference));
            assertThat(difference).isCloseTo(0, within(1e-6));
        }
        System.out.printf(Locale.ROOT, "probabilities from features and from images differ by up to %.1e%n", farthest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void goesOnFromACheckpointOfTheHeadAloneOnFeaturesOrOnImages(String precision) {
        ExperimentPlan plan = plan(", \"precision\": \"" + precision + "\"");
        BackboneFeatures features = features(plan, seen(), rounding);
        TrainedClassifier uninterrupted = train(study.task(plan).on(features), rounding);
        List<byte[]> stored = new ArrayList<>();
        rounding.train(
                study.task(plan).on(features),
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
            // a machine that would choose otherwise goes on as it began
            assertThat(train(study.task(plan).on(features).resumedFrom(checkpoint), exact())
                            .weights())
                    .isEqualTo(uninterrupted.weights());
            assertThat(train(study.task(plan).resumedFrom(checkpoint), exact()).weights())
                    .isEqualTo(uninterrupted.weights());
        }
        if (precision.equals("bfloat16")) {
            Checkpoint checkpoint = CheckpointCodec.read(ByteBuffer.wrap(stored.get(0)));
            TrainingTask mixed =
                    study.task(plan).on(features(plan, seen(), exact())).resumedFrom(checkpoint);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> train(mixed))
                    .withMessageContaining("computed in float32, the training has begun in bfloat16");
        }
    }

    private TrainingLoop exact() {
        return new TrainingLoop(engine, plan -> new PrecisionChoice(Precision.FLOAT32, "slower here"));
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
        BackboneFeatures rounded = features(plan(", \"precision\": \"bfloat16\""), seen(), rounding);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> study.task(plan).on(rounded))
                .withMessageContaining("computed in bfloat16, the plan says float32");
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
                        loop.precision(plan),
                        plan.image().preprocessing(),
                        study.cohort().images(),
                        study::pixelsOf,
                        done -> {
                            throw new ArithmeticException();
                        }));
    }
}
