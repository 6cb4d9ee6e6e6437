package org.foldwise.learning.imaging;

/**
 * Where a network's input lies on the upright image it was made of: a rectangle in that image's pixels, measured from the upper
 * left corner of the image to edges, not to centres of pixels. It reaches beyond the image where the input has a margin, and
 * leaves out what was cut off.
 *
 * @param left of the input's left edge
 * @param top of the input's upper edge
 * @param width of the whole input, above 0
 * @param height of the whole input, above 0
 */
public record Placement(double left, double top, double width, double height) {
    public Placement {
        if (!(width > 0 && height > 0) || !Double.isFinite(left + top + width + height)) {
            throw new IllegalArgumentException("width and height must be above 0 and all values finite, were " + left
                    + ", " + top + ", " + width + ", " + height);
        }
    }

    /** Where a column of the image lies in the input: 0 at its left edge, 1 at its right; outside of [0, 1] it was not seen. */
    public double across(double x) {
        return (x - left) / width;
    }

    /** Where a row of the image lies in the input: 0 at its upper edge, 1 at its lower; outside of [0, 1] it was not seen. */
    public double down(double y) {
        return (y - top) / height;
    }
}
