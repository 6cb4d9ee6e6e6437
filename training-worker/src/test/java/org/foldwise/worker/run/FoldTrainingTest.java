package org.foldwise.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TinyStudy;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;

@Tag("engine")
class FoldTrainingTest {
    private static final TorchEngine WITHOUT_KERNELS =
            Engines.withKernels(text -> text.replace("torch._fused_adam_(", "torch._fused_adam_of_old_("));

    @TempDir
    private Path directory;

    private final TinyStudy study = new TinyStudy();

    /** There is no store here to decode an image from. */
    private FoldTraining withoutKernels() {
        RecordCache cache = new RecordCache(directory.resolve("cache"), 1 << 20, Clock.systemUTC());
        return new FoldTraining(new PixelCache(cache, null), cache, new ObjectProvider<>() {
            @Override
            public TorchEngine getObject() {
                return WITHOUT_KERNELS;
            }
        });
    }

    @Test
    void preparesNothingForATrainingThatCannotGoOnHere() {
        ExperimentPlan plan = TinyStudy.frozenPlan(1);
        List<Checkpoint> begun = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                begun.add(checkpoint.get());
            }
        };
        new TrainingLoop(Engines.engine()).train(study.task(plan), listener, CancellationSignal.NEVER);
        List<String> preparing = new ArrayList<>();

        assertThatIllegalStateException()
                .isThrownBy(() -> withoutKernels()
                        .train(
                                new FoldTraining.Subject(plan, study.cohort(), study.fold(), null, null),
                                Optional.of(begun.get(0)),
                                TrainingListener.NONE,
                                new FoldTraining.Watch(null, preparing::add)))
                .withMessageContaining("begun by kernels and cannot go on by blocks");
        assertThat(preparing).isEmpty();
    }
}
