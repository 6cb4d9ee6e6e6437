package org.foldwise.bench.ours;

import java.util.List;
import java.util.Map;

/** Work that is measured again and again. Used by one thread. */
interface Workload extends AutoCloseable {
    /** Does the work a few times and says how long each of them took. */
    Measured measure();

    /**
     * A few repetitions.
     *
     * @param seconds of each repetition
     * @param units what a repetition does, such as images
     */
    record Measured(List<Double> seconds, double units) {
        public Measured {
            seconds = List.copyOf(seconds);
        }
    }

    /** How many measurements it takes until it runs as it will from then on. */
    default int warmUps() {
        return 2;
    }

    /** Versions of the libraries that do the work, by name. */
    Map<String, String> versions();

    @Override
    void close();
}
