package org.foldwise.learning.dataset.synthetic;

/**
 * A stream of random numbers that depends on nothing but its key: SplitMix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014). Written out here because generated images must have the same bytes on every version
 * of Java, also where derived methods of the library's generators change.
 */
final class SeededStream {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-53;

    private long state;

    private SeededStream(long state) {
        this.state = state;
    }

    /** The stream of one purpose for one thing; streams of different keys have nothing to do with each other. */
    static SeededStream of(long seed, Purpose purpose, long... key) {
        long state = mixed(seed + GOLDEN_GAMMA);
        state = mixed(state + purpose.key * GOLDEN_GAMMA);
        for (long part : key) {
            state = mixed(state + (part + 1) * GOLDEN_GAMMA);
        }
        return new SeededStream(state);
    }

    /** What a stream is for. */
    enum Purpose {
        COHORT(1),
        PATIENT(2),
        ANATOMY(3),
        DISEASE(4),
        FILM(5),
        SITE(6);

        private final long key;

        Purpose(long key) {
            this.key = key;
        }
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mixed(state);
    }

    /** In [0, 1). */
    double unit() {
        return (next() >>> 11) * UNIT;
    }

    /** In [low, high). */
    double between(double low, double high) {
        return low + (high - low) * unit();
    }

    /** An integer from 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) (unit() * bound);
    }

    boolean chance(double probability) {
        return unit() < probability;
    }

    private static long mixed(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
