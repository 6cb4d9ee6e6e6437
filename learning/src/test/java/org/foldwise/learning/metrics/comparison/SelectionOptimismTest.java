package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.comparison.SelectionOptimism.OfFold;
import org.junit.jupiter.api.Test;

class SelectionOptimismTest {
    /**
     * By hand: differences 0.1, 0.04, 0.07 have the mean 0.07 and the variance 0.0009; with 1/3 + 1/2 of it the standard error is
     * sqrt(0.00075), and Student's quantile with 2 degrees of freedom is 4.302653.
     */
    @Test
    void isTheMeanDifferenceWithTheCorrectedInterval() {
        SelectionOptimism optimism = SelectionOptimism.of(
                List.of(OfFold.of(0, 0.9, 0.8), OfFold.of(1, 0.92, 0.88), OfFold.of(2, 0.87, 0.8)), 0.5);

        assertThat(optimism.mean().value()).isCloseTo(0.07, within(1e-12));
        Interval interval = Objects.requireNonNull(optimism.mean().interval());
        double half = 4.30265273 * Math.sqrt(0.00075);
        assertThat(interval.lower()).isCloseTo(0.07 - half, within(1e-7));
        assertThat(interval.upper()).isCloseTo(0.07 + half, within(1e-7));
        assertThat(optimism.folds().get(1).difference()).isCloseTo(0.04, within(1e-12));
    }

    @Test
    void staysWithinWhatDifferencesOfAreasCanBe() {
        SelectionOptimism optimism = SelectionOptimism.of(List.of(OfFold.of(0, 0.95, 0.1), OfFold.of(1, 0.3, 0.9)), 1);

        Interval interval = Objects.requireNonNull(optimism.mean().interval());
        assertThat(interval.lower()).isEqualTo(-1);
        assertThat(interval.upper()).isEqualTo(1);
    }

    @Test
    void isUndefinedWhereAnOuterAreaIs() {
        SelectionOptimism optimism = SelectionOptimism.of(List.of(OfFold.of(0, 0.9, 0.8), OfFold.of(1, 0.9, null)), 1);

        assertThat(optimism.mean().undefinedBecause()).isEqualTo("the outer area of fold 1 is undefined");
        assertThat(optimism.folds().get(1).difference()).isNull();
    }
}
