package org.foldwise.learning.metrics;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mean of figures in [0, 1] of the same patients of which nobody knows how they hang together, such as areas under the ROC curve of several
 * classes of which only the intervals were kept. Its interval goes from the mean of the lower ends to the mean of the upper ones. However
 * the figures are correlated, the standard deviation of their mean is at most the mean of their standard deviations, and it is that where
 * they rise and fall together: so the interval is never too narrow for want of a correlation, and too wide where the figures are
 * independent.
 *
 * <p>It has a width wherever one of the figures' intervals has, also where all figures are 0 or 1.
 */
public final class DependentMean {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "meanOfIntervals";

    private DependentMean() {}

    /**
     * The mean; undefined where a figure is, and without an interval where a figure has none.
     *
     * @param figures at least one; their intervals of one level
     */
    public static Estimate of(List<Estimate> figures) {
        return of(figures, Collections.nCopies(figures.size(), 1L));
    }

    /**
     * The same with weights, which are taken as given.
     *
     * @param weights of each figure, not all 0
     */
    public static Estimate of(List<Estimate> figures, List<Long> weights) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("a mean needs a figure");
        }
        double sum = 0;
        for (int i = 0; i < figures.size(); i++) {
            Double value = figures.get(i).value();
            if (value == null) {
                return figures.get(i);
            }
            sum += weights.get(i) * value;
        }
        return new Estimate(sum / total(weights), interval(figures, weights), null);
    }

    private static double total(List<Long> weights) {
        return weights.stream().mapToLong(weight -> weight).sum();
    }

    private static @Nullable Interval interval(List<Estimate> figures, List<Long> weights) {
        double lower = 0;
        double upper = 0;
        double level = Double.NaN;
        for (int i = 0; i < figures.size(); i++) {
            Interval interval = figures.get(i).interval();
            if (interval == null) {
                return null;
            }
            if (!Double.isNaN(level) && level != interval.level()) {
                throw new IllegalArgumentException(
                        "all intervals must have one level, were " + level + " and " + interval.level());
            }
            level = interval.level();
            lower += weights.get(i) * interval.lower();
            upper += weights.get(i) * interval.upper();
        }
        // summed as the values are and divided once: rounding keeps the order of sums, and as many ones are exactly 1
        double total = total(weights);
        return new Interval(Math.max(0, lower / total), Math.min(1, upper / total), level, METHOD);
    }
}
