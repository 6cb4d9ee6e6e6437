package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.FreezeSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.ScheduleSpec;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.experiment.UpdateSpec;
import org.foldwise.learning.experiment.WarmUpSpec;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.ReplayReport;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("engine")
class TrainingLoopTest {
    private static final StoppingRule NO_EARLY_STOP = new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 50, 0);

    private final TinyStudy study = new TinyStudy();
    private final TrainingLoop loop = new TrainingLoop(Engines.engine());

    /** Keeps what a training tells: of checkpoints the last, of all others the digests of their large parts. */
    private static class Recorder implements TrainingListener {
        final List<BatchProgress> batches = new ArrayList<>();
        final List<Digest> weights = new ArrayList<>();
        final List<Digest> memories = new ArrayList<>();
        private final List<Checkpoint> last = new ArrayList<>();

        @Override
        public void batchFinished(BatchProgress progress) {
            batches.add(progress);
        }

        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            last.clear();
            Checkpoint taken = checkpoint.get();
            weights.add(taken.weights().digest());
            memories.add(Digest.ofLines(taken.optimizer().memories().entrySet().stream()
                    .map(memory -> memory.getKey() + " " + memory.getValue().digest())
                    .toList()));
            last.add(taken);
        }

        Checkpoint lastCheckpoint() {
            return last.get(0);
        }
    }

    @Test
    void learnsToTellTheClassesApart() {
        TrainedClassifier trained =
                loop.train(study.task(TinyStudy.plan(6)), TrainingListener.NONE, CancellationSignal.NEVER);
        List<EpochSummary> history = trained.history();
        assertThat(history.get(history.size() - 1).trainLoss())
                .isLessThan(history.get(0).trainLoss() / 2);
        assertThat(history.get(trained.bestEpochIndex()).validationRocAuc()).isGreaterThan(0.9);
        assertThat(trained.bestEpochIndex()).isEqualTo(indexOfLowestValidationLoss(history));
        assertThat(history).allSatisfy(epoch -> assertThat(epoch.overfitting().gap())
                .isEqualTo(epoch.validationLoss() - epoch.trainLoss()));
    }

    private static int indexOfLowestValidationLoss(List<EpochSummary> history) {
        int lowest = 0;
        for (int i = 1; i < history.size(); i++) {
            if (history.get(i).validationLoss() < history.get(lowest).validationLoss()) {
                lowest = i;
            }
        }
        return lowest;
    }

    /** Each optimizer, schedules of every sort, and all that lies between gradients and weights. */
    static Stream<ExperimentPlan> plansThatRemember() {
        ExperimentPlan adam = TinyStudy.plan(3, 12, false, NO_EARLY_STOP);
        ExperimentPlan adamW = TinyStudy.with(
                TinyStudy.plan(3, 8, true, NO_EARLY_STOP),
                new OptimizerSpec.AdamW(1e-3, 0.9, 0.999, 1e-8, 0.1),
                ScheduleSpec.OneCycle.DEFAULT,
                WarmUpSpec.NONE,
                new FreezeSpec(5, List.of(1, 2), false),
                List.of(0.1, 0.2, 0.3, 0.4, 0.5),
                new UpdateSpec(2, 0.9, 0),
                0.5);
        ExperimentPlan sgd = TinyStudy.with(
                TinyStudy.plan(3, 8, true, NO_EARLY_STOP),
                new OptimizerSpec.Sgd(1e-2, 0.9, 0, true, 1e-4),
                new ScheduleSpec.Cosine(2, 0),
                new WarmUpSpec(1, 0.1),
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                UpdateSpec.DEFAULT,
                0);
        ExperimentPlan resampled = PlanJson.read(PlanJson.write(TinyStudy.plan(3, 8, true, NO_EARLY_STOP))
                .replace("\"sampling\":{\"kind\":\"natural\"}", "\"sampling\":{\"kind\":\"weighted\"}"));
        return Stream.of(adam, adamW, sgd, resampled);
    }

    @ParameterizedTest
    @MethodSource("plansThatRemember")
    void goesOnFromAStoredCheckpointAsIfNothingHadHappened(ExperimentPlan plan, @TempDir Path directory)
            throws IOException {
        Recorder recorder = new Recorder() {
            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                super.epochFinished(summary, checkpoint);
                store(lastCheckpoint(), directory.resolve("after epoch " + summary.epochIndex()));
            }
        };
        TrainedClassifier uninterrupted = loop.train(study.task(plan), recorder, CancellationSignal.NEVER);
        for (int done = 1; done <= 2; done++) {
            Checkpoint stored = stored(directory, done - 1);
            assertThat(stored.history()).isEqualTo(uninterrupted.history().subList(0, done));

            Recorder resumed = new Recorder();
            TrainedClassifier continued =
                    loop.train(study.task(plan).resumedFrom(stored), resumed, CancellationSignal.NEVER);

            assertThat(resumed.weights).isEqualTo(recorder.weights.subList(done, 3));
            assertThat(resumed.memories).isEqualTo(recorder.memories.subList(done, 3));
            assertThat(continued.weights().digest())
                    .isEqualTo(uninterrupted.weights().digest());
            assertThat(losses(continued)).isEqualTo(losses(uninterrupted));
        }
        Checkpoint stored = stored(directory, 0);

        // the control: a checkpoint without the optimizer's memory must end elsewhere, or the comparison above is blind
        TrainedClassifier forgetful = loop.train(
                study.task(plan).resumedFrom(withoutMemory(stored)), TrainingListener.NONE, CancellationSignal.NEVER);
        assertThat(losses(forgetful)).isNotEqualTo(losses(uninterrupted));
    }

    private static Checkpoint stored(Path directory, int epochIndex) throws IOException {
        Path file = directory.resolve("after epoch " + epochIndex);
        return CheckpointCodec.read(ByteBuffer.wrap(Files.readAllBytes(file)));
    }

    private static void store(Checkpoint checkpoint, Path file) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            CheckpointCodec.write(checkpoint, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Double> losses(TrainedClassifier trained) {
        return trained.history().stream()
                .flatMap(epoch -> Stream.of(epoch.trainLoss(), epoch.validationLoss()))
                .toList();
    }

    private static Checkpoint withoutMemory(Checkpoint checkpoint) {
        SortedMap<String, Weights> memories = new TreeMap<>();
        checkpoint.optimizer().memories().forEach((word, memory) -> {
            Map<String, Tensor> zeros = new LinkedHashMap<>();
            memory.tensors()
                    .forEach((name, tensor) -> zeros.put(
                            name,
                            tensor.type() == ElementType.INT64
                                    ? tensor
                                    : Tensor.of(tensor.shape(), new float[tensor.size()])));
            memories.put(word, new Weights(zeros));
        });
        return with(checkpoint, checkpoint.weights(), new OptimizerState(memories));
    }

    private static Checkpoint with(Checkpoint checkpoint, Weights weights, OptimizerState optimizer) {
        return new Checkpoint(
                checkpoint.task(),
                checkpoint.backbone(),
                weights,
                checkpoint.average(),
                optimizer,
                checkpoint.schedule(),
                checkpoint.stopping(),
                checkpoint.best(),
                checkpoint.bestEpochIndex(),
                checkpoint.history(),
                checkpoint.precision(),
                checkpoint.path(),
                checkpoint.environments(),
                checkpoint.lossScale());
    }

    /** A worker that takes a run over may have other threads, another device or other versions than the one before. */
    @Test
    void remembersWhereItWasComputedBeforeItWentOnElsewhere(@TempDir Path directory) throws IOException {
        ExperimentPlan plan = TinyStudy.frozenPlan(2);
        Recorder recorder = new Recorder() {
            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                super.epochFinished(summary, checkpoint);
                store(lastCheckpoint(), directory.resolve("after epoch " + summary.epochIndex()));
            }
        };
        TrainedClassifier inOne = loop.train(study.task(plan), recorder, CancellationSignal.NEVER);
        assertThat(inOne.environments()).hasSize(1);
        assertThat(inOne.provenance(Digest.of("split"), "1").environments()).isNull();
        Environment here = inOne.environments().get(0);
        Environment elsewhere =
                new Environment(new TreeMap<>(Map.of("pytorch", "1.0")), here.device(), here.threads() + 1);

        Checkpoint stored = stored(directory, 0);
        assertThat(stored.environments()).containsExactly(here);
        Checkpoint begunElsewhere = new Checkpoint(
                stored.task(),
                stored.backbone(),
                stored.weights(),
                stored.average(),
                stored.optimizer(),
                stored.schedule(),
                stored.stopping(),
                stored.best(),
                stored.bestEpochIndex(),
                stored.history(),
                stored.precision(),
                stored.path(),
                List.of(elsewhere),
                stored.lossScale());
        Path file = directory.resolve("elsewhere");
        store(begunElsewhere, file);
        Checkpoint read = CheckpointCodec.read(ByteBuffer.wrap(Files.readAllBytes(file)));
        Recorder resumed = new Recorder();
        TrainedClassifier moved = loop.train(study.task(plan).resumedFrom(read), resumed, CancellationSignal.NEVER);
        assertThat(resumed.lastCheckpoint().environments()).containsExactly(elsewhere, here);
        Provenance provenance = moved.provenance(Digest.of("split"), "1");
        assertThat(provenance.environments()).containsExactly(elsewhere, here);
        assertThat(provenance.threads()).isEqualTo(here.threads());
        assertThat(ReplayReport.environment(provenance, inOne.provenance(Digest.of("split"), "1")))
                .contains(new ReplayReport.Difference(
                        "threads", elsewhere.threads() + ", then " + here.threads(), String.valueOf(here.threads())));

        TrainedClassifier stayed =
                loop.train(study.task(plan).resumedFrom(stored), TrainingListener.NONE, CancellationSignal.NEVER);
        assertThat(stayed.environments()).containsExactly(here);
    }

    /** A one-cycle schedule's momentum takes the place of the optimizer's, also where it is none. */
    @Test
    void goesOnWhereAOneCycleTakesTheMomentumAway() {
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.frozenPlan(2),
                new OptimizerSpec.Sgd(1e-2, 0.9, 0, false, 0),
                new ScheduleSpec.OneCycle(0.3, ScheduleSpec.Annealing.COSINE, false, 25, 1e4, true, 0, 0),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                UpdateSpec.DEFAULT,
                0);
        List<Checkpoint> checkpoints = new ArrayList<>();
        TrainedClassifier uninterrupted = loop.train(
                study.task(plan),
                new TrainingListener() {
                    @Override
                    public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                        checkpoints.add(checkpoint.get());
                    }
                },
                CancellationSignal.NEVER);
        assertThat(checkpoints.get(0).optimizer().memories()).isEmpty();
        TrainedClassifier continued = loop.train(
                study.task(plan).resumedFrom(checkpoints.get(0)), TrainingListener.NONE, CancellationSignal.NEVER);
        assertThat(continued.weights().digest())
                .isEqualTo(uninterrupted.weights().digest());
    }

    @Test
    void refusesACheckpointOfAnotherTraining() {
        Recorder recorder = new Recorder();
        loop.train(study.task(TinyStudy.frozenPlan(1)), recorder, CancellationSignal.NEVER);
        Checkpoint checkpoint = recorder.lastCheckpoint();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> study.task(TinyStudy.frozenPlan(2)).resumedFrom(checkpoint))
                .withMessageContaining("another plan");
        OptimizerState ofNothing = OptimizerState.INITIAL;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> study.task(TinyStudy.frozenPlan(1))
                        .resumedFrom(with(checkpoint, checkpoint.weights(), ofNothing)))
                .withMessageContaining("optimizer");
    }

    /** As after an epoch of which every update was left out, because gradients did not fit the range of float16. */
    @Test
    void goesOnFromACheckpointWhoseOptimizerHasNotBegunWhereTheLossIsScaled() {
        Recorder recorder = new Recorder();
        ExperimentPlan plan = TinyStudy.frozenPlan(2);
        loop.train(study.task(plan), recorder, CancellationSignal.NEVER);
        Checkpoint last = recorder.lastCheckpoint();
        Map<String, Weights> nothing = new LinkedHashMap<>();
        last.optimizer().memories().keySet().forEach(word -> nothing.put(word, new Weights(Map.of())));
        Checkpoint unscaled = with(last, last.weights(), new OptimizerState(new TreeMap<>(nothing)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> study.task(plan).resumedFrom(unscaled))
                .withMessageContaining("optimizer");
        Checkpoint scaled = new Checkpoint(
                unscaled.task(),
                unscaled.backbone(),
                unscaled.weights(),
                unscaled.average(),
                unscaled.optimizer(),
                unscaled.schedule(),
                unscaled.stopping(),
                unscaled.best(),
                unscaled.bestEpochIndex(),
                unscaled.history(),
                new PrecisionChoice(Precision.FLOAT16, "on a GPU"),
                unscaled.path(),
                unscaled.environments(),
                LossScale.INITIAL);
        assertThat(study.task(plan).resumedFrom(scaled)).isNotNull();
    }

    @Test
    void stopsEarlyAndKeepsTheWeightsOfTheBestEpoch() {
        // no improvement is ever large enough, so the first epoch stays the best and the second ends the training
        StoppingRule rule = new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 1, 1e6);
        ExperimentPlan plan = TinyStudy.plan(9, 8, true, rule);
        Recorder recorder = new Recorder();
        TrainedClassifier trained = loop.train(study.task(plan), recorder, CancellationSignal.NEVER);
        assertThat(trained.history()).hasSize(2);
        assertThat(trained.bestEpochIndex()).isZero();
        assertThat(head(trained.weights()).digest()).isEqualTo(recorder.weights.get(0));
        assertThat(head(trained.weights()).digest()).isNotEqualTo(recorder.weights.get(1));

        TrainedClassifier afterTheEnd = loop.train(
                study.task(plan).resumedFrom(recorder.lastCheckpoint()),
                TrainingListener.NONE,
                CancellationSignal.NEVER);
        assertThat(afterTheEnd.weights()).isEqualTo(trained.weights());
        assertThat(afterTheEnd.history()).isEqualTo(trained.history());
    }

    /** With all images called alike the metric is undefined, as it may be in the first epochs of a training. */
    @Test
    void keepsTheFirstEpochWhileTheStoppingMetricIsUndefined() {
        StoppingRule rule = new StoppingRule(StoppingRule.Metric.VALIDATION_MATTHEWS_CORRELATION, 2, 0);
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.plan(9, 8, true, rule),
                new OptimizerSpec.Sgd(1e-30, 0, 0, false, 0),
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                UpdateSpec.DEFAULT,
                0);
        TrainedClassifier trained = loop.train(study.task(plan), TrainingListener.NONE, CancellationSignal.NEVER);
        assertThat(trained.history())
                .allSatisfy(epoch ->
                        assertThat(epoch.validation().matthewsCorrelation()).isNull());
        assertThat(trained.history()).hasSize(2);
        assertThat(trained.bestEpochIndex()).isZero();
    }

    @ParameterizedTest
    @EnumSource(StoppingRule.Metric.class)
    void keepsTheEpochThatIsBestByTheMetric(StoppingRule.Metric metric) {
        ExperimentPlan plan = TinyStudy.plan(3, 8, true, new StoppingRule(metric, 9, 0));
        TrainedClassifier trained = loop.train(study.task(plan), TrainingListener.NONE, CancellationSignal.NEVER);
        List<Double> values = trained.history().stream()
                .map(epoch -> metric.lowerIsBetter(Task.BINARY, epoch.validation()))
                .toList();
        double best = values.stream()
                .filter(value -> !value.isNaN())
                .min(Double::compare)
                .orElse(values.get(0));
        assertThat(trained.bestEpochIndex()).isEqualTo(values.indexOf(best));
    }

    /** What a checkpoint holds of a network whose backbone stays as it is. */
    private static Weights head(Weights whole) {
        Map<String, Tensor> head = new LinkedHashMap<>(whole.tensors());
        head.keySet().removeIf(name -> name.startsWith(NetworkSpec.BACKBONE_PREFIX));
        return new Weights(head);
    }

    @Test
    void endsBeforeTheNextBatchWhenCancelled() {
        AtomicInteger batches = new AtomicInteger();
        TrainingListener counting = new TrainingListener() {
            @Override
            public void batchFinished(BatchProgress progress) {
                batches.incrementAndGet();
            }
        };
        assertThatExceptionOfType(TrainingCancelledException.class)
                .isThrownBy(() -> loop.train(study.task(TinyStudy.frozenPlan(5)), counting, () -> batches.get() == 2));
        assertThat(batches).hasValue(2);
    }

    @Test
    void endsWhenItsThreadIsInterruptedAndLeavesTheInterruptSet() {
        TrainingListener interrupting = new TrainingListener() {
            @Override
            public void batchFinished(BatchProgress progress) {
                Thread.currentThread().interrupt();
            }
        };
        assertThatExceptionOfType(TrainingCancelledException.class)
                .isThrownBy(
                        () -> loop.train(study.task(TinyStudy.frozenPlan(5)), interrupting, CancellationSignal.NEVER));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void saysWhereTheLossIsNoLongerFinite() {
        Recorder recorder = new Recorder();
        ExperimentPlan plan = TinyStudy.frozenPlan(2);
        assertThatExceptionOfType(TrainingCancelledException.class)
                .isThrownBy(() -> loop.train(
                        study.task(plan), recorder, () -> recorder.batches.size() == 3 && !recorder.weights.isEmpty()));
        Checkpoint checkpoint = recorder.lastCheckpoint();
        Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.weights().tensors());
        tensors.put("classifier.4.bias", Tensor.of(List.of(1L), new float[] {Float.NaN}));
        Checkpoint broken = with(checkpoint, new Weights(tensors), checkpoint.optimizer());
        assertThatExceptionOfType(DivergedException.class)
                .isThrownBy(() -> loop.train(
                        study.task(plan).resumedFrom(broken), TrainingListener.NONE, CancellationSignal.NEVER))
                .withMessage("the loss became NaN in epoch 2 at batch 1; epoch 1 is the last good one")
                .satisfies(e -> assertThat(e.epochIndex()).isEqualTo(1));
    }

    @Test
    void endsWhereTheLossExplodesThoughItIsStillANumber() {
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.frozenPlan(3),
                new OptimizerSpec.Sgd(10, 0.9, 0, false, 0),
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                new UpdateSpec(1, 0, 50),
                0);
        assertThatExceptionOfType(DivergedException.class)
                .isThrownBy(() -> loop.train(study.task(plan), TrainingListener.NONE, CancellationSignal.NEVER))
                .withMessageContaining("exploded")
                .withMessageContaining("no epoch is the last good one");
    }

    @Test
    void leavesTheCheckpointOfTheLastGoodEpochWhereALaterOneExplodes() {
        // the rate of the one cycle rises to 10; with a decay of 1, each step above 2 throws the weights further out
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.frozenPlan(30),
                new OptimizerSpec.Sgd(10, 0.9, 0, false, 1),
                new ScheduleSpec.OneCycle(0.9, ScheduleSpec.Annealing.COSINE, false, 1e6, 1, true, 0.85, 0.95),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                new UpdateSpec(1, 0, 10),
                0);
        Recorder recorder = new Recorder();
        // what the engine keeps for good is there after the first training
        loop.train(study.task(TinyStudy.frozenPlan(1)), TrainingListener.NONE, CancellationSignal.NEVER);
        int before = arraysOfTheProcess();
        assertThatExceptionOfType(DivergedException.class)
                .isThrownBy(() -> loop.train(study.task(plan), recorder, CancellationSignal.NEVER))
                .satisfies(e -> {
                    assertThat(e.epochIndex()).isBetween(1, 29);
                    assertThat(recorder.lastCheckpoint().history()).hasSize(e.epochIndex());
                    assertThat(e).hasMessageContaining("epoch " + e.epochIndex() + " is the last good one");
                });
        assertThat(recorder.lastCheckpoint().weights().tensors().values())
                .filteredOn(tensor -> tensor.type() == ElementType.FLOAT32)
                .allSatisfy(tensor -> assertThat(tensor.floats()).doesNotContain(Float.NaN));
        assertThat(arraysOfTheProcess()).isEqualTo(before);
    }

    @Test
    void unfreezesStagesFromTheTopAtTheirEpochs() {
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.plan(3, 12, true, NO_EARLY_STOP),
                new OptimizerSpec.Sgd(1e-3, 0.9, 0, false, 0),
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                new FreezeSpec(5, List.of(1, 2), false),
                ExperimentPlan.DEFAULT.stageRates(),
                UpdateSpec.DEFAULT,
                0);
        List<Set<String>> trained = new ArrayList<>();
        List<Weights> weights = new ArrayList<>();
        loop.train(
                study.task(plan),
                new TrainingListener() {
                    @Override
                    public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                        weights.add(checkpoint.get().weights());
                        trained.add(checkpoint.get().optimizer().memory("velocities").tensors().keySet().stream()
                                .map(name -> name.replaceAll("\\.[0-9].*", ""))
                                .collect(Collectors.toSet()));
                    }
                },
                CancellationSignal.NEVER);
        assertThat(trained)
                .containsExactly(
                        Set.of("classifier"),
                        Set.of("classifier", "backbone.layer4"),
                        Set.of("classifier", "backbone.layer4", "backbone.layer3"));
        String statistics = "backbone.layer4.0.bn1.running_mean";
        assertThat(weights.get(1).tensor(statistics))
                .isNotEqualTo(weights.get(0).tensor(statistics));
        String frozen = "backbone.layer2.0.bn1.running_mean";
        assertThat(weights.get(2).tensor(frozen)).isEqualTo(weights.get(0).tensor(frozen));
    }

    @Test
    void validatesAndKeepsTheAveragedWeights() {
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.frozenPlan(2),
                new OptimizerSpec.Sgd(1e-2, 0, 0, false, 0),
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                new UpdateSpec(1, 0.9, 0),
                0);
        Recorder recorder = new Recorder();
        TrainedClassifier trained = loop.train(study.task(plan), recorder, CancellationSignal.NEVER);
        Checkpoint last = recorder.lastCheckpoint();
        assertThat(last.average()).isNotNull().isNotEqualTo(last.weights());
        if (trained.bestEpochIndex() == 1) {
            assertThat(head(trained.weights())).isEqualTo(last.average());
        }
        // with a decay of nearly 1 the average stays what it began with: the weights after the first update, not the
        // drawn ones
        ExperimentPlan slow = TinyStudy.with(
                TinyStudy.frozenPlan(1),
                new OptimizerSpec.Sgd(1, 0, 0, false, 0),
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                new UpdateSpec(1, 1 - 1e-9, 0),
                0);
        ExperimentPlan drawn = TinyStudy.with(
                TinyStudy.frozenPlan(1),
                new OptimizerSpec.Sgd(1e-12, 0, 0, false, 0),
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                UpdateSpec.DEFAULT,
                0);
        Weights kept = loop.train(study.task(slow), TrainingListener.NONE, CancellationSignal.NEVER)
                .weights();
        Weights initial = loop.train(study.task(drawn), TrainingListener.NONE, CancellationSignal.NEVER)
                .weights();
        assertThat(kept.tensor("classifier.4.bias").floats()[0])
                .isNotCloseTo(initial.tensor("classifier.4.bias").floats()[0], within(1e-4f));
        assertThat(head(trained.weights())).isNotEqualTo(last.weights());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> study.task(plan)
                        .resumedFrom(new Checkpoint(
                                last.task(),
                                last.backbone(),
                                last.weights(),
                                null,
                                last.optimizer(),
                                last.schedule(),
                                last.stopping(),
                                last.best(),
                                last.bestEpochIndex(),
                                last.history(),
                                last.precision(),
                                last.path(),
                                last.environments(),
                                last.lossScale())))
                .withMessageContaining("averag");
    }

    @Test
    void looksAtTrainingAndValidationImagesOnly() {
        Set<String> asked = new HashSet<>();
        TrainingTask task = TrainingTask.of(TinyStudy.frozenPlan(1), study.cohort(), study.fold(), image -> {
            asked.add(image.name());
            return study.pixelsOf(image);
        });
        loop.train(task, TrainingListener.NONE, CancellationSignal.NEVER);
        assertThat(asked)
                .isEqualTo(Stream.of(Role.TRAIN, Role.VALIDATION)
                        .flatMap(role -> study.images(role).stream())
                        .map(ImageRecord::name)
                        .collect(Collectors.toSet()));
    }

    /** 12 of each class less two positives: 12 and 10, of which oversampling makes 24 again and undersampling 20. */
    @Test
    void showsAnEpochAsManyImagesAsTheSamplingSays() {
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.put(new PatientId("p01"), Role.VALIDATION);
        for (Map.Entry<String, Integer> sampling : Map.of(
                        "natural", 22, "weighted", 22, "oversampling", 24, "undersampling", 20)
                .entrySet()) {
            ExperimentPlan plan = PlanJson.read(PlanJson.write(TinyStudy.plan(1, 2, true, NO_EARLY_STOP))
                    .replace(
                            "\"sampling\":{\"kind\":\"natural\"}",
                            "\"sampling\":{\"kind\":\"" + sampling.getKey() + "\"}"));
            Recorder recorder = new Recorder();
            loop.train(
                    TrainingTask.of(plan, study.cohort(), new Fold(0, roles), study::pixelsOf),
                    recorder,
                    CancellationSignal.NEVER);
            int batches = sampling.getValue() / 2;
            assertThat(recorder.batches).as(sampling.getKey()).hasSize(batches);
            assertThat(recorder.batches.get(0)).isEqualTo(new BatchProgress(0, 1, 1, batches));
        }
    }

    @Test
    void smoothedLabelsBoundTheLossFromBelow() {
        ExperimentPlan plan = PlanJson.read(PlanJson.write(TinyStudy.plan(2, 8, true, NO_EARLY_STOP))
                .replace("\"labelSmoothing\":0", "\"labelSmoothing\":0.5"));
        TrainedClassifier trained = loop.train(study.task(plan), TrainingListener.NONE, CancellationSignal.NEVER);
        // no answer is better than that of the smoothed share itself
        double lowest = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
        assertThat(trained.history()).allSatisfy(epoch -> {
            assertThat(epoch.trainLoss()).isGreaterThan(lowest);
            assertThat(epoch.validationLoss()).isGreaterThan(lowest);
        });
    }

    @Test
    void leavesOutALastBatchOfOneImage() {
        Recorder recorder = new Recorder();
        StoppingRule rule = new StoppingRule(StoppingRule.Metric.VALIDATION_ROC_AUC, 5, 0);
        // 24 training images: one batch of 23 and one image
        loop.train(study.task(TinyStudy.plan(1, 23, true, rule)), recorder, CancellationSignal.NEVER);
        assertThat(recorder.batches).containsExactly(new BatchProgress(0, 1, 1, 1));
    }

    @Test
    void changesNothingOfAFrozenBackbone() {
        StoppingRule rule = new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 5, 0);
        ExperimentPlan plan = TinyStudy.plan(2, 8, true, rule);
        Recorder recorder = new Recorder();
        TrainedClassifier trained = loop.train(study.task(plan), recorder, CancellationSignal.NEVER);
        Weights initial =
                InitialWeights.draw(NetworkSpec.of(plan, study.cohort().task(), 2), plan.seed());
        trained.weights().tensors().forEach((name, tensor) -> {
            if (name.startsWith("backbone.")) {
                assertThat(tensor).as(name).isEqualTo(initial.tensor(name));
            } else {
                assertThat(tensor).as(name).isNotEqualTo(initial.tensor(name));
            }
        });
        assertThat(recorder.lastCheckpoint()
                        .optimizer()
                        .memory("means")
                        .tensors()
                        .keySet())
                .containsExactly(
                        "classifier.1.weight", "classifier.1.bias", "classifier.4.weight", "classifier.4.bias");
    }

    @ParameterizedTest
    @MethodSource("plansWhoseMemoryIsLevel")
    void givesBackAllNativeMemory(ExperimentPlan plan) {
        int before = arraysOfTheProcess();
        List<Integer> afterEpochs = new ArrayList<>();
        loop.train(
                study.task(plan),
                new TrainingListener() {
                    @Override
                    public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                        assertThat(checkpoint.get().history()).hasSize(afterEpochs.size() + 1);
                        afterEpochs.add(arraysOfTheProcess());
                    }
                },
                CancellationSignal.NEVER);
        assertThat(afterEpochs).hasSize(2);
        assertThat(afterEpochs.get(0)).isGreaterThan(before);
        assertThat(new HashSet<>(afterEpochs)).as("arrays after each epoch").hasSize(1);
        assertThat(arraysOfTheProcess()).isEqualTo(before);
    }

    static Stream<ExperimentPlan> plansWhoseMemoryIsLevel() {
        ExperimentPlan averaging = TinyStudy.with(
                TinyStudy.frozenPlan(2),
                OptimizerSpec.Sgd.DEFAULT,
                new ScheduleSpec.Constant(),
                WarmUpSpec.NONE,
                FreezeSpec.BACKBONE,
                ExperimentPlan.DEFAULT.stageRates(),
                new UpdateSpec(2, 0.9, 100),
                0.1);
        return Stream.of(TinyStudy.plan(2), averaging);
    }

    /** The optimizer's counts are looked at last, when pixels or features are fed and the networks are open. */
    @ParameterizedTest
    @MethodSource("plansWhoseMemoryIsLevel")
    void leavesNothingOpenWhereItCannotBegin(ExperimentPlan plan) {
        ExperimentPlan counting = TinyStudy.with(
                plan,
                OptimizerSpec.AdamW.DEFAULT,
                plan.schedule(),
                plan.warmUp(),
                plan.freeze(),
                plan.stageRates(),
                plan.update(),
                plan.clipNorm());
        Recorder recorder = new Recorder();
        loop.train(study.task(counting), recorder, CancellationSignal.NEVER);
        Checkpoint last = recorder.lastCheckpoint();
        SortedMap<String, Weights> memories = new TreeMap<>(last.optimizer().memories());
        Map<String, Tensor> counts = new LinkedHashMap<>();
        memories.get("steps").tensors().keySet().forEach(name -> counts.put(name, Tensor.of(List.of(), new float[1])));
        memories.put("steps", new Weights(counts));
        TrainingTask task = study.task(counting).resumedFrom(with(last, last.weights(), new OptimizerState(memories)));
        int arrays = arraysOfTheProcess();
        awaitNoLoadingThread();

        assertThatIllegalStateException()
                .isThrownBy(() -> loop.train(task, TrainingListener.NONE, CancellationSignal.NEVER))
                .withMessageContaining("FLOAT32");

        assertThat(arraysOfTheProcess()).isEqualTo(arrays);
        awaitNoLoadingThread();
    }

    /** A loader that is closed takes a moment to end; of tests in this process one runs after the other. */
    private static void awaitNoLoadingThread() {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (loadingThreads() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(loadingThreads()).isZero();
    }

    private static long loadingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("foldwise-batch-loader"))
                .count();
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = Engines.engine().newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }

    @Test
    void trainsOnceAtATime() {
        AtomicInteger refused = new AtomicInteger();
        TrainingListener greedy = new TrainingListener() {
            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> loop.train(
                                study.task(TinyStudy.frozenPlan(1)), TrainingListener.NONE, CancellationSignal.NEVER));
                refused.incrementAndGet();
            }
        };
        loop.train(study.task(TinyStudy.frozenPlan(1)), greedy, CancellationSignal.NEVER);
        assertThat(refused).hasValue(1);
    }

    @Test
    void takesNoCheckpointOnceTheTrainingHasGoneOn() {
        List<Supplier<Checkpoint>> kept = new ArrayList<>();
        loop.train(
                study.task(TinyStudy.frozenPlan(1)),
                new TrainingListener() {
                    @Override
                    public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                        kept.add(checkpoint);
                    }
                },
                CancellationSignal.NEVER);
        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).get());
    }

    @Test
    void endsWithTheExceptionOfAnImageThatCannotBeRead() {
        TrainingTask task = TrainingTask.of(TinyStudy.frozenPlan(1), study.cohort(), study.fold(), image -> {
            throw new UncheckedIOException(new IOException("gone"));
        });
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> loop.train(task, TrainingListener.NONE, CancellationSignal.NEVER));
    }
}
