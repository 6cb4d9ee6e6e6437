package org.foldwise.learning.imaging;

/** Smooths the edges between the blocks of a VP8 frame (RFC 6386, section 15), once all of it has been predicted. */
final class Vp8LoopFilter {
    /**
     * How a macroblock is smoothed.
     *
     * @param limit of the step across an edge within it, 0 for no smoothing
     * @param interior limit of the steps beside an edge
     * @param variance from which on an edge counts as a real one
     */
    record Strength(int limit, int interior, int variance) {
        static Strength of(int level, int sharpness) {
            if (level <= 0) {
                return new Strength(0, 0, 0);
            }
            int bounded = Math.min(63, level);
            int interior = bounded;
            if (sharpness > 0) {
                interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
            }
            interior = Math.max(1, interior);
            return new Strength(2 * bounded + interior, interior, bounded >= 40 ? 2 : bounded >= 15 ? 1 : 0);
        }
    }

    private final boolean simple;
    private final Vp8Plane luminance;
    private final Vp8Plane blueness;
    private final Vp8Plane redness;

    Vp8LoopFilter(boolean simple, Vp8Plane luminance, Vp8Plane blueness, Vp8Plane redness) {
        this.simple = simple;
        this.luminance = luminance;
        this.blueness = blueness;
        this.redness = redness;
    }

    /**
     * Smooths a macroblock's left and upper edge and, where it has coefficients, those between its blocks.
     *
     * @param within whether its blocks are smoothed against each other
     */
    void smooth(int column, int row, Strength strength, boolean within) {
        if (strength.limit() == 0) {
            return;
        }
        int wide = strength.limit() + 4;
        if (column > 0) {
            across(column, row, 0, wide, strength, true);
        }
        for (int edge = 4; edge < 16 && within; edge += 4) {
            across(column, row, edge, strength.limit(), strength, false);
        }
        if (row > 0) {
            along(column, row, 0, wide, strength, true);
        }
        for (int edge = 4; edge < 16 && within; edge += 4) {
            along(column, row, edge, strength.limit(), strength, false);
        }
    }

    private void across(int column, int row, int edge, int limit, Strength strength, boolean outer) {
        int start = luminance.index(16 * column + edge, 16 * row);
        filter(luminance, start, 1, luminance.stride(), 16, limit, strength, outer);
        if (!simple && edge <= 4) {
            int chroma = blueness.index(8 * column + edge, 8 * row);
            filter(blueness, chroma, 1, blueness.stride(), 8, limit, strength, outer);
            filter(redness, chroma, 1, redness.stride(), 8, limit, strength, outer);
        }
    }

    private void along(int column, int row, int edge, int limit, Strength strength, boolean outer) {
        int start = luminance.index(16 * column, 16 * row + edge);
        filter(luminance, start, luminance.stride(), 1, 16, limit, strength, outer);
        if (!simple && edge <= 4) {
            int chroma = blueness.index(8 * column, 8 * row + edge);
            filter(blueness, chroma, blueness.stride(), 1, 8, limit, strength, outer);
            filter(redness, chroma, redness.stride(), 1, 8, limit, strength, outer);
        }
    }

    /**
     * Smooths one edge.
     *
     * @param step from one side of the edge to the other
     * @param next along the edge
     */
    private void filter(
            Vp8Plane plane, int start, int step, int next, int length, int limit, Strength strength, boolean outer) {
        byte[] samples = plane.samples();
        for (int i = 0, at = start; i < length; i++, at += next) {
            int steps = 4 * distance(samples, at - step, at) + distance(samples, at - 2 * step, at + step);
            if (steps > 2 * limit + 1) {
                continue;
            }
            if (simple) {
                narrow(samples, at, step);
            } else if (isSmooth(samples, at, step, strength.interior())) {
                if (isReal(samples, at, step, strength.variance())) {
                    narrow(samples, at, step);
                } else if (outer) {
                    wide(samples, at, step);
                } else {
                    middle(samples, at, step);
                }
            }
        }
    }

    private static boolean isSmooth(byte[] samples, int at, int step, int interior) {
        return distance(samples, at - 4 * step, at - 3 * step) <= interior
                && distance(samples, at - 3 * step, at - 2 * step) <= interior
                && distance(samples, at - 2 * step, at - step) <= interior
                && distance(samples, at + 3 * step, at + 2 * step) <= interior
                && distance(samples, at + 2 * step, at + step) <= interior
                && distance(samples, at + step, at) <= interior;
    }

    private static boolean isReal(byte[] samples, int at, int step, int variance) {
        return distance(samples, at - 2 * step, at - step) > variance || distance(samples, at + step, at) > variance;
    }

    /** Changes the two samples at the edge. */
    private static void narrow(byte[] samples, int at, int step) {
        int change = 3 * difference(samples, at, at - step) + signed(difference(samples, at - 2 * step, at + step));
        add(samples, at - step, eighth(change + 3));
        add(samples, at, -eighth(change + 4));
    }

    /** Changes two samples on each side, those away from the edge by half. */
    private static void middle(byte[] samples, int at, int step) {
        int change = 3 * difference(samples, at, at - step);
        int behind = eighth(change + 4);
        int half = (behind + 1) >> 1;
        add(samples, at - 2 * step, half);
        add(samples, at - step, eighth(change + 3));
        add(samples, at, -behind);
        add(samples, at + step, -half);
    }

    /** Changes three samples on each side. */
    private static void wide(byte[] samples, int at, int step) {
        int change =
                signed(3 * difference(samples, at, at - step) + signed(difference(samples, at - 2 * step, at + step)));
        for (int i = 0; i < 3; i++) {
            int share = ((27 - 9 * i) * change + 63) >> 7;
            add(samples, at - (i + 1) * step, share);
            add(samples, at + i * step, -share);
        }
    }

    private static int eighth(int change) {
        return Math.max(-16, Math.min(15, change >> 3));
    }

    private static int signed(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static int difference(byte[] samples, int one, int other) {
        return (samples[one] & 0xFF) - (samples[other] & 0xFF);
    }

    private static int distance(byte[] samples, int one, int other) {
        return Math.abs(difference(samples, one, other));
    }

    private static void add(byte[] samples, int at, int change) {
        samples[at] = (byte) Math.max(0, Math.min(255, (samples[at] & 0xFF) + change));
    }
}
