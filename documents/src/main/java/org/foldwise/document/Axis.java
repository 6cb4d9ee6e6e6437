package org.foldwise.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis of a chart.
 *
 * @param label what it measures
 * @param from its lower end
 * @param to its upper end, above {@code from}
 */
public record Axis(String label, double from, double to) {
    private static final int FEWEST_STEPS = 4;

    public Axis {
        if (!(from < to) || !Double.isFinite(to - from)) {
            throw new IllegalArgumentException(
                    "an axis must go from a lower to a higher number, was " + from + " to " + to);
        }
    }

    /** An axis of shares, from 0 to 1. */
    public static Axis share(String label) {
        return new Axis(label, 0, 1);
    }

    /** The shortest axis that begins and ends at round numbers and holds all values; from 0 to 1 where there are none. */
    public static Axis holding(String label, List<Double> values) {
        double low = values.stream().mapToDouble(value -> value).min().orElse(0);
        double high = values.stream().mapToDouble(value -> value).max().orElse(1);
        if (low == high) {
            double room = low == 0 ? 1 : Math.abs(low) / 2;
            low -= room;
            high += room;
        }
        double step = step(low, high);
        return new Axis(label, Math.floor(low / step) * step, Math.ceil(high / step) * step);
    }

    /** The numbers written at it, rising: multiples of 1, 2 or 5 times a power of ten. */
    List<Double> ticks() {
        double step = step(from, to);
        List<Double> ticks = new ArrayList<>();
        long first = (long) Math.ceil(from / step - 1e-9);
        long last = (long) Math.floor(to / step + 1e-9);
        for (long i = first; i <= last; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** A tick as it is written. */
    String written(double tick) {
        double step = step(from, to);
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", tick);
        return Double.parseDouble(text) == 0 ? text.replace("-", "") : text;
    }

    private static double step(double low, double high) {
        double power = Math.pow(10, Math.floor(Math.log10(high - low)));
        for (double factor : new double[] {1, 0.5, 0.2}) {
            if ((high - low) / (power * factor) >= FEWEST_STEPS) {
                return power * factor;
            }
        }
        return power * 0.1;
    }
}
