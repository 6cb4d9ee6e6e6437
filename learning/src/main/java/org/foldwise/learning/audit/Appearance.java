package org.foldwise.learning.audit;

import org.foldwise.learning.imaging.PixelImage;

/** What an image looks like in a few numbers, none of which knows what it shows. Grey values are 0 to 255. */
final class Appearance {
    private static final double CORNER_SHARE = 0.1;
    private static final int LEVELS = 256;

    private Appearance() {}

    /**
     * Mean, standard deviation, shares of black and of white, logarithm of the Laplacian's variance, mean difference of neighbours
     * across and down, share of grey values that occur, and of each corner its mean and its share of black.
     */
    static double[] of(PixelImage image) {
        PixelImage grey = image.withChannels(1);
        byte[] samples = grey.samples();
        int width = grey.width();
        int height = grey.height();
        double[] features = new double[8 + 8];
        double mean = mean(samples);
        double squares = 0;
        boolean[] occurs = new boolean[LEVELS];
        for (byte sample : samples) {
            int value = sample & 0xFF;
            squares += (value - mean) * (value - mean);
            occurs[value] = true;
        }
        features[0] = mean;
        features[1] = Math.sqrt(squares / samples.length);
        features[2] = share(samples, 0);
        features[3] = share(samples, LEVELS - 1);
        features[4] = Math.log1p(varianceOfLaplacian(samples, width, height));
        features[5] = meanDifference(samples, width, height, 1, 0);
        features[6] = meanDifference(samples, width, height, 0, 1);
        int levels = 0;
        for (boolean present : occurs) {
            levels += present ? 1 : 0;
        }
        features[7] = (double) levels / LEVELS;
        int cornerWidth = Math.max(1, (int) (width * CORNER_SHARE));
        int cornerHeight = Math.max(1, (int) (height * CORNER_SHARE));
        for (int corner = 0; corner < 4; corner++) {
            byte[] part = grey.cropped(
                            corner % 2 == 0 ? 0 : width - cornerWidth,
                            corner < 2 ? 0 : height - cornerHeight,
                            cornerWidth,
                            cornerHeight)
                    .samples();
            features[8 + 2 * corner] = mean(part);
            features[9 + 2 * corner] = share(part, 0);
        }
        return features;
    }

    /** The mean grey value of an image. */
    static double mean(PixelImage image) {
        return mean(image.withChannels(1).samples());
    }

    private static double mean(byte[] samples) {
        long sum = 0;
        for (byte sample : samples) {
            sum += sample & 0xFF;
        }
        return (double) sum / samples.length;
    }

    private static double share(byte[] samples, int level) {
        long count = 0;
        for (byte sample : samples) {
            count += (sample & 0xFF) == level ? 1 : 0;
        }
        return (double) count / samples.length;
    }

    private static double varianceOfLaplacian(byte[] samples, int width, int height) {
        if (width < 3 || height < 3) {
            return 0;
        }
        double sum = 0;
        double squares = 0;
        for (int y = 1; y < height - 1; y++) {
            for (int i = y * width + 1; i < (y + 1) * width - 1; i++) {
                int value = 4 * (samples[i] & 0xFF)
                        - (samples[i - 1] & 0xFF)
                        - (samples[i + 1] & 0xFF)
                        - (samples[i - width] & 0xFF)
                        - (samples[i + width] & 0xFF);
                sum += value;
                squares += (double) value * value;
            }
        }
        double count = (double) (width - 2) * (height - 2);
        return squares / count - sum / count * (sum / count);
    }

    private static double meanDifference(byte[] samples, int width, int height, int right, int down) {
        long sum = 0;
        for (int y = 0; y < height - down; y++) {
            for (int x = 0; x < width - right; x++) {
                sum += Math.abs((samples[y * width + x] & 0xFF) - (samples[(y + down) * width + x + right] & 0xFF));
            }
        }
        return (double) sum / Math.max(1, (long) (width - right) * (height - down));
    }
}
