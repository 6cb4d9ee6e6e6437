package org.foldwise.learning.explanation;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How much the places of an image count, on a coarse grid that covers the network's input. Immutable.
 *
 * <p>Heat is the positive part of the raw values, moved and scaled so that it reaches from 0 to 1 in every map; it says how the
 * places of one image compare, and nothing about how two images compare. A map is blank, all 0, where no place speaks for the
 * answer or where all speak alike; as they do where all that they differ by moves the logit by less than a millionth, which is less than a
 * network's arithmetic tells and more than one that answers every image alike is moved by.
 */
public final class Heatmap {
    /** Places along each side at which heat is summed up. */
    private static final int SAMPLES = 256;

    /** Of a logit: raw values are each place's part of it, so their sum is what the places make of it together. */
    private static final double LEAST = 1e-6;

    private final int rows;
    private final int columns;
    private final double[] raw;
    private final double[] heat;

    /**
     * A map of raw values.
     *
     * @param raw rows x columns, row-major, finite; copied
     */
    public Heatmap(int rows, int columns, double[] raw) {
        if (rows < 1 || columns < 1 || raw.length != rows * columns) {
            throw new IllegalArgumentException(
                    "a map of " + rows + " x " + columns + " was given " + raw.length + " values");
        }
        for (double value : raw) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("values must be finite, one was " + value);
            }
        }
        this.rows = rows;
        this.columns = columns;
        this.raw = raw.clone();
        this.heat = heat(raw);
    }

    private static double[] heat(double[] raw) {
        double[] heat = Arrays.stream(raw).map(value -> Math.max(0, value)).toArray();
        double low = Arrays.stream(heat).min().orElseThrow();
        double high = Arrays.stream(heat).max().orElseThrow();
        boolean isBlank = Arrays.stream(heat).map(value -> value - low).sum() < LEAST;
        for (int i = 0; i < heat.length; i++) {
            heat[i] = isBlank ? 0 : (heat[i] - low) / (high - low);
        }
        return heat;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** The weighted sum before anything was done to it; negative where a place speaks against the answer. */
    public double raw(int row, int column) {
        return raw[index(row, column)];
    }

    /** In [0, 1]. */
    public double heat(int row, int column) {
        return heat[index(row, column)];
    }

    private int index(int row, int column) {
        return Objects.checkIndex(row, rows) * columns + Objects.checkIndex(column, columns);
    }

    /** A copy of all heat, rows x columns, row-major. */
    public double[] heat() {
        return heat.clone();
    }

    /** Whether it shows nothing. */
    public boolean isBlank() {
        return Arrays.stream(heat).allMatch(value -> value == 0);
    }

    /**
     * Heat at a place between the cells' centres: bilinear, and beyond the outermost centres as at them.
     *
     * @param across 0 at the left edge of the input, 1 at its right
     * @param down 0 at the upper edge, 1 at the lower
     */
    public double heatAt(double across, double down) {
        double x = Math.max(0, Math.min(columns - 1, across * columns - 0.5));
        double y = Math.max(0, Math.min(rows - 1, down * rows - 0.5));
        int left = Math.min((int) x, Math.max(0, columns - 2));
        int top = Math.min((int) y, Math.max(0, rows - 2));
        int right = Math.min(left + 1, columns - 1);
        int bottom = Math.min(top + 1, rows - 1);
        double upper = mix(heat(top, left), heat(top, right), x - left);
        double lower = mix(heat(bottom, left), heat(bottom, right), x - left);
        return mix(upper, lower, y - top);
    }

    private static double mix(double from, double to, double share) {
        return from + (to - from) * share;
    }

    /** Heat of every pixel of the input, height x width, row-major: bilinear between centres, half a pixel from the edges. */
    public double[] upsampled(int width, int height) {
        double[] pixels = new double[Math.multiplyExact(width, height)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixels[y * width + x] = heatAt((x + 0.5) / width, (y + 0.5) / height);
            }
        }
        return pixels;
    }

    /**
     * Which share of the heat lies within a rectangle of the input; absent of a blank map. Read it beside the rectangle's share of the
     * area: heat that is spread evenly has the same.
     *
     * @param left in shares of the input's width, 0 at its left edge
     * @param top in shares of the input's height
     * @param right above {@code left}
     * @param bottom above {@code top}
     */
    public OptionalDouble shareWithin(double left, double top, double right, double bottom) {
        double inside = 0;
        double all = 0;
        for (int y = 0; y < SAMPLES; y++) {
            double down = (y + 0.5) / SAMPLES;
            for (int x = 0; x < SAMPLES; x++) {
                double across = (x + 0.5) / SAMPLES;
                double here = heatAt(across, down);
                all += here;
                if (across >= left && across < right && down >= top && down < bottom) {
                    inside += here;
                }
            }
        }
        return all > 0 ? OptionalDouble.of(inside / all) : OptionalDouble.empty();
    }

    /**
     * Which share of the heat lies in a frame along the edges, whose width is that share of the input's sides; absent of a blank map.
     * Lungs do not lie there: markers, collimator edges and letters do. The frame's share of the area is
     * {@code 1 - (1 - 2 width)^2}.
     *
     * @param width above 0, at most 0.5
     */
    public OptionalDouble shareInBorder(double width) {
        requireWidth(width);
        OptionalDouble middle = shareWithin(width, width, 1 - width, 1 - width);
        return middle.isPresent() ? OptionalDouble.of(1 - middle.getAsDouble()) : middle;
    }

    /** The share of the area of that frame, which is that of heat spread evenly. */
    public static double areaOfBorder(double width) {
        requireWidth(width);
        return 1 - (1 - 2 * width) * (1 - 2 * width);
    }

    private static void requireWidth(double width) {
        if (!(width > 0 && width <= 0.5)) {
            throw new IllegalArgumentException("width must be above 0 and at most 0.5, was " + width);
        }
    }
}
