package org.foldwise.learning.metrics;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The interval of a mean of figures in [0, 1] that are independent, as shares of different images nearly are, from the figures' own: each end is
 * as far from the mean as theirs are from them, in root of squares of their parts (Zou and Donner 2008, Construction of Confidence Limits about
 * Effect Measures: A General Approach). So it knows that a figure of 0 or 1 is uncertain, which resamples of few images hide. {@link
 * DependentMean} has the interval for figures that may rise and fall together.
 */
public final class IndependentMean {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "rootOfSquaresOfIntervals";

    private IndependentMean() {}

    /** The interval of the mean; none where a figure is undefined or has none. */
    public static Optional<Interval> interval(List<Estimate> figures) {
        return interval(figures, Collections.nCopies(figures.size(), 1L));
    }

    /**
     * The same with weights, which are taken as given.
     *
     * @param figures at least one; their intervals of one level
     * @param weights of each figure, not all 0
     */
    public static Optional<Interval> interval(List<Estimate> figures, List<Long> weights) {
        double total = weights.stream().mapToLong(weight -> weight).sum();
        double mean = 0;
        double below = 0;
        double above = 0;
        double level = Double.NaN;
        for (int i = 0; i < figures.size(); i++) {
            Double value = figures.get(i).value();
            Interval interval = figures.get(i).interval();
            if (value == null || interval == null) {
                return Optional.empty();
            }
            double weight = weights.get(i) / total;
            level = interval.level();
            mean += weight * value;
            below = Math.hypot(below, weight * (value - interval.lower()));
            above = Math.hypot(above, weight * (interval.upper() - value));
        }
        return Optional.of(new Interval(Math.max(0, mean - below), Math.min(1, mean + above), level, METHOD));
    }
}
