package org.foldwise.learning.imaging.dicom;

/**
 * The part of an image's values that is shown, from black to white (values of interest: PS3.3, C.11.2.1.2).
 *
 * @param centre of the part, in the values' unit
 * @param width of the part, in the same unit: at least 1 for {@link Function#LINEAR}, above 0 for the others
 * @param function how values between its ends become shades
 */
public record VoiWindow(double centre, double width, Function function) {
    /** How values between a window's ends become shades. */
    public enum Function {
        /** A straight line between whole numbers: {@code width} counts the values that are shown, both ends among them. */
        LINEAR,
        /** A straight line between real numbers. */
        LINEAR_EXACT,
        /** A logistic curve, which reaches neither black nor white. */
        SIGMOID
    }

    public VoiWindow {
        if (!Double.isFinite(centre)) {
            throw new IllegalArgumentException("a window's centre must be finite, was " + centre);
        }
        if (!(function == Function.LINEAR ? width >= 1 : width > 0) || !Double.isFinite(width)) {
            throw new IllegalArgumentException("a window's width must be "
                    + (function == Function.LINEAR ? "1 or more" : "above 0") + " and finite, was " + width);
        }
    }

    /** A shade from 0, black, to 255, white; not rounded. */
    public double shade(double value) {
        return switch (function) {
            case LINEAR -> linear(value, centre - 0.5, width - 1);
            case LINEAR_EXACT -> linear(value, centre, width);
            case SIGMOID -> 255 / (1 + StrictMath.exp(-4 * (value - centre) / width));
        };
    }

    private static double linear(double value, double centre, double width) {
        if (value <= centre - width / 2) {
            return 0;
        }
        return value > centre + width / 2 ? 255 : ((value - centre) / width + 0.5) * 255;
    }
}
