package org.foldwise.learning.imaging;

import java.util.Arrays;

/**
 * A mean over neighbours that counts them by a bell curve, cut off at three standard deviations; beyond its edges an image goes
 * on as its mirror image. Equal to torchvision's {@code gaussian_blur} with a kernel of that size, but for single grey levels
 * where the order of sums decides how a half is rounded.
 */
public final class GaussianBlur {
    private static final int CUT_OFF = 3;
    private static final double WIDEST = 1000;

    private final float[] weights;

    private GaussianBlur(float[] weights) {
        this.weights = weights;
    }

    /**
     * The blur of that width.
     *
     * @param sigma standard deviation in pixels, above 0, at most 1000
     */
    public static GaussianBlur of(double sigma) {
        if (!(sigma > 0 && sigma <= WIDEST)) {
            throw new IllegalArgumentException("sigma must be above 0 and at most " + WIDEST + ", was " + sigma);
        }
        int radius = (int) Math.ceil(CUT_OFF * sigma);
        double[] bell = new double[2 * radius + 1];
        double sum = 0;
        for (int i = 0; i < bell.length; i++) {
            bell[i] = StrictMath.exp(-0.5 * StrictMath.pow((i - radius) / sigma, 2));
            sum += bell[i];
        }
        float[] weights = new float[bell.length];
        for (int i = 0; i < bell.length; i++) {
            weights[i] = (float) (bell[i] / sum);
        }
        return new GaussianBlur(weights);
    }

    /** The blurred image, halves rounded to even. */
    public PixelImage apply(PixelImage image) {
        byte[] source = image.sharedSamples();
        float[] values = new float[source.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = source[i] & 0xFF;
        }
        apply(values, image.width(), image.height(), image.channels());
        byte[] target = PixelImage.emptySamples(image.width(), image.height(), image.channels());
        for (int i = 0; i < target.length; i++) {
            target[i] = (byte) (int) Math.rint(values[i]);
        }
        return PixelImage.wrapping(image.width(), image.height(), image.channels(), target);
    }

    /**
     * Blurs numbers in place.
     *
     * @param values height x width x channels
     */
    public void apply(float[] values, int width, int height, int channels) {
        alongRows(values, width, height, channels);
        alongColumns(values, width * channels, height);
    }

    private void alongRows(float[] values, int width, int height, int channels) {
        int radius = weights.length / 2;
        int stride = width * channels;
        float[] padded = new float[(width + 2 * radius) * channels];
        for (int y = 0; y < height; y++) {
            int row = y * stride;
            for (int x = 0; x < width + 2 * radius; x++) {
                System.arraycopy(values, row + mirrored(x - radius, width) * channels, padded, x * channels, channels);
            }
            Arrays.fill(values, row, row + stride, 0);
            for (int k = 0; k < weights.length; k++) {
                add(weights[k], padded, k * channels, values, row, stride);
            }
        }
    }

    private void alongColumns(float[] values, int stride, int height) {
        int radius = weights.length / 2;
        float[] source = values.clone();
        Arrays.fill(values, 0);
        for (int y = 0; y < height; y++) {
            for (int k = 0; k < weights.length; k++) {
                add(weights[k], source, mirrored(y + k - radius, height) * stride, values, y * stride, stride);
            }
        }
    }

    private static void add(float weight, float[] source, int from, float[] target, int to, int length) {
        for (int i = 0; i < length; i++) {
            target[to + i] += weight * source[from + i];
        }
    }

    /** The position that a mirror at either end shows instead of one outside; the end itself is not shown twice. */
    private static int mirrored(int position, int length) {
        if (position >= 0 && position < length) {
            return position;
        }
        if (length == 1) {
            return 0;
        }
        int period = 2 * (length - 1);
        int folded = Math.floorMod(position, period);
        return Math.min(folded, period - folded);
    }
}
