package org.foldwise.learning.quality;

import java.util.Arrays;

/**
 * Where values lie.
 *
 * @param median the mean of the middle two where their number is even
 */
public record Distribution(double minimum, double mean, double median, double maximum) {

    /** The distribution of at least one value. */
    public static Distribution of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("a distribution needs at least one value");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Distribution(
                sorted[0], Arrays.stream(sorted).average().orElseThrow(), median, sorted[sorted.length - 1]);
    }
}
