package org.foldwise.learning.imaging;

import java.util.Arrays;

/**
 * Pillow's antialiased bilinear resize of 8-bit images, byte for byte: a triangle filter as wide as the reduction, its weights
 * in 22-bit fixed point, first along rows, then along columns, each pass rounded to 8 bits.
 */
final class BilinearResize {
    private static final int PRECISION_BITS = 32 - 8 - 2;
    private static final int HALF = 1 << (PRECISION_BITS - 1);

    private BilinearResize() {}

    static PixelImage apply(PixelImage image, int width, int height) {
        PixelImage narrowed = width == image.width() ? image : alongRows(image, new Filter(image.width(), width));
        return height == image.height() ? narrowed : alongColumns(narrowed, new Filter(image.height(), height));
    }

    /**
     * Two rows at once: weights are not negative and a sum stays below 2^31, so one multiplication of 64 bits does the work of two.
     */
    private static PixelImage alongRows(PixelImage image, Filter filter) {
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
                target[toLower + i] = clipped((int) (sums >>> 32));
                target[toUpper + i] = clipped((int) sums);
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
    private static PixelImage alongColumns(PixelImage image, Filter filter) {
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
    private static final class Filter {
        private final int[] first;
        private final int[][] weights;

        Filter(int from, int to) {
            first = new int[to];
            weights = new int[to][];
            double scale = (double) from / to;
            double support = Math.max(scale, 1.0);
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(from, (int) (centre + support + 0.5));
                first[i] = low;
                weights[i] = fixedPoint(triangle(centre, support, low, high));
            }
        }

        int size() {
            return first.length;
        }

        private static double[] triangle(double centre, double support, int low, int high) {
            double[] triangle = new double[high - low];
            double sum = 0;
            for (int k = 0; k < triangle.length; k++) {
                double distance = Math.abs((k + low - centre + 0.5) * (1.0 / support));
                triangle[k] = Math.max(0, 1 - distance);
                sum += triangle[k];
            }
            for (int k = 0; k < triangle.length; k++) {
                triangle[k] /= sum;
            }
            return triangle;
        }

        private static int[] fixedPoint(double[] weights) {
            int[] fixed = new int[weights.length];
            for (int k = 0; k < fixed.length; k++) {
                fixed[k] = (int) (0.5 + weights[k] * (1 << PRECISION_BITS));
            }
            return fixed;
        }
    }
}
