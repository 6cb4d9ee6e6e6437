package org.foldwise.learning.quality;

import java.util.Arrays;

/**
 * What a picture looks like in 63 bits that survive another file format, stronger compression and another size: whether each of the
 * lowest frequencies of its cosine transform is above their median (Zauner 2010, Implementation and Benchmarking of Perceptual Image
 * Hash Functions, 3.2; here without the mean, whose coefficient says nothing of the content). Its 16 hashes are those of the picture in
 * every {@linkplain Turn turn}, as it is and as a negative.
 */
final class PictureHash {
    /** Frequencies kept along each direction. */
    static final int FREQUENCIES = 8;

    private static final double[][] COSINES = cosines();

    private final double[] coefficients;

    private PictureHash(double[] coefficients) {
        this.coefficients = coefficients;
    }

    static PictureHash of(Thumbnail thumbnail) {
        return new PictureHash(transform(thumbnail));
    }

    /** The picture as it is. */
    long upright() {
        return of(Turn.UPRIGHT, false);
    }

    /** The picture after a turn, or its negative. */
    long of(Turn turn, boolean negative) {
        double[] turned = new double[FREQUENCIES * FREQUENCIES];
        for (int v = 0; v < FREQUENCIES; v++) {
            for (int u = 0; u < FREQUENCIES; u++) {
                turned[v * FREQUENCIES + u] = turn.coefficient(coefficients, FREQUENCIES, v, u);
            }
        }
        return bits(turned, negative ? -1 : 1);
    }

    /**
     * The lowest frequencies of the two-dimensional cosine transform of type 2 (Ahmed, Natarajan and Rao 1974, Discrete Cosine
     * Transform), without its constant factors: sum over x, y of f(x, y) cos(pi (2x + 1) u / 64) cos(pi (2y + 1) v / 64).
     *
     * @return by v, then by u
     */
    static double[] transform(Thumbnail thumbnail) {
        int side = Thumbnail.SIDE;
        double[][] alongRows = new double[side][FREQUENCIES];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int value = thumbnail.at(x, y);
                for (int u = 0; u < FREQUENCIES; u++) {
                    alongRows[y][u] += value * COSINES[u][x];
                }
            }
        }
        double[] coefficients = new double[FREQUENCIES * FREQUENCIES];
        for (int v = 0; v < FREQUENCIES; v++) {
            for (int y = 0; y < side; y++) {
                for (int u = 0; u < FREQUENCIES; u++) {
                    coefficients[v * FREQUENCIES + u] += alongRows[y][u] * COSINES[v][y];
                }
            }
        }
        return coefficients;
    }

    private static double[][] cosines() {
        double[][] cosines = new double[FREQUENCIES][Thumbnail.SIDE];
        for (int u = 0; u < FREQUENCIES; u++) {
            for (int x = 0; x < Thumbnail.SIDE; x++) {
                cosines[u][x] = Math.cos(Math.PI * (2 * x + 1) * u / (2.0 * Thumbnail.SIDE));
            }
        }
        return cosines;
    }

    private static long bits(double[] coefficients, int sign) {
        double[] sorted = new double[coefficients.length - 1];
        for (int i = 1; i < coefficients.length; i++) {
            sorted[i - 1] = sign * coefficients[i];
        }
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        long bits = 0;
        for (int i = 1; i < coefficients.length; i++) {
            bits = bits << 1 | (sign * coefficients[i] > median ? 1 : 0);
        }
        return bits;
    }
}
