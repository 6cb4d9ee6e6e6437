package org.foldwise.learning.neighbourhood;

import java.util.Arrays;
import org.foldwise.learning.metrics.Quantiles;

/**
 * How far patients usually lie from the nearest training patient other than themselves.
 *
 * @param patients how many were looked at, each with one image that was drawn; 1 or more
 * @param median of their distances
 * @param percentile95 which 95 % of their distances do not exceed
 */
public record TypicalDistances(int patients, double median, double percentile95) {
    public TypicalDistances {
        if (patients < 1) {
            throw new IllegalArgumentException("patients must be 1 or more, was " + patients);
        }
    }

    static TypicalDistances of(double[] distances) {
        double[] rising = distances.clone();
        Arrays.sort(rising);
        return new TypicalDistances(rising.length, Quantiles.ofSorted(rising, 0.5), Quantiles.ofSorted(rising, 0.95));
    }
}
