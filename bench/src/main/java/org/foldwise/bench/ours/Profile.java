package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a repetition of our work spends its time on. Some repetitions are counted as they are. As many are taken while libtorch
 * records its operations, which tells the parts.
 *
 * @param what the work that was repeated, such as {@code a step of training}
 * @param outside what the time is that no operation of libtorch took
 * @param repetitions of each kind
 * @param plainSeconds a repetition takes
 * @param recordedSeconds a repetition takes while operations are recorded
 * @param counted what the kernel counted for a repetition; empty where it was not asked
 * @param times the operations of all recorded repetitions
 */
record Profile(
        String what,
        String outside,
        int repetitions,
        double plainSeconds,
        double recordedSeconds,
        Map<String, Double> counted,
        OperationTimes times) {
    private static final double MILLISECONDS_PER_SECOND = 1e3;
    private static final double MICROSECONDS_PER_MILLISECOND = 1e3;

    /** Works as long as it takes, prints a table and writes the file that the options name. */
    static void run(Settings settings, PrintStream out) throws IOException {
        Path trace = Files.createTempFile("foldwise-bench", ".json");
        try {
            Profile profile = settings.variant().startsWith("batch")
                    ? AnswerProfile.take(settings, trace)
                    : StepProfile.take(settings, trace);
            profile.print(settings, out);
            Path json = settings.json();
            if (json != null) {
                Files.writeString(
                        json,
                        JsonMapper.builder()
                                        .enable(SerializationFeature.INDENT_OUTPUT)
                                        .build()
                                        .writeValueAsString(profile.figures(settings))
                                + "\n");
            }
        } finally {
            Files.delete(trace);
        }
    }

    /** Milliseconds of a recorded repetition, largest first, and last what is no operation of libtorch. */
    private Map<String, Double> parts() {
        Map<String, Double> parts = new LinkedHashMap<>();
        double inside = 0;
        for (Map.Entry<String, Double> part : times.byPart().entrySet()) {
            double milliseconds = part.getValue() / repetitions / MICROSECONDS_PER_MILLISECOND;
            parts.put(part.getKey(), milliseconds);
            inside += milliseconds;
        }
        parts.put(outside, MILLISECONDS_PER_SECOND * recordedSeconds - inside);
        return parts;
    }

    private Map<String, Object> figures(Settings settings) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("program", "profile");
        figures.put("variant", settings.variant());
        figures.put("threads", settings.threads());
        figures.put("repetitions", repetitions);
        figures.put("imagesPerRepetition", settings.batch());
        figures.put("milliseconds", MILLISECONDS_PER_SECOND * plainSeconds);
        figures.put("millisecondsRecorded", MILLISECONDS_PER_SECOND * recordedSeconds);
        figures.put("counted", counted);
        figures.put("millisecondsByPart", parts());
        figures.put("millisecondsByOperation", times.largest(repetitions));
        return figures;
    }

    private void print(Settings settings, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s, %s, %d threads, %d images: %.2f ms, %.1f images/s; %.2f ms while operations are recorded%n",
                what,
                settings.variant(),
                settings.threads(),
                settings.batch(),
                MILLISECONDS_PER_SECOND * plainSeconds,
                settings.batch() / plainSeconds,
                MILLISECONDS_PER_SECOND * recordedSeconds);
        counted.forEach((name, value) -> out.printf(Locale.ROOT, "  %-52s %10.1f%n", name, value));
        out.println("  parts, recorded                                              ms     %");
        parts().forEach((part, milliseconds) -> out.printf(
                Locale.ROOT,
                "  %-52s %10.2f %5.1f%n",
                part,
                milliseconds,
                100 * milliseconds / (MILLISECONDS_PER_SECOND * recordedSeconds)));
        out.println("  libtorch's operations that take longest, without what they call");
        times.largest(repetitions)
                .forEach((name, milliseconds) -> out.printf(Locale.ROOT, "  %-52s %10.2f%n", name, milliseconds));
    }
}
