package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the kernel counts of this process. */
record ProcessCounters(long pageFaults, long userTicks, long systemTicks) {
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

    /** What was counted since then, for each repetition. */
    Map<String, Double> since(ProcessCounters earlier, int repetitions) {
        Map<String, Double> since = new LinkedHashMap<>();
        since.put(
                "processor time in the program, ms",
                MILLISECONDS_PER_TICK * (userTicks - earlier.userTicks) / repetitions);
        since.put(
                "processor time in the kernel, ms",
                MILLISECONDS_PER_TICK * (systemTicks - earlier.systemTicks) / repetitions);
        since.put("page faults", (pageFaults - earlier.pageFaults) / (double) repetitions);
        return since;
    }
}
