package org.foldwise.learning.metrics;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A figure of a report: a value with its interval, or the reason why there is none.
 *
 * @param value the point estimate; absent exactly when {@code undefinedBecause} is given
 * @param interval its interval, absent where none could be computed
 * @param undefinedBecause why there is no value
 */
public record Estimate(@Nullable Double value, @Nullable Interval interval, @Nullable String undefinedBecause) {
    public Estimate {
        if ((value == null) == (undefinedBecause == null)) {
            throw new IllegalArgumentException("an estimate has either a value or a reason why it has none");
        }
        if (value != null && !Double.isFinite(value)) {
            throw new IllegalArgumentException("an estimate must be finite, was " + value);
        }
        if (value == null && interval != null) {
            throw new IllegalArgumentException("an undefined estimate has no interval");
        }
    }

    /** A value without an interval. */
    public static Estimate of(double value) {
        return new Estimate(value, null, null);
    }

    /** No value, for that reason. */
    public static Estimate undefined(String reason) {
        return new Estimate(null, null, reason);
    }

    /** Whether there is a value. */
    public boolean hasValue() {
        return value != null;
    }

    /** The value, or another number where there is none; such as 0 where scikit-learn's {@code zero_division} puts it. */
    public double valueOr(double other) {
        return value == null ? other : value;
    }

    /** The same value with an interval, where one is given; an undefined estimate stays as it is. */
    public Estimate with(Optional<Interval> given) {
        return value == null ? this : new Estimate(value, given.orElse(null), null);
    }
}
