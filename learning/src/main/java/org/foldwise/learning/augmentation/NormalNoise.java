package org.foldwise.learning.augmentation;

import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Normally distributed numbers by the dozen: each is one of 65536 quantiles, the outermost 4.3 standard deviations away. */
final class NormalNoise {
    private static final int BITS = 16;
    private static final int QUANTILES = 1 << BITS;
    private static final float[] STANDARD = standard();

    private NormalNoise() {}

    private static float[] standard() {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        float[] quantiles = new float[QUANTILES];
        for (int i = 0; i < QUANTILES; i++) {
            quantiles[i] = (float) normal.inverseCumulativeProbability((i + 0.5) / QUANTILES);
        }
        return quantiles;
    }

    /** So many numbers of mean 0 and that standard deviation, rounded. */
    static int[] draw(int count, double sigma, SplittableRandom random) {
        float scale = (float) sigma;
        int[] numbers = new int[count];
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits = i % (Long.SIZE / BITS) == 0 ? random.nextLong() : bits >>> BITS;
            numbers[i] = Math.round(scale * STANDARD[(int) bits & (QUANTILES - 1)]);
        }
        return numbers;
    }
}
