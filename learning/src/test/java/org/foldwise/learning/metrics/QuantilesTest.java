package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuantilesTest {
    /** As numpy.quantile: from the nearer neighbour, so that a quantile that is a number of the sample is that number. */
    @Test
    void quantilesOfASampleAreNumPysToTheBit() {
        double[] sample = {0.032, 0.517, 0.629, 0.803};
        assertThat(Quantiles.ofSorted(sample, 1 / 3.0)).isEqualTo(0.517);
        assertThat(Quantiles.ofSorted(sample, 2 / 3.0)).isEqualTo(0.629);
        assertThat(Quantiles.ofSorted(sample, 0.05)).isEqualTo(0.10475000000000001);
        assertThat(Quantiles.ofSorted(sample, 0.25)).isEqualTo(0.39575000000000005);
        assertThat(Quantiles.ofSorted(sample, 0.95)).isEqualTo(0.7768999999999999);
        assertThat(Quantiles.ofSorted(sample, 0)).isEqualTo(0.032);
        assertThat(Quantiles.ofSorted(sample, 1)).isEqualTo(0.803);
    }
}
