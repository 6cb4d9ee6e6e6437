package org.foldwise.learning.quality;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** How often each of the 256 grey values occurs in one image; immutable. */
final class GreyHistogram {
    static final int LEVELS = 256;
    /** Of the pixels. */
    private static final double RARE_SHARE = 0.002;

    private final long[] counts = new long[LEVELS];
    private final long pixels;

    /** Counts grey samples, 0 to 255, at least one. */
    GreyHistogram(byte[] samples) {
        if (samples.length == 0) {
            throw new IllegalArgumentException("a histogram needs at least one sample");
        }
        for (byte sample : samples) {
            counts[sample & 0xFF]++;
        }
        pixels = samples.length;
    }

    private GreyHistogram(ByteBuffer record) {
        long all = 0;
        for (int level = 0; level < LEVELS; level++) {
            counts[level] = Integer.toUnsignedLong(record.getInt());
            all += counts[level];
        }
        pixels = all;
    }

    /** What {@link #write} wrote. */
    static GreyHistogram read(ByteBuffer record) {
        return new GreyHistogram(record);
    }

    /** Puts its counts, {@value #LEVELS} unsigned numbers of 4 bytes: no image has more pixels than those hold. */
    void write(ByteBuffer record) {
        for (long count : counts) {
            record.putInt((int) count);
        }
    }

    long count(int level) {
        return counts[level];
    }

    long pixels() {
        return pixels;
    }

    double share(int level) {
        return (double) counts[level] / pixels;
    }

    /**
     * How many grey values the image is made of, 1 to 256: those that occur, without the rarest that have {@value #RARE_SHARE} of the pixels together, as a letter
     * or its edges have on a film.
     */
    int shades() {
        long[] ascending = counts.clone();
        Arrays.sort(ascending);
        long rare = (long) (RARE_SHARE * pixels);
        int left = LEVELS;
        for (long count : ascending) {
            rare -= count;
            if (rare < 0) {
                return left;
            }
            left--;
        }
        throw new IllegalStateException("all pixels together are more than a share of them");
    }

    double mean() {
        double sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            sum += (double) level * counts[level];
        }
        return sum / pixels;
    }

    /** Of the population of pixels. */
    double standardDeviation() {
        double mean = mean();
        double sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            sum += (level - mean) * (level - mean) * counts[level];
        }
        return Math.sqrt(sum / pixels);
    }

    /** In bits, 0 for one grey value to 8 for all equally often (Shannon 1948, A Mathematical Theory of Communication). */
    double entropy() {
        double sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            if (counts[level] > 0) {
                double share = share(level);
                sum -= share * Math.log(share);
            }
        }
        return sum / Math.log(2);
    }
}
