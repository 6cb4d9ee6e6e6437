package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts the grey values of decoded images, 0 to 255. Each image weighs the same, whatever its size: counting pixels would let
 * a few large films hide all others. Safe for use by several threads.
 */
public final class Intensities {
    private static final int LEVELS = GreyHistogram.LEVELS;

    /** One image's area, in whole numbers: sums of these do not depend on the order of the images. */
    private static final long UNIT = 1L << 40;

    private final long[] shares = new long[LEVELS];
    private int images;

    /**
     * The counts in figures.
     *
     * @param mean mean grey value
     * @param standardDeviation of the grey values about that mean
     * @param quantiles grey values below or at which the given shares of the images' area lie
     * @param histogram share of the images' area in 32 equally wide bins from 0 to 255; the shares add up to 1
     */
    public record Summary(double mean, double standardDeviation, List<Quantile> quantiles, List<Double> histogram) {}

    /** The grey value below or at which a {@code share} of the area lies. */
    public record Quantile(double share, int value) {}

    private static final int BINS = 32;
    private static final double[] SHARES = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

    /** Adds the grey values of an image. */
    void add(GreyHistogram image) {
        synchronized (this) {
            for (int level = 0; level < LEVELS; level++) {
                shares[level] += image.count(level) * UNIT / image.pixels();
            }
            images++;
        }
    }

    /** What the images added so far, at least one, have in common. */
    public synchronized Summary summary() {
        if (images == 0) {
            throw new IllegalStateException("no image was added");
        }
        double mean = 0;
        double meanSquare = 0;
        double[] histogram = new double[BINS];
        for (int level = 0; level < LEVELS; level++) {
            double share = share(level);
            mean += share * level;
            meanSquare += share * level * level;
            histogram[level * BINS / LEVELS] += share;
        }
        List<Quantile> quantiles = new ArrayList<>();
        for (double share : SHARES) {
            quantiles.add(new Quantile(share, quantile(share)));
        }
        List<Double> bins = new ArrayList<>();
        for (double share : histogram) {
            bins.add(share);
        }
        return new Summary(mean, Math.sqrt(Math.max(0, meanSquare - mean * mean)), quantiles, bins);
    }

    private double share(int level) {
        return (double) shares[level] / UNIT / images;
    }

    private int quantile(double share) {
        double reached = 0;
        for (int level = 0; level < LEVELS; level++) {
            reached += share(level);
            // each image's share was rounded down, by less than a millionth of its area in all
            if (reached >= share - 1e-6) {
                return level;
            }
        }
        return LEVELS - 1;
    }
}
