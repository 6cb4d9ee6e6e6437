package org.foldwise.learning.imaging;

import java.util.Objects;

/**
 * The steps on samples of a {@link Preprocessing}, written out as tables: a sample has 256 values, so each is computed once for all
 * images. Immutable and safe for use by several threads.
 */
public final class SampleTables {
    private final int width;
    private final int height;
    private final float[][] values;

    private SampleTables(int width, int height, float[][] values) {
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /** The tables of that preprocessing. */
    public static SampleTables of(Preprocessing preprocessing) {
        float[][] values = new float[preprocessing.channels()][];
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] = preprocessing.valuesOf(channel);
        }
        return new SampleTables(preprocessing.width(), preprocessing.height(), values);
    }

    /** As {@link Preprocessing#toTensor}, which makes new tables at each call. */
    public void toTensor(PixelImage pixels, float[] out, int offset) {
        byte[] samples = samples(pixels, out, offset);
        int channels = values.length;
        int to = offset;
        for (int channel = 0; channel < channels; channel++) {
            float[] table = values[channel];
            for (int from = channel; from < samples.length; from += channels) {
                out[to++] = table[samples[from] & 0xFF];
            }
        }
    }

    /** The same values as H x W x C, the order that pixels have and in which convolutions are fastest. */
    public void toChannelsLast(PixelImage pixels, float[] out, int offset) {
        byte[] samples = samples(pixels, out, offset);
        int channels = values.length;
        for (int channel = 0; channel < channels; channel++) {
            float[] table = values[channel];
            for (int at = channel; at < samples.length; at += channels) {
                out[offset + at] = table[samples[at] & 0xFF];
            }
        }
    }

    private byte[] samples(PixelImage pixels, float[] out, int offset) {
        int channels = values.length;
        if (pixels.width() != width || pixels.height() != height || pixels.channels() != channels) {
            throw new IllegalArgumentException(
                    "expected " + width + " x " + height + " pixels of " + channels + " channels, got " + pixels);
        }
        byte[] samples = pixels.sharedSamples();
        Objects.checkFromIndexSize(offset, samples.length, out.length);
        return samples;
    }
}
