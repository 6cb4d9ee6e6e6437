package org.foldwise.learning.quality;

import java.util.function.IntUnaryOperator;
import org.foldwise.learning.imaging.PixelImage;

/**
 * Bright strokes, as of letters: what an opening with a square takes away, which leaves larger bright things as they are however sharp
 * their edges (white top-hat; Gonzalez and Woods 2018, Digital Image Processing, 9.6).
 */
final class Strokes {
    /** Strokes are narrower than twice that share of the image's shorter side. */
    private static final double HALF_WIDTH = 0.02;
    /** So much of a stroke's value goes when it is taken away. */
    private static final int ABOVE_GROUND = 50;

    private Strokes() {}

    /**
     * The share of a part's pixels that are bright and belong to strokes, 0 to 1.
     *
     * @param image of one channel
     * @param brightFrom grey value
     */
    static double share(PixelImage image, int left, int top, int width, int height, int brightFrom) {
        int radius = (int) Math.max(1, Math.round(HALF_WIDTH * Math.min(image.width(), image.height())));
        // what lies beside the part decides whether something at its edge is a stroke
        int fromX = Math.max(0, left - 2 * radius);
        int fromY = Math.max(0, top - 2 * radius);
        int toX = Math.min(image.width(), left + width + 2 * radius);
        int toY = Math.min(image.height(), top + height + 2 * radius);
        int across = toX - fromX;
        int down = toY - fromY;
        byte[] samples = image.cropped(fromX, fromY, across, down).samples();
        int[] opened = new int[samples.length];
        for (int i = 0; i < samples.length; i++) {
            opened[i] = samples[i] & 0xFF;
        }
        // the least of a neighbourhood, and then the greatest of what that gives
        for (IntUnaryOperator order : new IntUnaryOperator[] {value -> value, value -> -value}) {
            for (int y = 0; y < down; y++) {
                slide(opened, y * across, 1, across, radius, order);
            }
            for (int x = 0; x < across; x++) {
                slide(opened, x, across, down, radius, order);
            }
        }
        int strokes = 0;
        for (int y = top - fromY; y < top - fromY + height; y++) {
            for (int x = left - fromX; x < left - fromX + width; x++) {
                int value = samples[y * across + x] & 0xFF;
                if (value >= brightFrom && value - opened[y * across + x] >= ABOVE_GROUND) {
                    strokes++;
                }
            }
        }
        return (double) strokes / ((double) width * height);
    }

    /** Puts the first in an order of each value and its neighbours along a line in its place, in a time that the radius does not change. */
    private static void slide(int[] values, int start, int step, int count, int radius, IntUnaryOperator order) {
        int[] line = new int[count];
        // places whose values grow, the first of them the least of what is in reach
        int[] waiting = new int[count];
        int first = 0;
        int end = 0;
        int next = 0;
        for (int i = 0; i < count; i++) {
            for (; next < count && next <= i + radius; next++) {
                line[next] = values[start + next * step];
                while (end > first && order.applyAsInt(line[waiting[end - 1]]) >= order.applyAsInt(line[next])) {
                    end--;
                }
                waiting[end++] = next;
            }
            while (waiting[first] < i - radius) {
                first++;
            }
            values[start + i * step] = line[waiting[first]];
        }
    }
}
