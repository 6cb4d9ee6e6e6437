package org.foldwise.learning.explanation;

/**
 * A rectangle of a network's input, in shares of its sides.
 *
 * @param left 0 at the left edge
 * @param top 0 at the upper edge
 * @param right above {@code left}, at most 1
 * @param bottom above {@code top}, at most 1
 */
public record Region(double left, double top, double right, double bottom) {
    public Region {
        if (!(left >= 0 && left < right && right <= 1)) {
            throw new IllegalArgumentException(
                    "left must be 0 or more and below right, which is at most 1; were " + left + " and " + right);
        }
        if (!(top >= 0 && top < bottom && bottom <= 1)) {
            throw new IllegalArgumentException(
                    "top must be 0 or more and below bottom, which is at most 1; were " + top + " and " + bottom);
        }
    }

    /** Its share of the input's area. */
    public double area() {
        return (right - left) * (bottom - top);
    }
}
