package org.foldwise.learning.imaging;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean and standard deviation of samples, for each channel, of images that are added one by one. Sums are whole numbers, so the
 * result does not depend on the order of images. Not safe for several threads at once.
 */
public final class SampleStatistics {
    private static final double LARGEST_SAMPLE = 255;

    private final long[] sums;
    private final long[] squares;
    private long samples;

    /** Of no image yet. */
    public SampleStatistics(int channels) {
        this.sums = new long[channels];
        this.squares = new long[channels];
    }

    /** Adds an image; all its pixels count alike. */
    public void add(PixelImage image) {
        int channels = sums.length;
        if (image.channels() != channels) {
            throw new IllegalArgumentException("expected an image of " + channels + " channels, got " + image);
        }
        byte[] values = image.sharedSamples();
        for (int channel = 0; channel < channels; channel++) {
            long sum = 0;
            long square = 0;
            for (int i = channel; i < values.length; i += channels) {
                int value = values[i] & 0xFF;
                sum += value;
                square += (long) value * value;
            }
            sums[channel] += sum;
            squares[channel] += square;
        }
        samples += values.length / channels;
    }

    /**
     * The normalisation after which the samples have mean 0 and standard deviation 1 in each channel: the mean of all of them, and
     * the root of their mean squared distance from it.
     *
     * @throws IllegalArgumentException if all samples of a channel are equal, or there are none
     */
    public Preprocessing.Step.Normalize normalisation() {
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        BigInteger count = BigInteger.valueOf(samples);
        for (int channel = 0; channel < sums.length; channel++) {
            BigInteger sum = BigInteger.valueOf(sums[channel]);
            // count^2 times the variance, exactly
            BigInteger spread =
                    BigInteger.valueOf(squares[channel]).multiply(count).subtract(sum.multiply(sum));
            if (spread.signum() == 0) {
                throw new IllegalArgumentException(
                        "a normalisation cannot be fitted to images whose samples are all equal");
            }
            means.add(sums[channel] / (samples * LARGEST_SAMPLE));
            deviations.add(Math.sqrt(spread.doubleValue()) / (samples * LARGEST_SAMPLE));
        }
        return new Preprocessing.Step.Normalize(means, deviations);
    }
}
