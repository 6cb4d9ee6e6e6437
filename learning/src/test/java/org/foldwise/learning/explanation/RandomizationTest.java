package org.foldwise.learning.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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

    /** Two draws that turn all signs: their mean is 0, and what maps have in common shows in the spread alone. */
    @Test
    void signsOfDrawsCancelAndSpreadsStay() {
        double[] rising = {1, 2, 3};
        double[] falling = {3, 2, 1};
        double[] peak = {1, 3, 1};
        Randomization.Comparison comparison = new Randomization.Comparison();
        comparison.add(List.of(rising, peak), List.of(rising, peak));
        comparison.add(List.of(rising, peak), List.of(falling, new double[] {3, 1, 3}));

        Randomization.Step step = comparison.step(5);

        assertThat(step.pairs()).isEqualTo(4);
        assertThat(step.correlation()).isCloseTo(0, within(1e-12));
        // means of the draws are 1 and -1: their standard deviation is sqrt(2), that of the mean of two 1
        assertThat(step.standardError()).isCloseTo(1, within(1e-12));
        assertThat(step.spread()).isCloseTo(1, within(1e-12));
        // a slope and a peak in the middle have nothing in common
        assertThat(step.spreadOfOthers()).isCloseTo(0, within(1e-12));
    }

    @Test
    void mapsThatAreTheSameEverywhereAreNoPairs() {
        Randomization.Comparison comparison = new Randomization.Comparison();
        comparison.add(List.of(new double[] {1, 1}), List.of(new double[] {1, 2}));

        assertThat(comparison.step(0)).isEqualTo(new Randomization.Step(0, 0, null, null, null, null));
    }
}
