package org.foldwise.learning.imaging;

/**
 * A field of arrows: each pixel of the new image is taken from where its arrow points to in the old one, mixed from the four
 * pixels around that place. Outside of the old image everything is black. Equal to torchvision's {@code elastic} without a fill
 * colour (which would darken the edges twice), but for single grey levels where its own coordinates are rounded differently.
 */
public final class Displacement {
    private final int width;
    private final int height;
    private final float[] right;
    private final float[] down;

    private Displacement(int width, int height, float[] right, float[] down) {
        this.width = width;
        this.height = height;
        this.right = right;
        this.down = down;
    }

    /**
     * A field for images of that size.
     *
     * @param right of each arrow in pixels, height x width; copied
     * @param down of each arrow in pixels, height x width; copied
     */
    public static Displacement of(int width, int height, float[] right, float[] down) {
        if (right.length != width * height || down.length != width * height) {
            throw new IllegalArgumentException("images of " + width + " x " + height + " need one arrow a pixel, got "
                    + right.length + " and " + down.length + " numbers");
        }
        return new Displacement(width, height, right.clone(), down.clone());
    }

    /** The image with its pixels moved, halves rounded to even. */
    public PixelImage apply(PixelImage image) {
        if (image.width() != width || image.height() != height) {
            throw new IllegalArgumentException(
                    "the arrows are for " + width + " x " + height + " pixels, got " + image);
        }
        int channels = image.channels();
        byte[] source = image.sharedSamples();
        byte[] target = PixelImage.emptySamples(width, height, channels);
        int pixel = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, pixel++) {
                float sourceX = x + right[pixel];
                float sourceY = y + down[pixel];
                int column = (int) Math.floor(sourceX);
                int row = (int) Math.floor(sourceY);
                float rightShare = sourceX - column;
                float downShare = sourceY - row;
                for (int channel = 0; channel < channels; channel++) {
                    float above = (1 - rightShare) * sample(source, column, row, channel, channels)
                            + rightShare * sample(source, column + 1, row, channel, channels);
                    float below = (1 - rightShare) * sample(source, column, row + 1, channel, channels)
                            + rightShare * sample(source, column + 1, row + 1, channel, channels);
                    float mixed = (1 - downShare) * above + downShare * below;
                    target[pixel * channels + channel] = (byte) (int) Math.rint(mixed);
                }
            }
        }
        return PixelImage.wrapping(width, height, channels, target);
    }

    private int sample(byte[] source, int x, int y, int channel, int channels) {
        return x < 0 || x >= width || y < 0 || y >= height ? 0 : source[(y * width + x) * channels + channel] & 0xFF;
    }
}
