package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RandomizationTest {
    @Test
    void correlatesRanksAndLetsEqualValuesShareTheirs() {
        double[] growing = {1, 2, 3, 4};

        assertThat(Randomization.rankCorrelation(growing, new double[] {10, 20, 30, 400})
                        .orElseThrow())
                .isCloseTo(1, within(1e-12));
        assertThat(Randomization.rankCorrelation(growing, new double[] {4, 3, 2, 1})
                        .orElseThrow())
                .isCloseTo(-1, within(1e-12));
        // ranks 0.5, 0.5, 2, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 x 5)
        assertThat(Randomization.rankCorrelation(new double[] {7, 7, 8, 9}, growing)
                        .orElseThrow())
                .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
        assertThat(Randomization.rankCorrelation(growing, new double[] {5, 5, 5, 5}))
                .isEmpty();
    }
}
