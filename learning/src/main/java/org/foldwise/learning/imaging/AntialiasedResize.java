package org.foldwise.learning.imaging;

import java.util.Arrays;

/**
 * Pillow's antialiased resize of 8-bit images, byte for byte: a filter as wide as the reduction, its weights in 22-bit fixed
 * point, first along rows, then along columns, each pass rounded to 8 bits. Since its release 13.0 Pillow goes along columns first
 * where the height shrinks much more than the width (its pull request 9549); some samples then differ from ours by one level.
 */
final class AntialiasedResize {
    private static final int PRECISION_BITS = 32 - 8 - 2;
    private static final int HALF = 1 << (PRECISION_BITS - 1);

    private AntialiasedResize() {}

    static PixelImage apply(PixelImage image, int width, int height, ResizeFilter filter) {
        PixelImage narrowed =
                width == image.width() ? image : alongRows(image, new Weights(image.width(), width, filter));
        return height == image.height()
                ? narrowed
                : alongColumns(narrowed, new Weights(image.height(), height, filter));
    }

    /**
     * Two rows at once: a sum has 31 bits and a sign, so one multiplication of 64 bits does the work of two. Where the upper row's sum,
     * in the lower bits, is negative, it has borrowed from the other one.
     */
    private static PixelImage alongRows(PixelImage image, Weights filter) {
        int channels = image.channels();
        int stride = image.width() * channels;
        int height = image.height();
        byte[] source = image.sharedSamples();
        byte[] target = PixelImage.emptySamples(filter.size(), height, channels);
        long[] rows = new long[stride];
        int targetStride = filter.size() * channels;
        for (int y = 0; y < height; y += 2) {
            int upper = y * stride;
            int lower = Math.min(y + 1, height - 1) * stride;
            for (int i = 0; i < stride; i++) {
                rows[i] = (long) (source[lower + i] & 0xFF) << 32 | (source[upper + i] & 0xFF);
            }
            int toUpper = y * targetStride;
            int toLower = Math.min(y + 1, height - 1) * targetStride;
            for (int i = 0; i < targetStride; i++) {
                int x = i / channels;
                long sums = weighted(rows, filter.first[x] * channels + i % channels, channels, filter.weights[x]);
                int upperSum = (int) sums;
                target[toLower + i] = clipped((int) ((sums - upperSum) >> 32));
                target[toUpper + i] = clipped(upperSum);
            }
        }
        return PixelImage.wrapping(filter.size(), height, channels, target);
    }

    private static long weighted(long[] rows, int from, int step, int[] weights) {
        long sums = (long) HALF << 32 | HALF;
        if (step == 1) {
            for (int k = 0; k < weights.length; k++) {
                sums += weights[k] * rows[from + k];
            }
        } else {
            for (int k = 0; k < weights.length; k++) {
                sums += weights[k] * rows[from + k * step];
            }
        }
        return sums;
    }

    /** Adds up whole rows, which walks memory in order whatever the image's width. */
    private static PixelImage alongColumns(PixelImage image, Weights filter) {
        int stride = image.width() * image.channels();
        byte[] source = image.sharedSamples();
        byte[] target = PixelImage.emptySamples(image.width(), filter.size(), image.channels());
        int[] sums = new int[stride];
        for (int y = 0; y < filter.size(); y++) {
            Arrays.fill(sums, HALF);
            int from = filter.first[y] * stride;
            for (int weight : filter.weights[y]) {
                for (int i = 0; i < stride; i++) {
                    sums[i] += weight * (source[from + i] & 0xFF);
                }
                from += stride;
            }
            int to = y * stride;
            for (int i = 0; i < stride; i++) {
                target[to + i] = clipped(sums[i]);
            }
        }
        return PixelImage.wrapping(image.width(), filter.size(), image.channels(), target);
    }

    private static byte clipped(int sum) {
        int value = sum >> PRECISION_BITS;
        return (byte) (value < 0 ? 0 : Math.min(value, 255));
    }

    /** For each target position the first source position and the weights from there on. */
    private static final class Weights {
        private final int[] first;
        private final int[][] weights;

        Weights(int from, int to, ResizeFilter filter) {
            first = new int[to];
            weights = new int[to][];
            double scale = Math.max((double) from / to, 1.0);
            double support = filter.support() * scale;
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * ((double) from / to);
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(from, (int) (centre + support + 0.5));
                first[i] = low;
                weights[i] = fixedPoint(sampled(filter, centre, scale, low, high));
            }
        }

        int size() {
            return first.length;
        }

        private static double[] sampled(ResizeFilter filter, double centre, double scale, int low, int high) {
            double[] weights = new double[high - low];
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                weights[k] = filter.at((k + low - centre + 0.5) * (1.0 / scale));
                sum += weights[k];
            }
            for (int k = 0; k < weights.length; k++) {
                weights[k] /= sum;
            }
            return weights;
        }

        private static int[] fixedPoint(double[] weights) {
            int[] fixed = new int[weights.length];
            for (int k = 0; k < fixed.length; k++) {
                double scaled = weights[k] * (1 << PRECISION_BITS);
                fixed[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            }
            return fixed;
        }
    }
}
