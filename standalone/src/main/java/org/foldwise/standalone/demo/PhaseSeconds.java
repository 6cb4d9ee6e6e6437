package org.foldwise.standalone.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/** How long the phases took, in the order in which they ended. */
final class PhaseSeconds {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double ROUNDING = 100;

    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final long beginning = System.nanoTime();
    private long phaseBeginning = beginning;

    /** Ends a phase; the next one begins. */
    void end(String phase) {
        long now = System.nanoTime();
        seconds.put(phase, seconds(now - phaseBeginning));
        phaseBeginning = now;
    }

    /** All phases so far, and their total. */
    Map<String, Double> all() {
        Map<String, Double> all = new LinkedHashMap<>(seconds);
        all.put("total", total());
        return all;
    }

    double total() {
        return seconds(System.nanoTime() - beginning);
    }

    private static double seconds(long nanos) {
        return Math.round(nanos / NANOS_PER_SECOND * ROUNDING) / ROUNDING;
    }
}
