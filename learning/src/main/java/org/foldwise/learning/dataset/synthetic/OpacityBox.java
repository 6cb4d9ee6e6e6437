package org.foldwise.learning.dataset.synthetic;

/**
 * Where an opacity lies on a film, in pixels.
 *
 * @param x left edge
 * @param y top edge
 * @param width 1 or more
 * @param height 1 or more
 */
public record OpacityBox(int x, int y, int width, int height) {
    static OpacityBox around(double left, double top, double right, double bottom, int filmWidth, int filmHeight) {
        int x = clamped(Math.floor(left), filmWidth - 1);
        int y = clamped(Math.floor(top), filmHeight - 1);
        return new OpacityBox(
                x,
                y,
                Math.max(1, clamped(Math.ceil(right), filmWidth) - x),
                Math.max(1, clamped(Math.ceil(bottom), filmHeight) - y));
    }

    private static int clamped(double value, int highest) {
        return (int) Math.max(0, Math.min(highest, value));
    }
}
