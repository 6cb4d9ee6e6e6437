package org.foldwise.learning.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.model.TinyBundle;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.Checkpoint;
import org.foldwise.learning.training.EpochSummary;
import org.foldwise.learning.training.TinyStudy;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A thousand training steps and a hundred thousand predictions, with the memory of the process after every tenth of them:
 * {@code mvn -pl learning test -Dgroups=soak -Dfoldwise.soak=true "-Dtests.heap=1g -Xms1g -XX:+AlwaysPreTouch"}, and {@code
 * -Dfoldwise.soak.steps=N}, {@code -Dfoldwise.soak.predictions=N} for other numbers. Takes long, so no build runs it by itself.
 *
 * <p>What the engine holds outside the heap shows in the resident memory only. The heap has to be resident from the beginning, or
 * the pages that garbage touches would count as native. The first tenth of the work sets up caches and arenas; from then on the
 * rest may grow by {@link #BOUND_MIB}, which is less than 700 bytes for each prediction. Arrays that somebody forgot to close are
 * counted, and not one may be added.
 */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
@EnabledIfSystemProperty(named = "foldwise.soak", matches = "true")
class NativeMemorySoakTest {
    private static final long BOUND_MIB = 64;
    private static final int SAMPLES = 10;
    private static final StoppingRule TO_THE_END = new StoppingRule(StoppingRule.Metric.VALIDATION_LOSS, 1000, 0);

    private final List<Long> outsideTheHeap = new ArrayList<>();
    private final List<Integer> arrays = new ArrayList<>();

    @BeforeEach
    void theHeapIsResidentFromTheBeginning() {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
                .as("flags of this virtual machine, see above")
                .contains("-XX:+AlwaysPreTouch");
    }

    @Test
    void trainingStepsLeaveNoMemoryBehind() {
        int steps = Integer.getInteger("foldwise.soak.steps", 1000);
        // 24 training images: 3 steps an epoch
        int epochs = (steps + 2) / 3;
        ExperimentPlan plan = TinyStudy.plan(Math.min(epochs, 1000), 8, false, TO_THE_END);
        TinyStudy study = new TinyStudy();
        new TrainingLoop(Engines.engine())
                .train(
                        study.task(plan),
                        new TrainingListener() {
                            @Override
                            public void epochFinished(EpochSummary summary, Supplier<Checkpoint> checkpoint) {
                                int done = summary.epochIndex() + 1;
                                if (done * SAMPLES / plan.epochs() > (done - 1) * SAMPLES / plan.epochs()) {
                                    assertThat(checkpoint.get().history()).hasSize(done);
                                    sample(done * 3 + " training steps");
                                }
                            }
                        },
                        CancellationSignal.NEVER);
        requireLevel();
    }

    @Test
    void predictionsLeaveNoMemoryBehind() {
        int predictions = Integer.getInteger("foldwise.soak.predictions", 100_000);
        TinyStudy study = new TinyStudy();
        List<ImageRecord> images = study.cohort().images();
        List<byte[]> files = images.stream()
                .map(image -> PngEncoder.encode(study.pixelsOf(image)))
                .toList();
        try (Classifier classifier =
                Classifier.open(Engines.engine(), TinyBundle.untrained(), new ImageDecoder(ImageLimits.DEFAULT))) {
            for (int done = 1; done <= predictions; done++) {
                assertThat(classifier.predict(files.get(done % files.size())).probability())
                        .isBetween(0.0, 1.0);
                if (done % (predictions / SAMPLES) == 0) {
                    sample(done + " predictions");
                }
            }
        }
        requireLevel();
    }

    private void requireLevel() {
        assertThat(outsideTheHeap).hasSizeGreaterThanOrEqualTo(SAMPLES);
        assertThat(arrays.stream().distinct().count()).as("arrays: %s", arrays).isEqualTo(1);
        long grown = outsideTheHeap.get(outsideTheHeap.size() - 1) - outsideTheHeap.get(0);
        assertThat(grown).as("MiB outside the heap: %s", outsideTheHeap).isLessThan(BOUND_MIB);
    }

    private void sample(String after) {
        long resident = residentMib();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() >> 20;
        outsideTheHeap.add(resident - heap);
        arrays.add(arraysOfTheProcess());
        System.out.printf(
                Locale.ROOT,
                "soak: %s: resident %d MiB, of which at most %d heap; %d arrays%n",
                after,
                resident,
                heap,
                arrays.get(arrays.size() - 1));
    }

    private static long residentMib() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int arraysOfTheProcess() {
        try (NDManager manager = Engines.engine().newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }
}
