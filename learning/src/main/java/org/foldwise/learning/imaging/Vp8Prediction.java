package org.foldwise.learning.imaging;

/** Predicts blocks of a VP8 frame from the samples above and on the left (RFC 6386, section 12). */
final class Vp8Prediction {
    /** Where the corner lies among the samples around a small block: four below it on the left, eight to its right above. */
    private static final int CORNER = 4;

    private Vp8Prediction() {}

    /**
     * Predicts a square of a macroblock.
     *
     * @param size 16 for luminance, 8 for chroma
     */
    static void predict(Vp8Plane plane, int x, int y, int size, int mode) {
        byte[] samples = plane.samples();
        int stride = plane.stride();
        int start = plane.index(x, y);
        int above = start - stride;
        int mean = mode == Vp8Mode.MEAN ? mean(plane, x, y, size) : 0;
        int corner = samples[above - 1] & 0xFF;
        for (int row = 0; row < size; row++) {
            int at = start + row * stride;
            int left = samples[at - 1] & 0xFF;
            for (int column = 0; column < size; column++) {
                samples[at + column] = (byte)
                        switch (mode) {
                            case Vp8Mode.MEAN -> mean;
                            case Vp8Mode.VERTICAL -> samples[above + column];
                            case Vp8Mode.HORIZONTAL -> left;
                            default -> clamped(left + (samples[above + column] & 0xFF) - corner);
                        };
            }
        }
    }

    /** The rounded mean of the samples above and on the left, as far as they lie within the frame. */
    private static int mean(Vp8Plane plane, int x, int y, int size) {
        if (x == 0 && y == 0) {
            return 128;
        }
        int sum = 0;
        int count = 0;
        for (int i = 0; i < size && y > 0; i++, count++) {
            sum += plane.samples()[plane.index(x + i, y - 1)] & 0xFF;
        }
        for (int i = 0; i < size && x > 0; i++, count++) {
            sum += plane.samples()[plane.index(x - 1, y + i)] & 0xFF;
        }
        return (sum + count / 2) / count;
    }

    /**
     * Predicts a block of 4 x 4 samples of luminance.
     *
     * @param around the 4 samples on the left from the lowest to the highest, the corner, the 8 samples above from left to right
     */
    static void predictSmall(Vp8Plane plane, int start, int mode, int[] around) {
        byte[] samples = plane.samples();
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                samples[start + y * plane.stride() + x] = (byte)
                        switch (mode) {
                            case Vp8Mode.MEAN -> mean(around);
                            case Vp8Mode.TRUE_MOTION ->
                                clamped(around[3 - y] + around[CORNER + 1 + x] - around[CORNER]);
                            case Vp8Mode.VERTICAL -> three(around, CORNER + 1 + x);
                            case Vp8Mode.HORIZONTAL -> three(around, 3 - y);
                            case Vp8Mode.RIGHT_DOWN -> three(around, CORNER + x - y);
                            case Vp8Mode.VERTICAL_RIGHT -> verticalRight(around, x, y);
                            case Vp8Mode.LEFT_DOWN -> three(around, CORNER + 2 + x + y);
                            case Vp8Mode.VERTICAL_LEFT -> verticalLeft(around, x, y);
                            case Vp8Mode.HORIZONTAL_DOWN -> horizontalDown(around, x, y);
                            default -> horizontalUp(around, x + 2 * y);
                        };
            }
        }
    }

    private static int mean(int[] around) {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
            sum += around[i] + around[CORNER + 1 + i];
        }
        return sum >> 3;
    }

    private static int verticalRight(int[] around, int x, int y) {
        if (x == 0 && y > 1) {
            return three(around, CORNER + 1 - y);
        }
        int at = CORNER + x - y / 2;
        return y % 2 == 0 ? two(around, at) : three(around, at);
    }

    private static int verticalLeft(int[] around, int x, int y) {
        if (x == 3 && y > 1) {
            return three(around, CORNER + 4 + y);
        }
        int at = CORNER + 1 + x + y / 2;
        return y % 2 == 0 ? two(around, at) : three(around, at + 1);
    }

    private static int horizontalDown(int[] around, int x, int y) {
        if (x > 1 && y == 0) {
            return three(around, CORNER - 1 + x);
        }
        int at = CORNER - y + x / 2;
        return x % 2 == 0 ? two(around, at - 1) : three(around, at);
    }

    private static int horizontalUp(int[] around, int step) {
        if (step > 5) {
            return around[0];
        }
        int at = 3 - step / 2;
        return step % 2 == 0 ? two(around, at - 1) : three(around, at - 1);
    }

    private static int two(int[] around, int first) {
        return (around[first] + around[first + 1] + 1) >> 1;
    }

    /** The weighted mean of three samples in a row; at an end the outermost counts twice. */
    private static int three(int[] around, int middle) {
        int before = around[Math.max(0, middle - 1)];
        int after = around[Math.min(around.length - 1, middle + 1)];
        return (before + 2 * around[middle] + after + 2) >> 2;
    }

    private static int clamped(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
