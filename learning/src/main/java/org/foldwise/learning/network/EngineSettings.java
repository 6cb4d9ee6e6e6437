package org.foldwise.learning.network;

/**
 * How the engine uses the machine. The number of threads changes the order of sums and with it the last bits of a training,
 * so it belongs to a model's provenance.
 *
 * @param threads inside one operation, 1 to 1024
 * @param interOpThreads for operations that run side by side, 1 to 1024; the networks here have none, so 1 is right
 * @param device where everything is computed
 */
public record EngineSettings(int threads, int interOpThreads, ComputeDevice device) {
    private static final int MAXIMUM = 1024;

    public EngineSettings {
        requireThreads("threads", threads);
        requireThreads("interOpThreads", interOpThreads);
    }

    /** That many threads inside an operation, one operation at a time, on the CPU. */
    public static EngineSettings threads(int threads) {
        return threads(threads, ComputeDevice.CPU);
    }

    /** That many threads inside an operation, one operation at a time, on that device. */
    public static EngineSettings threads(int threads, ComputeDevice device) {
        return new EngineSettings(threads, 1, device);
    }

    private static void requireThreads(String name, int threads) {
        if (threads < 1 || threads > MAXIMUM) {
            throw new IllegalArgumentException(name + " must be 1 to " + MAXIMUM + ", was " + threads);
        }
    }
}
