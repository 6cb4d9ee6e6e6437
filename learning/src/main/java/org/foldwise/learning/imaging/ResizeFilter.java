package org.foldwise.learning.imaging;

/** How pixels of a resized image are mixed from those around their place in the old one, antialiased as Pillow does it. */
public enum ResizeFilter {
    /** A triangle: smooth, never outside the range of what it mixes. */
    BILINEAR(1) {
        @Override
        double at(double distance) {
            return Math.max(0, 1 - Math.abs(distance));
        }
    },
    /**
     * A cubic curve with negative lobes (Keys, 1981, Cubic convolution interpolation for digital image processing, with his
     * a = -0.5): sharper, with faint seams along strong edges.
     */
    BICUBIC(2) {
        @Override
        double at(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return ((KEYS + 2) * x - (KEYS + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * KEYS : 0;
        }
    };

    private static final double KEYS = -0.5;

    private final double support;

    ResizeFilter(double support) {
        this.support = support;
    }

    /** Half its width in pixels of the smaller of the two images. */
    double support() {
        return support;
    }

    /** Its height at that distance from the middle, before the weights are made to add up to 1. */
    abstract double at(double distance);
}
