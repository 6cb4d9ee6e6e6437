package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.training.BatchProgress;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import tools.jackson.databind.json.JsonMapper;

/**
 * What steps of a training spend their time on. Some steps are counted as they are: time, processor time, page faults. As many are
 * taken while libtorch records its operations, which tells the parts.
 */
final class StepProfile implements TrainingListener {
    private static final int WARM_UPS = 10;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final int steps;
    private final Path trace;
    private int done;
    private long started;
    private ProcessCounters before = ProcessCounters.now();
    private double plainSeconds;
    private double recordedSeconds;
    private Map<String, Double> counted = Map.of();

    private StepProfile(TorchEngine engine, int steps, Path trace) {
        this.engine = engine;
        this.steps = steps;
        this.trace = trace;
    }

    /** Trains as long as it takes, prints a table and writes the file that the options name. */
    static void run(Settings settings, PrintStream out) throws IOException {
        Path trace = Files.createTempFile("foldwise-bench", ".json");
        try {
            StepProfile profile = new StepProfile(settings.engine(), settings.repetitions(), trace);
            profile.train(settings);
            OperationTimes times = OperationTimes.read(trace);
            Map<String, Object> figures = profile.figures(settings, times);
            profile.print(settings, times, out);
            Path json = settings.json();
            if (json != null) {
                Files.writeString(
                        json,
                        JsonMapper.builder()
                                        .enable(tools.jackson.databind.SerializationFeature.INDENT_OUTPUT)
                                        .build()
                                        .writeValueAsString(figures)
                                + "\n");
            }
        } finally {
            Files.delete(trace);
        }
    }

    private void train(Settings settings) {
        try {
            new TrainingLoop(engine)
                    .train(
                            TrainingWorkload.task(settings, settings.variant()),
                            this,
                            () -> done >= WARM_UPS + 2 * steps);
        } catch (TrainingCancelledException e) {
            // enough steps
        }
    }

    @Override
    public void batchFinished(BatchProgress progress) {
        done++;
        if (done == WARM_UPS) {
            before = ProcessCounters.now();
            started = System.nanoTime();
        } else if (done == WARM_UPS + steps) {
            plainSeconds = (System.nanoTime() - started) / NANOSECONDS_PER_SECOND / steps;
            counted = ProcessCounters.now().since(before, steps);
            engine.recordOperations();
            started = System.nanoTime();
        } else if (done == WARM_UPS + 2 * steps) {
            recordedSeconds = (System.nanoTime() - started) / NANOSECONDS_PER_SECOND / steps;
            engine.writeOperations(trace);
        }
    }

    /** Milliseconds of a recorded step, largest first, and last what is no operation of libtorch. */
    private Map<String, Double> parts(OperationTimes times) {
        Map<String, Double> parts = new LinkedHashMap<>();
        double inside = 0;
        for (Map.Entry<String, Double> part : times.byPart().entrySet()) {
            double milliseconds = part.getValue() / steps / 1e3;
            parts.put(part.getKey(), milliseconds);
            inside += milliseconds;
        }
        parts.put("outside libtorch: Java, JNI, waiting for the loader", 1e3 * recordedSeconds - inside);
        return parts;
    }

    private Map<String, Object> figures(Settings settings, OperationTimes times) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("program", "profile");
        figures.put("variant", settings.variant());
        figures.put("threads", settings.threads());
        figures.put("steps", steps);
        figures.put("imagesPerStep", settings.batch());
        figures.put("millisecondsPerStep", 1e3 * plainSeconds);
        figures.put("millisecondsPerRecordedStep", 1e3 * recordedSeconds);
        figures.put("perStep", counted);
        figures.put("millisecondsByPart", parts(times));
        figures.put("millisecondsByOperation", times.largest(steps));
        return figures;
    }

    private void print(Settings settings, OperationTimes times, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "a step of training, %s, %d threads, %d images: %.1f ms, %.1f images/s; %.1f ms while operations are recorded%n",
                settings.variant(),
                settings.threads(),
                settings.batch(),
                1e3 * plainSeconds,
                settings.batch() / plainSeconds,
                1e3 * recordedSeconds);
        counted.forEach((name, value) -> out.printf(Locale.ROOT, "  %-52s %10.1f%n", name, value));
        out.println("  parts of a recorded step                                     ms     %");
        parts(times)
                .forEach((part, milliseconds) -> out.printf(
                        Locale.ROOT,
                        "  %-52s %10.2f %5.1f%n",
                        part,
                        milliseconds,
                        100 * milliseconds / (1e3 * recordedSeconds)));
        out.println("  libtorch's operations that take longest, without what they call");
        times.largest(steps)
                .forEach((name, milliseconds) -> out.printf(Locale.ROOT, "  %-52s %10.2f%n", name, milliseconds));
    }

    /** What the kernel counts of this process. */
    private record ProcessCounters(long pageFaults, long userTicks, long systemTicks) {
        /** Linux has had 100 ticks a second on all machines for ever. */
        private static final double MILLISECONDS_PER_TICK = 10;

        static ProcessCounters now() {
            try {
                String stat = Files.readString(Path.of("/proc/self/stat"));
                // the program's name, which may hold anything, ends with the last bracket
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                return new ProcessCounters(
                        Long.parseLong(fields[7]), Long.parseLong(fields[11]), Long.parseLong(fields[12]));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Map<String, Double> since(ProcessCounters earlier, int steps) {
            Map<String, Double> since = new LinkedHashMap<>();
            since.put(
                    "processor time in the program, ms",
                    MILLISECONDS_PER_TICK * (userTicks - earlier.userTicks) / steps);
            since.put(
                    "processor time in the kernel, ms",
                    MILLISECONDS_PER_TICK * (systemTicks - earlier.systemTicks) / steps);
            since.put("page faults", (pageFaults - earlier.pageFaults) / (double) steps);
            return since;
        }
    }
}
