package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Distribution.of(new double[] {9, 1, 2})).isEqualTo(new Distribution(1, 4, 2, 9));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Distribution.of(new double[] {4, 1, 2, 9})).isEqualTo(new Distribution(1, 4, 3, 9));
    }

    @Test
    void leavesItsValuesAsTheyAre() {
        double[] values = {3, 1, 2};
        Distribution.of(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void needsAValue() {
        assertThatThrownBy(() -> Distribution.of(new double[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
