package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An upright image of 8-bit samples, immutable and compared by content. One channel is grey (0 black), three are red, green
 * and blue. Samples lie row by row, the channels of a pixel next to each other.
 */
public final class PixelImage {
    /** Bounds memory at the largest array Java has; a decoder's limits lie far below. */
    private static final long MAXIMUM_SAMPLES = Integer.MAX_VALUE - 8L;

    private final int width;
    private final int height;
    private final int channels;
    private final byte[] samples;

    private PixelImage(int width, int height, int channels, byte[] samples) {
        requireShape(width, height, channels);
        if (samples.length != (long) width * height * channels) {
            throw new IllegalArgumentException("an image of " + width + " x " + height + " x " + channels + " has "
                    + (long) width * height * channels + " samples, got " + samples.length);
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.samples = samples;
    }

    /**
     * An image of the given samples, which are copied.
     *
     * @param samples height x width x channels, unsigned
     */
    public static PixelImage of(int width, int height, int channels, byte[] samples) {
        return new PixelImage(width, height, channels, samples.clone());
    }

    /**
     * An image of the given samples, which are copied.
     *
     * @param samples from position to limit, height x width x channels, unsigned
     */
    public static PixelImage of(int width, int height, int channels, ByteBuffer samples) {
        byte[] copy = new byte[samples.remaining()];
        samples.duplicate().get(copy);
        return new PixelImage(width, height, channels, copy);
    }

    /** An image around an array that nobody else writes to from now on. */
    static PixelImage wrapping(int width, int height, int channels, byte[] samples) {
        return new PixelImage(width, height, channels, samples);
    }

    /** A zeroed array for the samples of an image of that shape. */
    static byte[] emptySamples(int width, int height, int channels) {
        requireShape(width, height, channels);
        return new byte[width * height * channels];
    }

    private static void requireShape(int width, int height, int channels) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("width and height must be 1 or more, were " + width + " x " + height);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels must be 1 or 3, was " + channels);
        }
        if ((long) width * height > MAXIMUM_SAMPLES / channels) {
            throw new IllegalArgumentException(
                    "an image of " + width + " x " + height + " x " + channels + " samples is too large");
        }
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** 1 for grey, 3 for red, green and blue. */
    public int channels() {
        return channels;
    }

    /** One sample, 0 to 255. */
    public int sample(int x, int y, int channel) {
        if (x < 0 || x >= width || y < 0 || y >= height || channel < 0 || channel >= channels) {
            throw new IndexOutOfBoundsException(
                    "no sample at x " + x + ", y " + y + ", channel " + channel + " of " + this);
        }
        return samples[(y * width + x) * channels + channel] & 0xFF;
    }

    /** A copy of all samples, height x width x channels. */
    public byte[] samples() {
        return samples.clone();
    }

    /** The samples themselves, to be read only. */
    byte[] sharedSamples() {
        return samples;
    }

    /**
     * The image with that many channels. Colour becomes grey by Pillow's weights of ITU-R 601,
     * {@code (19595 R + 38470 G + 7471 B + 32768) >> 16}; grey becomes colour by repetition.
     */
    public PixelImage withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        byte[] converted = emptySamples(width, height, wanted);
        if (wanted == 1) {
            for (int i = 0, from = 0; i < converted.length; i++, from += 3) {
                int red = samples[from] & 0xFF;
                int green = samples[from + 1] & 0xFF;
                int blue = samples[from + 2] & 0xFF;
                converted[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
            }
        } else {
            for (int i = 0, to = 0; i < samples.length; i++, to += 3) {
                converted[to] = samples[i];
                converted[to + 1] = samples[i];
                converted[to + 2] = samples[i];
            }
        }
        return wrapping(width, height, wanted, converted);
    }

    /**
     * The image turned counter-clockwise about its centre, same size, uncovered corners black; equal to Pillow's
     * {@code Image.rotate} byte for byte.
     */
    public PixelImage rotated(double degreesCounterClockwise, Resampling resampling) {
        return Rotation.of(degreesCounterClockwise).apply(this, resampling);
    }

    /** The image as a mirror shows it: left and right have changed sides. */
    public PixelImage mirrored() {
        return Orientation.MIRRORED.upright(this);
    }

    /** The image as still water shows it: top and bottom have changed sides. */
    public PixelImage mirroredUpsideDown() {
        return Orientation.MIRRORED_UPSIDE_DOWN.upright(this);
    }

    /** The image scaled to that size, antialiased; equal to Pillow's {@code Image.resize} byte for byte. */
    public PixelImage resized(int toWidth, int toHeight, ResizeFilter filter) {
        return AntialiasedResize.apply(this, toWidth, toHeight, filter);
    }

    /** The rectangle of that size whose upper left corner lies at {@code left} and {@code top}. */
    public PixelImage cropped(int left, int top, int toWidth, int toHeight) {
        requireInside(left, top, toWidth, toHeight);
        byte[] cut = emptySamples(toWidth, toHeight, channels);
        int rowLength = toWidth * channels;
        for (int y = 0; y < toHeight; y++) {
            System.arraycopy(samples, ((top + y) * width + left) * channels, cut, y * rowLength, rowLength);
        }
        return wrapping(toWidth, toHeight, channels, cut);
    }

    /** The image with a rectangle painted over in its mean colour, rounded. */
    public PixelImage blanked(int left, int top, int blankWidth, int blankHeight) {
        return blanked(left, top, blankWidth, blankHeight, meanColour());
    }

    /**
     * The same in another colour.
     *
     * @param colour a sample for each channel
     */
    public PixelImage blanked(int left, int top, int blankWidth, int blankHeight, byte[] colour) {
        requireInside(left, top, blankWidth, blankHeight);
        if (colour.length != channels) {
            throw new IllegalArgumentException(
                    "a colour must have " + channels + " samples, one for each channel, got " + colour.length);
        }
        byte[] painted = samples.clone();
        for (int y = top; y < top + blankHeight; y++) {
            int to = (y * width + left) * channels;
            for (int i = 0; i < blankWidth * channels; i++) {
                painted[to + i] = colour[i % channels];
            }
        }
        return wrapping(width, height, channels, painted);
    }

    /** The mean of each channel, rounded. */
    public byte[] meanColour() {
        long[] sums = new long[channels];
        for (int i = 0; i < samples.length; i++) {
            sums[i % channels] += samples[i] & 0xFF;
        }
        int pixels = width * height;
        byte[] colour = new byte[channels];
        for (int channel = 0; channel < channels; channel++) {
            colour[channel] = (byte) ((2 * sums[channel] + pixels) / (2L * pixels));
        }
        return colour;
    }

    private void requireInside(int left, int top, int partWidth, int partHeight) {
        if (left < 0
                || top < 0
                || partWidth < 1
                || partHeight < 1
                || partWidth > width - left
                || partHeight > height - top) {
            throw new IllegalArgumentException("no rectangle of " + partWidth + " x " + partHeight + " lies at " + left
                    + ", " + top + " of " + this);
        }
    }

    /**
     * The image with every sample of a pixel raised by that pixel's offset, cut to 0 and 255.
     *
     * @param offsets height x width
     */
    public PixelImage raised(int[] offsets) {
        if (offsets.length != width * height) {
            throw new IllegalArgumentException(this + " needs one offset a pixel, got " + offsets.length);
        }
        byte[] raised = emptySamples(width, height, channels);
        int at = 0;
        for (int offset : offsets) {
            for (int channel = 0; channel < channels; channel++, at++) {
                raised[at] = (byte) Math.max(0, Math.min(255, (samples[at] & 0xFF) + offset));
            }
        }
        return wrapping(width, height, channels, raised);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PixelImage image
                && width == image.width
                && height == image.height
                && channels == image.channels
                && Arrays.equals(samples, image.samples);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * width + height) + channels) + Arrays.hashCode(samples);
    }

    @Override
    public String toString() {
        return "PixelImage[" + width + " x " + height + " x " + channels + "]";
    }
}
