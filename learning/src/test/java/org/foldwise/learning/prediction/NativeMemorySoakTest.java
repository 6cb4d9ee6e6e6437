package org.foldwise.learning.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.FeatureNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A thousand training steps and a hundred thousand predictions, both in float32 and in bfloat16, with the memory of the process after
 * every tenth of them: {@code mvn -pl learning test -Dgroups=soak -Dfoldwise.soak=true
 * "-Dtests.heap=1g -Xms1g -XX:+AlwaysPreTouch"}, and {@code -Dfoldwise.soak.steps=N}, {@code -Dfoldwise.soak.predictions=N} for other
 * numbers. Takes long, so no build runs it by itself; {@link NativeMemoryTest} does a little of it in every build.
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

    private final List<Long> outsideTheHeap = new ArrayList<>();

    @BeforeEach
    void theHeapIsResidentFromTheBeginning() {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments())
                .as("flags of this virtual machine, see above")
                .contains("-XX:+AlwaysPreTouch");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void trainingStepsLeaveNoMemoryBehind(Precision precision) {
        Soak soak = new Soak(precision, this::sample);
        soak.train(Integer.getInteger("foldwise.soak.steps", 1000));
        requireLevel(soak);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void predictionsLeaveNoMemoryBehind(Precision precision) {
        System.out.println("soak: predictions in " + precision.label() + " by "
                + FeatureNetwork.kernels(Engines.engine(), precision) + " kernels");
        Soak soak = new Soak(precision, this::sample);
        soak.predict(Integer.getInteger("foldwise.soak.predictions", 100_000));
        requireLevel(soak);
    }

    private void requireLevel(Soak soak) {
        soak.requireNoArrayMore();
        assertThat(outsideTheHeap).hasSameSizeAs(soak.arrays());
        long grown = outsideTheHeap.get(outsideTheHeap.size() - 1) - outsideTheHeap.get(0);
        assertThat(grown).as("MiB outside the heap: %s", outsideTheHeap).isLessThan(BOUND_MIB);
    }

    private void sample(String after) {
        long resident = residentMib();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() >> 20;
        outsideTheHeap.add(resident - heap);
        System.out.printf(Locale.ROOT, "soak: %s: resident %d MiB, of which at most %d heap%n", after, resident, heap);
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
}
