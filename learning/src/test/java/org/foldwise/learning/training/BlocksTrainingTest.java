package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.FreezeSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.TrainingPath;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of an engine that does not take the kernels, and what becomes of those that one has begun. */
@Tag("engine")
class BlocksTrainingTest {
    private static final TorchEngine WITHOUT_KERNELS =
            Engines.withKernels(text -> text.replace("torch._fused_adam_(", "torch._fused_adam_of_old_("));

    private final TinyStudy study = new TinyStudy();
    private final TrainingLoop byBlocks = new TrainingLoop(WITHOUT_KERNELS);
    private final TrainingLoop byKernels = new TrainingLoop(Engines.engine());

    /** Every checkpoint, as it is read back from its file. */
    private static final class Kept implements TrainingListener {
        private final List<Checkpoint> checkpoints = new ArrayList<>();

        @Override
        public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            try {
                CheckpointCodec.write(checkpoint.get(), file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            checkpoints.add(CheckpointCodec.read(ByteBuffer.wrap(file.toByteArray())));
        }
    }

    private static TrainedClassifier train(TrainingLoop loop, TrainingTask task) {
        return loop.train(task, TrainingListener.NONE, CancellationSignal.NEVER);
    }

    @Test
    void learnWhatTheOthersLearnAndSayByWhatTheyWereComputed() {
        ExperimentPlan plan = TinyStudy.plan(3);
        TrainedClassifier blocks = train(byBlocks, study.task(plan));
        TrainedClassifier kernels = train(byKernels, study.task(plan));

        assertThat(byBlocks.path().taken()).isEqualTo(TrainingPath.BLOCKS);
        assertThat(blocks.path())
                .isEqualTo(new PathChoice(TrainingPath.BLOCKS, "the engine does not take the kernels here"));
        Provenance provenance = blocks.provenance(Digest.of("split"), "0");
        assertThat(provenance.trainingPath()).isEqualTo("blocks");
        assertThat(provenance.trainingPathReason()).isEqualTo("the engine does not take the kernels here");
        assertThat(kernels.path().taken()).isEqualTo(TrainingPath.KERNELS);
        assertThat(kernels.provenance(Digest.of("split"), "0").trainingPath()).isEqualTo("kernels");
        assertThat(kernels.provenance(Digest.of("split"), "0").libraries())
                .containsEntry(ImageRules.LIBRARY, ImageRules.NUMBER);
        // the same images, dropout and steps; sums in another order
        assertThat(blocks.weights()).isNotEqualTo(kernels.weights());
        assertThat(blocks.history().get(0).trainLoss())
                .isCloseTo(kernels.history().get(0).trainLoss(), within(0.02));
        assertThat(blocks.history().get(2).trainLoss())
                .isLessThan(blocks.history().get(0).trainLoss());
    }

    @Test
    void goOnByBlocksWhereverTheyGoOnAndArriveAtTheSameBits() {
        ExperimentPlan plan = TinyStudy.plan(3);
        Kept kept = new Kept();
        TrainedClassifier whole = byBlocks.train(study.task(plan), kept, CancellationSignal.NEVER);
        Checkpoint first = kept.checkpoints.get(0);
        assertThat(first.path()).isEqualTo(whole.path());

        for (TrainingLoop loop : List.of(byBlocks, byKernels)) {
            TrainedClassifier resumed = train(loop, study.task(plan).resumedFrom(first));
            assertThat(resumed.weights().digest()).isEqualTo(whole.weights().digest());
            assertThat(resumed.path()).isEqualTo(whole.path());
        }
    }

    @Test
    void refuseToEndWhatKernelsHaveBegun() {
        ExperimentPlan plan = TinyStudy.frozenPlan(2);
        Kept kept = new Kept();
        byKernels.train(study.task(plan), kept, CancellationSignal.NEVER);
        TrainingTask task = study.task(plan).resumedFrom(kept.checkpoints.get(0));

        assertThatIllegalStateException()
                .isThrownBy(() -> train(byBlocks, task))
                .withMessageContaining("begun by kernels")
                .withMessageContaining("go on where the kernels work, or begin anew");
        assertThatIllegalStateException()
                .isThrownBy(() -> byBlocks.pathFrom(kept.checkpoints.get(0)))
                .withMessageContaining("begun by kernels");
    }

    @Test
    void areInFloat32WhateverThePlanSays() {
        String rounded = PlanJson.write(TinyStudy.frozenPlan(1))
                .replace("\"precision\":\"float32\"", "\"precision\":\"bfloat16\"");
        TrainingTask task = study.task(PlanJson.read(rounded));
        TrainingLoop bound =
                new TrainingLoop(WITHOUT_KERNELS, plan -> new PrecisionChoice(Precision.BFLOAT16, "a test wants it"));

        for (TrainingLoop loop : List.of(byBlocks, bound)) {
            TrainedClassifier trained = train(loop, task);
            assertThat(trained.precision().taken()).isEqualTo(Precision.FLOAT32);
            assertThat(trained.precision().isFallBack()).isTrue();
        }
    }

    @Test
    void computeAFrozenBackboneThemselves(@TempDir Path folder) throws InterruptedException {
        ExperimentPlan plan = PlanJson.read(PlanJson.write(TinyStudy.frozenPlan(2))
                .replaceFirst("\"augmentation\":\\[[^]]*]", "\"augmentation\":[]"));
        assertThat(FrozenBackbone.suffices(plan)).isTrue();
        TrainingTask task = study.task(plan);
        BackboneFeatures features = new FeatureCache(
                        Engines.engine(), new RecordCache(folder, 1 << 30, Clock.systemUTC()))
                .fill(
                        FrozenBackbone.of(task),
                        byKernels.precision(plan),
                        task.preprocessing(),
                        study.cohort().images(),
                        study::pixelsOf,
                        done -> {})
                .orElseThrow();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(byBlocks, task.on(features)))
                .withMessageContaining("on images");
        TrainedClassifier blocks = train(byBlocks, task);
        TrainedClassifier kernels = train(byKernels, task.on(features));
        assertThat(blocks.history().get(0).trainLoss())
                .isCloseTo(kernels.history().get(0).trainLoss(), within(1e-3));
        kernels.weights().tensors().forEach((name, tensor) -> {
            if (name.startsWith("backbone.")) {
                assertThat(blocks.weights().tensor(name)).as(name).isEqualTo(tensor);
            }
        });
    }

    /** Everything that an optimizer and a schedule remember, on the other path. */
    @Test
    void rememberWhatTheOptimizerNeeds() {
        ExperimentPlan plan = TinyStudy.with(
                TinyStudy.frozenPlan(3),
                new OptimizerSpec.AdamW(1e-3, 0.9, 0.999, 1e-8, 0.1),
                TinyStudy.frozenPlan(3).schedule(),
                TinyStudy.frozenPlan(3).warmUp(),
                new FreezeSpec(5, List.of(1, 2), false),
                List.of(0.1, 0.2, 0.3, 0.4, 0.5),
                TinyStudy.frozenPlan(3).update(),
                0.5);
        Kept kept = new Kept();
        TrainedClassifier whole = byBlocks.train(study.task(plan), kept, CancellationSignal.NEVER);
        for (int done = 0; done < 2; done++) {
            TrainedClassifier resumed = train(byBlocks, study.task(plan).resumedFrom(kept.checkpoints.get(done)));
            assertThat(resumed.weights().digest()).isEqualTo(whole.weights().digest());
        }
    }
}
