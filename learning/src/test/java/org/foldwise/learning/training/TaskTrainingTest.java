package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.ClassWeights;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.LossSpec;
import org.foldwise.learning.experiment.PositiveWeight;
import org.foldwise.learning.experiment.SamplingSpec;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.ValidationFigures;
import org.foldwise.learning.metrics.ValidationFigures.ClassFigures;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.LossBlocks;
import org.foldwise.learning.network.Probabilities;
import org.foldwise.learning.network.Sigmoid;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Tag("engine")
class TaskTrainingTest {
    /** Learns, goes on from a checkpoint to the same weights, and what it is validated with is what an evaluator says. */
    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    void learnsAndGoesOnBitForBit(Task task) throws IOException {
        TinyTaskStudy study = new TinyTaskStudy(task);
        ExperimentPlan plan = study.plan(5);
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainingLoop loop = new TrainingLoop(Engines.engine());

        TrainedClassifier trained = loop.train(study.task(plan), keepingThird(checkpoints), CancellationSignal.NEVER);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        CheckpointCodec.write(checkpoints.get(0), file);
        Checkpoint read = CheckpointCodec.read(ByteBuffer.wrap(file.toByteArray()));
        TrainedClassifier resumed = loop.train(
                study.task(plan).resumedFrom(read), keepingThird(new ArrayList<>()), CancellationSignal.NEVER);

        assertThat(resumed.weights().digest()).isEqualTo(trained.weights().digest());
        ValidationFigures best = trained.history().get(trained.bestEpochIndex()).validation();
        assertThat(best.rocAuc()).as(best.toString()).isGreaterThan(0.8);
        assertThat(best.classes())
                .extracting(ClassFigures::name)
                .containsExactlyElementsOf(study.cohort().classes());
        assertThat(best.classes())
                .allSatisfy(figures -> assertThat(figures.rocAuc()).isNotNull());
        assertThat(trained.network().outputs())
                .isEqualTo(study.cohort().classes().size());
        try (Evaluator<PixelImage> evaluator = Evaluator.open(Engines.engine(), trained)) {
            ScoredImages scored = evaluator.answers(
                    study.cohort(), study.images(Role.VALIDATION), study::pixelsOf, CancellationSignal.NEVER);
            ValidationFigures again = scored.figures(0);
            assertThat(scored.size()).isEqualTo(24);
            // one by one the last bits of logits differ from those of batches, and with them at most a tie
            assertThat(again.rocAuc()).isCloseTo(best.rocAuc(), within(1e-3));
        }
    }

    private static TrainingListener keepingThird(List<Checkpoint> kept) {
        return new TrainingListener() {
            @Override
            public void batchFinished(BatchProgress progress) {}

            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                if (summary.epochIndex() == 2) {
                    kept.add(checkpoint.get());
                }
            }
        };
    }

    /** The formulas in Java, by which validation losses are computed, against the engine's, which PyTorch's golden numbers bind. */
    @Test
    void lossesOfOneImageAreTheEngines() {
        Loss crossEntropy = new CrossEntropy(List.of(0.5, 2.0, 1.25), 0.2);
        Loss perLabel = new BinaryCrossEntropy(List.of(0.5, 2.0, 1.25));
        Loss focal = new FocalLoss(0.25, 2);
        double[][] logits = {{0.3, -1.2, 2.5}, {-30, 40, 0}, {1e-3, 0, -1e-3}, {5, 5, 5}};
        double[][] exclusive = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
        double[][] several = {{1, 1, 0}, {0, 0, 0}, {0.9, 0.05, 0.95}, {1, 1, 1}};

        assertThat(mean(crossEntropy, logits, exclusive))
                .isCloseTo(engine(crossEntropy, logits, exclusive), within(1e-12));
        assertThat(mean(perLabel, logits, several)).isCloseTo(engine(perLabel, logits, several), within(1e-12));
        assertThat(mean(focal, logits, several)).isCloseTo(engine(focal, logits, several), within(1e-12));
        assertThat(crossEntropy.chance(exclusive[0]))
                .isCloseTo((0.8 * 2 + 0.2 / 3 * 3.75) * Math.log(3), within(1e-12));
        assertThat(perLabel.chance(several[0])).isCloseTo((0.5 + 2 + 1) / 3 * Math.log(2), within(1e-12));
    }

    private static double mean(Loss loss, double[][] logits, double[][] targets) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += loss.of(logits[i], targets[i]);
            weights += loss.weight(targets[i]);
        }
        return sum / weights;
    }

    private static double engine(Loss loss, double[][] logits, double[][] targets) {
        try (NDManager manager = Engines.engine().newManager();
                NDArray mean = loss.mean(new LossBlocks(), array(manager, logits), array(manager, targets))) {
            return mean.getDouble();
        }
    }

    private static NDArray array(NDManager manager, double[][] rows) {
        double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return manager.create(values, new Shape(rows.length, rows[0].length));
    }

    @Test
    void probabilitiesFollowTheTask() {
        float[] logits = {9, 1, 2, 3, 9};

        assertThat(Probabilities.of(Task.BINARY, logits, 3, 1)).containsExactly(Sigmoid.of(3));
        assertThat(Probabilities.of(Task.MULTILABEL, new float[] {0, 0, 1, 2}, 1, 2))
                .containsExactly(Sigmoid.of(1), Sigmoid.of(2));
        double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
        List<Double> softmax = Probabilities.of(Task.MULTICLASS, new float[] {0, 0, 0, 1, 2, 3}, 1, 3);
        for (int k = 0; k < 3; k++) {
            assertThat(softmax.get(k)).isCloseTo(Math.exp(k + 1) / sum, within(1e-15));
        }
        assertThat(Probabilities.of(Task.MULTICLASS, new float[] {1000, -1000, 0}, 0, 3))
                .containsExactly(1.0, 0.0, 0.0);
    }

    @Test
    void weighsClassesAndLabelsByTheTrainingImages() {
        TinyTaskStudy classes = new TinyTaskStudy(Task.MULTICLASS);
        TinyTaskStudy labels = new TinyTaskStudy(Task.MULTILABEL);

        assertThat(((CrossEntropy) classes.task(classes.plan(1)).loss()).classWeights())
                .containsExactly(1.0, 1.0, 1.0);
        // of 18 patients 9 show the left band (4 of them alone) and 8 the upper one
        assertThat(((BinaryCrossEntropy) labels.task(labels.plan(1)).loss()).positiveWeights())
                .containsExactly(18.0 / 18, 20.0 / 16);
        assertThat(((CrossEntropy) classes.task(classes.plan(1)
                                .withLoss(
                                        new LossSpec.CrossEntropy(new ClassWeights.Fixed(List.of(1.0, 2.0, 3.0)), 0.1)))
                        .loss()))
                .isEqualTo(new CrossEntropy(List.of(1.0, 2.0, 3.0), 0.1));
        assertThat(((BinaryCrossEntropy) labels.task(labels.plan(1)
                                .withLoss(new LossSpec.BinaryCrossEntropy(
                                        new PositiveWeight.FixedPerLabel(List.of(4.0, 5.0)), 0)))
                        .loss()))
                .isEqualTo(new BinaryCrossEntropy(List.of(4.0, 5.0)));
    }

    /** The usual loss weighs labels by both sides, of which a label that nobody shows has one; the other label is learnt. */
    @Test
    void trainsOnWhereALabelIsAbsent() {
        TinyTaskStudy labels = new TinyTaskStudy(Task.MULTILABEL);
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        int number = 0;
        for (PatientId patient : labels.cohort().imagesByPatient().keySet()) {
            boolean left = number++ % 2 == 1;
            roles.put(patient, left || number > 20 ? Role.VALIDATION : Role.TRAIN);
        }

        TrainingTask task =
                TrainingTask.of(labels.plan(1), labels.cohort(), new Fold(Fold.DEVELOPMENT, roles), labels::pixelsOf);

        assertThat(((BinaryCrossEntropy) task.loss()).positiveWeights()).containsExactly(1.0, 1.0);
        assertThat(task.training().counts().outputs().get(0).positives()).isZero();
    }

    @Test
    void weighsPositivesInAFocalLossOnlyWhereThePlanDoes() {
        TinyTaskStudy labels = new TinyTaskStudy(Task.MULTILABEL);

        assertThat(labels.task(labels.plan(1).withLoss(LossSpec.Focal.DEFAULT)).loss())
                .isEqualTo(new FocalLoss(0.25, 2));
        assertThat(labels.task(labels.plan(1)
                                .withLoss(PlanJson.read("{\"loss\": {\"kind\": \"focal\", \"alpha\": -1}}")
                                        .loss()))
                        .loss())
                .isEqualTo(new FocalLoss(-1, 2));
    }

    @Test
    void refusesALossOfAnotherTask() {
        TinyTaskStudy classes = new TinyTaskStudy(Task.MULTICLASS);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> classes.task(classes.plan(1).withLoss(LossSpec.Focal.DEFAULT)))
                .withMessageContaining("/loss/kind");
    }

    /** Six images of class a, three of b, two of c. */
    @Test
    void samplesSeveralClasses() {
        Map<String, Integer> sizes = Map.of("across", 6, "plain", 3, "upright", 2);

        assertThat(drawn(new SamplingSpec.Oversampling(1), sizes)).allSatisfy(counts -> assertThat(counts)
                .containsEntry("across", 6)
                .containsEntry("plain", 6)
                .containsEntry("upright", 6));
        assertThat(drawn(new SamplingSpec.Undersampling(0.5), sizes)).allSatisfy(counts -> assertThat(counts)
                .containsEntry("across", 4)
                .containsEntry("plain", 3)
                .containsEntry("upright", 2));
        assertThat(drawn(new SamplingSpec.BalancedSubset(1, 3), sizes)).allSatisfy(counts -> assertThat(counts)
                .containsEntry("across", 2)
                .containsEntry("plain", 2)
                .containsEntry("upright", 2));
        Map<String, Integer> weighted = new HashMap<>();
        drawn(new SamplingSpec.Weighted(SamplingSpec.Balance.CLASSES), sizes)
                .forEach(counts -> counts.forEach((name, count) -> weighted.merge(name, count, Integer::sum)));
        // 100 epochs of 11 draws: each class a third, within four standard deviations
        assertThat(weighted.values()).allSatisfy(count -> assertThat(count).isBetween(367 - 63, 367 + 63));
    }

    private static List<Map<String, Integer>> drawn(SamplingSpec spec, Map<String, Integer> sizes) {
        TinyTaskStudy study = new TinyTaskStudy(Task.MULTICLASS);
        Map<String, List<ImageRecord>> byClass =
                study.cohort().images().stream().collect(Collectors.groupingBy(ImageRecord::label));
        List<ImageRecord> images = new ArrayList<>();
        sizes.forEach((name, size) -> images.addAll(byClass.get(name).subList(0, size)));
        images.sort(Comparator.comparing(ImageRecord::name));
        Cohort cohort = new Cohort(
                Task.MULTICLASS, study.cohort().classes(), study.cohort().patientLabelRule(), images);
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        images.forEach(image -> roles.put(image.patient(), Role.TRAIN));
        roles.put(new PatientId("somebody else"), Role.VALIDATION);
        TrainingImages training =
                new TrainingImages(study.plan(1), cohort, new Fold(Fold.DEVELOPMENT, roles), study::pixelsOf);
        Sampler sampler = new Sampler(spec, training, 5);
        List<Map<String, Integer>> epochs = new ArrayList<>();
        for (int epoch = 0; epoch < 100; epoch++) {
            List<ImageRecord> draws = sampler.draws(epoch);
            assertThat(draws).hasSize(sampler.size());
            epochs.add(draws.stream()
                    .map(ImageRecord::label)
                    .collect(Collectors.toMap(Function.identity(), label -> 1, Integer::sum)));
        }
        return epochs;
    }

    /** With class weights, batches count by the weights of their images, so that two batches are one of twice the size. */
    @Test
    void batchesOfAnUpdateCountByTheirWeights() {
        TinyTaskStudy study = new TinyTaskStudy(Task.MULTICLASS);
        ExperimentPlan plan =
                study.plan(1).withLoss(new LossSpec.CrossEntropy(new ClassWeights.Fixed(List.of(1.0, 5.0, 0.2)), 0.1));
        Loss loss = study.task(plan).loss();
        double[][] logits = {{0.3, -1.2, 2.5}, {-3, 4, 0}, {1e-3, 0, -1e-3}, {5, 5, 5}};
        double[][] targets = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}};
        double whole = engine(loss, logits, targets);
        double[][] firstLogits = {logits[0], logits[1], logits[2]};
        double[][] firstTargets = {targets[0], targets[1], targets[2]};
        double first = 5 + 0.2 + 1;
        double last = 5;

        assertThat((engine(loss, firstLogits, firstTargets) * first
                                + engine(loss, new double[][] {logits[3]}, new double[][] {targets[3]}) * last)
                        / (first + last))
                .isCloseTo(whole, within(1e-12));
    }
}
