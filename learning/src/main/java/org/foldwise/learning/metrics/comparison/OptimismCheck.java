package org.foldwise.learning.metrics.comparison;

import java.util.Optional;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Whether a model does as well on patients it was never near as its development had promised. The difference's interval combines
 * those of both figures, which come from different patients (Zou and Donner 2008, Construction of Confidence Limits about Effect
 * Measures: A General Approach): with l and u the ends of either,
 *
 * <pre>{@code lower = d - sqrt((expected - l1)^2 + (u2 - found)^2),  upper = d + sqrt((u1 - expected)^2 + (found - l2)^2)}</pre>
 *
 * Overlap of both intervals is not asked for: intervals may overlap although the difference is clear.
 *
 * @param expected what development had promised: out of fold, or on validation patients
 * @param found on patients who took no part in it
 * @param difference expected less found; undefined where either is
 * @param verdict what follows
 */
public record OptimismCheck(Estimate expected, Estimate found, Estimate difference, Verdict verdict) {
    /** What {@link Interval#method()} says of the difference. */
    static final String METHOD = "independentIntervalsCombined";

    /** What a difference says. */
    public enum Verdict {
        /** Development promised more than was found, beyond both intervals. */
        OPTIMISTIC,
        /** No difference beyond both intervals; which does not show that there is none. */
        CONSISTENT,
        /** More was found than had been promised, beyond both intervals: the other patients are easier, or know something. */
        PESSIMISTIC,
        /** A figure or an interval is missing. */
        UNDECIDED
    }

    /**
     * Compares a figure of which more is better.
     *
     * @param expected of patients of development
     * @param found of other patients
     */
    public static OptimismCheck of(Estimate expected, Estimate found) {
        Double promised = expected.value();
        Double value = found.value();
        if (promised == null || value == null) {
            return new OptimismCheck(
                    expected,
                    found,
                    Estimate.undefined(promised == null ? "nothing had been promised" : "nothing was found"),
                    Verdict.UNDECIDED);
        }
        Estimate difference =
                Estimate.of(promised - value).with(interval(promised, expected.interval(), value, found.interval()));
        return new OptimismCheck(expected, found, difference, verdict(difference.interval()));
    }

    private static Optional<Interval> interval(
            double expected, @Nullable Interval first, double found, @Nullable Interval second) {
        if (first == null || second == null) {
            return Optional.empty();
        }
        if (first.level() != second.level()) {
            throw new IllegalArgumentException(
                    "both intervals must have one level, were " + first.level() + " and " + second.level());
        }
        double difference = expected - found;
        double below = Math.hypot(expected - first.lower(), second.upper() - found);
        double above = Math.hypot(first.upper() - expected, found - second.lower());
        return Optional.of(
                new Interval(Math.max(-1, difference - below), Math.min(1, difference + above), first.level(), METHOD));
    }

    private static Verdict verdict(@Nullable Interval difference) {
        if (difference == null) {
            return Verdict.UNDECIDED;
        }
        if (difference.lower() > 0) {
            return Verdict.OPTIMISTIC;
        }
        return difference.upper() < 0 ? Verdict.PESSIMISTIC : Verdict.CONSISTENT;
    }
}
