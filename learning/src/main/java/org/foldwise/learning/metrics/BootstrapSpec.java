package org.foldwise.learning.metrics;

/**
 * How intervals are computed.
 *
 * @param resamples how often the patients are drawn anew, 100 to 100000
 * @param seed of the draws
 * @param level nominal coverage of the intervals, in (0, 1)
 */
public record BootstrapSpec(int resamples, long seed, double level) {
    /** Nominal coverage of intervals where nothing else is asked for. */
    public static final double LEVEL = 0.95;

    private static final int FEWEST = 100;
    private static final int MOST = 100_000;

    public BootstrapSpec {
        if (resamples < FEWEST || resamples > MOST) {
            throw new IllegalArgumentException("resamples must be " + FEWEST + " to " + MOST + ", was " + resamples);
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must be in (0, 1), was " + level);
        }
    }

    /** 2000 resamples for intervals of 95 %. */
    public static BootstrapSpec seeded(long seed) {
        return new BootstrapSpec(2000, seed, LEVEL);
    }
}
