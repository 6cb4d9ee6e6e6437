package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DependentMeanTest {
    private static Estimate estimate(double value, double lower, double upper) {
        return Estimate.of(value).with(Optional.of(new Interval(lower, upper, 0.95, "test")));
    }

    @Test
    void averagesValuesAndEnds() {
        Estimate mean = DependentMean.of(List.of(estimate(0.6, 0.5, 0.8), estimate(0.9, 0.8, 0.95)));

        assertThat(mean.value()).isCloseTo(0.75, within(1e-12));
        assertThat(mean.interval()).isNotNull();
        assertThat(mean.interval().lower()).isCloseTo(0.65, within(1e-12));
        assertThat(mean.interval().upper()).isCloseTo(0.875, within(1e-12));
        assertThat(mean.interval().method()).isEqualTo("meanOfIntervals");
    }

    @Test
    void isUndefinedWithAFigureAndWithoutAnIntervalWithOneThatHasNone() {
        Estimate undefined = Estimate.undefined("no positives");
        assertThat(DependentMean.of(List.of(estimate(0.6, 0.5, 0.8), undefined)))
                .isEqualTo(undefined);
        assertThat(DependentMean.of(List.of(estimate(0.6, 0.5, 0.8), Estimate.of(0.8)))
                        .interval())
                .isNull();
        assertThatThrownBy(() -> DependentMean.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        Estimate atNinety = Estimate.of(0.8).with(Optional.of(new Interval(0.7, 0.9, 0.9, "test")));
        assertThatThrownBy(() -> DependentMean.of(List.of(estimate(0.6, 0.5, 0.8), atNinety)))
                .hasMessageContaining("one level");
    }

    /** Whatever the correlation of two figures, the mean's interval holds the truth at least as often as promised. */
    @Test
    void holdsTheTruthWhateverTheCorrelation() {
        SplittableRandom random = new SplittableRandom(5);
        int trials = 20_000;
        for (double correlation : new double[] {-0.5, 0, 0.6, 1}) {
            int held = 0;
            for (int i = 0; i < trials; i++) {
                double first = random.nextGaussian();
                double second = correlation * first + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
                Interval interval = DependentMean.of(List.of(gaussian(first, 0.02), gaussian(second, 0.03)))
                        .interval();
                held += interval.lower() <= 0.5 && 0.5 <= interval.upper() ? 1 : 0;
            }
            // four standard errors of a share of 0.95
            assertThat((double) held / trials)
                    .as("correlation %s", correlation)
                    .isGreaterThan(0.95 - 4 * Math.sqrt(0.05 * 0.95 / trials));
        }
    }

    /** Rounding must not take a mean of ones, nor its interval, beyond 1 or the value out of the interval. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 9, 11, 14, 18, 20, 37, 40})
    void endsOfOneHaveAMeanOfOne(int figures) {
        Estimate mean = DependentMean.of(Collections.nCopies(figures, estimate(1, 0.9, 1)));

        assertThat(mean.value()).isEqualTo(1.0);
        assertThat(mean.interval().upper()).isEqualTo(1.0);
        assertThat(mean.interval().lower()).isCloseTo(0.9, within(1e-12));
        Estimate alike = DependentMean.of(Collections.nCopies(figures, estimate(0.7, 0.7, 0.7)));
        assertThat(alike.value())
                .isBetween(alike.interval().lower(), alike.interval().upper());
    }

    private static Estimate gaussian(double deviate, double deviation) {
        double value = 0.5 + deviation * deviate;
        return estimate(value, value - 1.959964 * deviation, value + 1.959964 * deviation);
    }

    /** The mean area of classes that are all separated perfectly is as uncertain as the areas of the classes are. */
    @Test
    void aMeanAreaOfOneHasAnInterval() {
        List<OneVersusRest> classes = new ArrayList<>();
        for (int positives : new int[] {12, 30}) {
            List<ScoredCase> cases = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                boolean positive = i < positives;
                cases.add(new ScoredCase("i" + i, new PatientId("p" + i), positive, positive ? 0.9 : 0.1));
            }
            classes.add(OneVersusRest.of(
                    one -> one.probability() > 0.5, "of " + positives, cases, new BootstrapSpec(100, 1, 0.95)));
        }

        Estimate mean = OneVersusRest.meanRocAuc(classes);

        assertThat(mean.value()).isEqualTo(1.0);
        assertThat(mean.interval()).isNotNull();
        double lower = (SeparationInterval.of(12, 38, 1, 0.95).lower()
                        + SeparationInterval.of(30, 20, 1, 0.95).lower())
                / 2;
        assertThat(mean.interval().lower()).isCloseTo(lower, within(1e-12)).isBetween(0.8, 0.99);
        assertThat(mean.interval().upper()).isEqualTo(1.0);
        assertThat(mean.interval().method()).isEqualTo(DependentMean.METHOD);
    }
}
