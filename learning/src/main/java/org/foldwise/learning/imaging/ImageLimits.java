package org.foldwise.learning.imaging;

/**
 * How large an image may be. Checked against the file's header, before memory is taken for pixels.
 *
 * @param maximumBytes of the file
 * @param maximumPixels width times height
 * @param maximumSide of width and of height
 * @param minimumSide of width and of height
 */
public record ImageLimits(int maximumBytes, long maximumPixels, int maximumSide, int minimumSide) {
    /** 64 MiB, 64 megapixels, sides of 1 to 16384 pixels: a full-size digital film has about 3000 x 3000. */
    public static final ImageLimits DEFAULT = new ImageLimits(64 << 20, 64L << 20, 16384, 1);

    private static final int LARGEST_SIDE = 32767;
    private static final long LARGEST_PIXELS = 512L << 20;

    public ImageLimits {
        if (maximumBytes < 1 || maximumBytes > 1 << 30) {
            throw new IllegalArgumentException("maximumBytes must be 1 to 2^30, was " + maximumBytes);
        }
        if (maximumPixels < 1 || maximumPixels > LARGEST_PIXELS) {
            throw new IllegalArgumentException(
                    "maximumPixels must be 1 to " + LARGEST_PIXELS + ", was " + maximumPixels);
        }
        if (maximumSide < 1 || maximumSide > LARGEST_SIDE) {
            throw new IllegalArgumentException("maximumSide must be 1 to " + LARGEST_SIDE + ", was " + maximumSide);
        }
        if (minimumSide < 1 || minimumSide > maximumSide) {
            throw new IllegalArgumentException("minimumSide must be 1 to " + maximumSide + ", was " + minimumSide);
        }
    }

    void requireFileSize(long bytes) {
        if (bytes > maximumBytes) {
            throw new UnreadableImageException(
                    ImageDefect.TOO_LARGE, "the file has more than " + maximumBytes + " bytes");
        }
    }

    void requireDimensions(long width, long height) {
        if (width == 0 || height == 0) {
            throw new UnreadableImageException(
                    ImageDefect.ZERO_SIZE, "the image declares " + width + " x " + height + " pixels");
        }
        if (width > maximumSide || height > maximumSide || width * height > maximumPixels) {
            throw new UnreadableImageException(
                    ImageDefect.TOO_LARGE,
                    "the image declares " + width + " x " + height + " pixels; at most " + maximumSide + " a side and "
                            + maximumPixels + " in all are read");
        }
        if (width < minimumSide || height < minimumSide) {
            throw new UnreadableImageException(
                    ImageDefect.TOO_SMALL,
                    "the image has " + width + " x " + height + " pixels; at least " + minimumSide
                            + " a side are needed");
        }
    }
}
