package org.foldwise.learning.search;

import java.util.HashSet;
import java.util.List;

/** One field of the plan that a search varies. */
public sealed interface Dimension {
    /** How a range is drawn from. */
    enum Scale {
        /** Every number is as likely as every other. */
        LINEAR,
        /** Every ratio is as likely as every other: as many candidates from 0.001 to 0.01 as from 0.01 to 0.1. */
        LOGARITHMIC
    }

    /** Where the field stands in the plan, as a JSON pointer (RFC 6901). */
    String pointer();

    /** How many different values there are at most; {@link Long#MAX_VALUE} where nobody counts them. */
    long size();

    /**
     * Values that are listed.
     *
     * @param values JSON texts, 1 to 100, no two equal
     */
    record Values(String pointer, List<String> values) implements Dimension {
        public Values {
            values = List.copyOf(values);
            if (values.isEmpty() || values.size() > 100) {
                throw new IllegalArgumentException("values must be 1 to 100, were " + values.size());
            }
            if (new HashSet<>(values).size() != values.size()) {
                throw new IllegalArgumentException("values must differ from each other");
            }
        }

        @Override
        public long size() {
            return values.size();
        }
    }

    /**
     * Numbers between two ends. A draw is rounded to four significant digits, so that it can be told and typed.
     *
     * @param lower the lower end, finite; above 0 on a logarithmic scale
     * @param upper the upper end, above the lower
     */
    record Range(String pointer, double lower, double upper, Scale scale) implements Dimension {
        public Range {
            if (!Double.isFinite(lower) || !Double.isFinite(upper) || !(lower < upper)) {
                throw new IllegalArgumentException("lower must be below upper, were " + lower + " and " + upper);
            }
            if (scale == Scale.LOGARITHMIC && lower <= 0) {
                throw new IllegalArgumentException("lower must be above 0 on a logarithmic scale, was " + lower);
            }
        }

        @Override
        public long size() {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Whole numbers from one end to the other, both included.
     *
     * @param lower the lower end; above 0 on a logarithmic scale
     * @param upper the upper end, above the lower
     */
    record WholeRange(String pointer, int lower, int upper, Scale scale) implements Dimension {
        public WholeRange {
            if (lower >= upper) {
                throw new IllegalArgumentException("lower must be below upper, were " + lower + " and " + upper);
            }
            if (scale == Scale.LOGARITHMIC && lower <= 0) {
                throw new IllegalArgumentException("lower must be above 0 on a logarithmic scale, was " + lower);
            }
        }

        @Override
        public long size() {
            return (long) upper - lower + 1;
        }
    }
}
