package org.foldwise.learning.imaging;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Rotation about the centre in the arithmetic of Pillow's {@code Image.rotate}: sine and cosine rounded to 15 decimals, quarter
 * turns exact where they fit.
 */
final class Rotation {
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

    PixelImage apply(PixelImage image, Resampling resampling) {
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
        return map(image).apply(image, resampling);
    }

    private AffineMap map(PixelImage image) {
        double radians = -StrictMath.toRadians(degrees);
        double cosine = roundedTo15Decimals(StrictMath.cos(radians));
        double sine = roundedTo15Decimals(StrictMath.sin(radians));
        double centreX = image.width() / 2.0;
        double centreY = image.height() / 2.0;
        return new AffineMap(
                cosine,
                sine,
                cosine * -centreX + sine * -centreY + centreX,
                -sine,
                cosine,
                -sine * -centreX + cosine * -centreY + centreY);
    }

    private static double roundedTo15Decimals(double value) {
        return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }
}
