package org.foldwise.learning.quality;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Flat rectangles with sharp sides, as labels that were painted over, stickers and burned-in fields leave: of one grey value, whichever it
 * is, on a ground that differs from it all around. What is seen of a body has no such sides, and frames, collimation and the air beside
 * a patient go on beyond any small window.
 */
final class Patches {
    /** Sides are at least so many pixels long, ... */
    private static final int SHORTEST = 4;
    /** ... and at least this share of the image's shorter side. */
    private static final double SHORTEST_SHARE = 0.02;
    /** The values of a line of it differ by no more than that, as lossy coding may make them. */
    private static final int FLAT = 16;
    /** The ground differs from its mean by at least that, and by twice as much as the values of its first line do, ... */
    private static final int ABOVE_GROUND = 12;
    /** ... so many pixels beside it, since coding smears the edge itself. */
    private static final int BESIDE = 2;
    /** ... along at least this share of the side. */
    private static final double SHARP_SHARE = 0.9;

    private final byte[] samples;
    private final int imageWidth;
    private final int imageHeight;
    private final int shortest;
    private final List<Open> open = new ArrayList<>();

    private Patches(byte[] samples, int imageWidth, int imageHeight) {
        this.samples = samples;
        this.imageWidth = imageWidth;
        this.imageHeight = imageHeight;
        this.shortest = (int) Math.max(SHORTEST, Math.round(SHORTEST_SHARE * Math.min(imageWidth, imageHeight)));
    }

    /**
     * Whether there is one that lies within a part of an image.
     *
     * @param samples grey values of the image, row by row
     * @param imageWidth in pixels
     * @param imageHeight in pixels
     */
    static boolean any(byte[] samples, int imageWidth, int imageHeight, int left, int top, int width, int height) {
        return new Patches(samples, imageWidth, imageHeight).isAnyIn(left, top, left + width, top + height);
    }

    /** One that was not yet seen to end: lines of about the same ends and value, from the first of them on. */
    private final class Open {
        private final int left;
        private final int right;
        private final double mean;
        private final int aboveGround;
        private final int top;
        private boolean isContinued = true;

        Open(int left, int right, double mean, int aboveGround, int top) {
            this.left = left;
            this.right = right;
            this.mean = mean;
            this.aboveGround = aboveGround;
            this.top = top;
        }

        boolean goesOnWith(Open line) {
            return Math.abs(line.left - left) <= 1
                    && Math.abs(line.right - right) <= 1
                    && Math.abs(line.mean - mean) <= FLAT;
        }

        /** Whether a pixel is of another value, or beyond the image. */
        boolean isUnlike(int x, int y) {
            boolean isBeyond = x < 0 || y < 0 || x >= imageWidth || y >= imageHeight;
            return isBeyond || Math.abs(value(x, y) - mean) >= aboveGround;
        }

        /** Whether hardly a pixel of a row above it or below it is of its value. */
        boolean isUnlike(int y) {
            int unlike = 0;
            for (int x = left; x < right; x++) {
                unlike += isUnlike(x, y) ? 1 : 0;
            }
            return unlike >= SHARP_SHARE * (right - left);
        }
    }

    private boolean isAnyIn(int left, int top, int right, int bottom) {
        for (int y = top; y < bottom; y++) {
            for (Open patch : open) {
                patch.isContinued = false;
            }
            lines(y, left, right);
            if (isAnyClosed(y)) {
                return true;
            }
        }
        for (Open patch : open) {
            patch.isContinued = false;
        }
        return isAnyClosed(bottom);
    }

    /** Adds the flat lines of a row that end sharply on both sides to the patches that they belong to, or lets them begin others. */
    private void lines(int y, int left, int right) {
        int start = left;
        while (start < right) {
            int least = value(start, y);
            int most = least;
            int range = 0;
            long sum = least;
            int end = start + 1;
            while (end < right) {
                int value = value(end, y);
                least = Math.min(least, value);
                most = Math.max(most, value);
                if (most - least > FLAT) {
                    break;
                }
                range = most - least;
                sum += value;
                end++;
            }
            if (end - start >= shortest) {
                Open line = new Open(start, end, (double) sum / (end - start), Math.max(ABOVE_GROUND, 2 * range), y);
                if (line.isUnlike(start - BESIDE, y) && line.isUnlike(end - 1 + BESIDE, y)) {
                    add(line);
                }
            }
            start = end;
        }
    }

    private void add(Open line) {
        for (Open patch : open) {
            if (!patch.isContinued && patch.goesOnWith(line)) {
                patch.isContinued = true;
                return;
            }
        }
        open.add(line);
    }

    /** Whether one that ends above a row is high enough and has a ground above and below; forgets all that end there. */
    private boolean isAnyClosed(int end) {
        for (Iterator<Open> patches = open.iterator(); patches.hasNext(); ) {
            Open patch = patches.next();
            if (patch.isContinued) {
                continue;
            }
            patches.remove();
            if (end - patch.top >= shortest && patch.isUnlike(patch.top - BESIDE) && patch.isUnlike(end - 1 + BESIDE)) {
                return true;
            }
        }
        return false;
    }

    private int value(int x, int y) {
        return samples[y * imageWidth + x] & 0xFF;
    }
}
