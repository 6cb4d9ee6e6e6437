package org.foldwise.learning.imaging;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Rotation about the centre by nearest neighbour, in the arithmetic of Pillow's {@code Image.rotate}: sine and cosine rounded
 * to 15 decimals, source positions in 16.16 fixed point, quarter turns exact where they fit.
 */
final class Rotation {
    private static final int FRACTION_BITS = 16;

    private final double degrees;

    private Rotation(double degrees) {
        this.degrees = degrees;
    }

    /**
     * Any finite angle is reduced to [0, 360).
     *
     * @param degreesCounterClockwise the angle as seen by the viewer
     */
    static Rotation of(double degreesCounterClockwise) {
        if (!Double.isFinite(degreesCounterClockwise)) {
            throw new IllegalArgumentException("an angle must be finite, was " + degreesCounterClockwise);
        }
        double remainder = degreesCounterClockwise % 360;
        return new Rotation(remainder < 0 ? remainder + 360 : remainder);
    }

    PixelImage apply(PixelImage image) {
        if (degrees == 0 || degrees == 360) {
            return image;
        }
        if (degrees == 180) {
            return Orientation.UPSIDE_DOWN.upright(image);
        }
        boolean square = image.width() == image.height();
        if (degrees == 90 && square) {
            return Orientation.TURNED_CLOCKWISE.upright(image);
        }
        if (degrees == 270 && square) {
            return Orientation.TURNED_COUNTER_CLOCKWISE.upright(image);
        }
        return interpolated(image);
    }

    private PixelImage interpolated(PixelImage image) {
        double radians = -StrictMath.toRadians(degrees);
        double cosine = roundedTo15Decimals(StrictMath.cos(radians));
        double sine = roundedTo15Decimals(StrictMath.sin(radians));
        double centreX = image.width() / 2.0;
        double centreY = image.height() / 2.0;
        double offsetX = cosine * -centreX + sine * -centreY + centreX;
        double offsetY = -sine * -centreX + cosine * -centreY + centreY;

        long stepCosine = fixedPoint(cosine);
        long stepSine = fixedPoint(sine);
        long stepMinusSine = fixedPoint(-sine);
        long rowX = fixedPoint(offsetX + cosine * 0.5 + sine * 0.5);
        long rowY = fixedPoint(offsetY + -sine * 0.5 + cosine * 0.5);

        int width = image.width();
        int height = image.height();
        int channels = image.channels();
        byte[] source = image.sharedSamples();
        byte[] turned = PixelImage.emptySamples(width, height, channels);
        int to = 0;
        for (int y = 0; y < height; y++) {
            long sourceX = rowX;
            long sourceY = rowY;
            for (int x = 0; x < width; x++) {
                long column = sourceX >> FRACTION_BITS;
                long row = sourceY >> FRACTION_BITS;
                if (column >= 0 && column < width && row >= 0 && row < height) {
                    int from = ((int) row * width + (int) column) * channels;
                    for (int channel = 0; channel < channels; channel++) {
                        turned[to + channel] = source[from + channel];
                    }
                }
                to += channels;
                sourceX += stepCosine;
                sourceY += stepMinusSine;
            }
            rowX += stepSine;
            rowY += stepCosine;
        }
        return PixelImage.wrapping(width, height, channels, turned);
    }

    private static long fixedPoint(double value) {
        return (long) Math.floor(value * (1 << FRACTION_BITS) + 0.5);
    }

    private static double roundedTo15Decimals(double value) {
        return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }
}
