package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.SplittableRandom;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.comparison.OptimismCheck.Verdict;
import org.junit.jupiter.api.Test;

class OptimismCheckTest {
    private static Estimate estimate(double value, double lower, double upper) {
        return Estimate.of(value).with(Optional.of(new Interval(lower, upper, 0.95, "test")));
    }

    /** The tutorial's own figures, with intervals such as its numbers of images give at best. */
    @Test
    void callsTheTutorialsCrossValidationOptimistic() {
        OptimismCheck check = OptimismCheck.of(estimate(0.9984, 0.997, 0.9992), estimate(0.9172, 0.893, 0.937));

        assertThat(check.verdict()).isEqualTo(Verdict.OPTIMISTIC);
        assertThat(check.difference().value()).isCloseTo(0.0812, within(1e-12));
        Interval interval = check.difference().interval();
        assertThat(interval).isNotNull();
        assertThat(interval.lower()).isCloseTo(0.0812 - Math.hypot(0.0014, 0.0198), within(1e-12));
        assertThat(interval.upper()).isCloseTo(0.0812 + Math.hypot(0.0008, 0.0242), within(1e-12));
    }

    @Test
    void intervalsThatOverlapMayStillDiffer() {
        // symmetric intervals of half width 0.03: the difference's is 0.0424
        assertThat(OptimismCheck.of(estimate(0.90, 0.87, 0.93), estimate(0.85, 0.82, 0.88))
                        .verdict())
                .isEqualTo(Verdict.OPTIMISTIC);
        assertThat(OptimismCheck.of(estimate(0.90, 0.87, 0.93), estimate(0.86, 0.83, 0.89))
                        .verdict())
                .isEqualTo(Verdict.CONSISTENT);
        assertThat(OptimismCheck.of(estimate(0.85, 0.82, 0.88), estimate(0.90, 0.87, 0.93))
                        .verdict())
                .isEqualTo(Verdict.PESSIMISTIC);
    }

    @Test
    void decidesNothingWithoutBothIntervals() {
        assertThat(OptimismCheck.of(estimate(0.9, 0.8, 0.95), Estimate.of(0.5)).verdict())
                .isEqualTo(Verdict.UNDECIDED);
        OptimismCheck nothing = OptimismCheck.of(Estimate.undefined("one class"), estimate(0.9, 0.8, 0.95));
        assertThat(nothing.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(nothing.difference().undefinedBecause()).isEqualTo("nothing had been promised");
    }

    /** Two honest figures of one truth: the alarm is false in one of twenty, on either side together. */
    @Test
    void isSeldomAlarmedByChance() {
        SplittableRandom random = new SplittableRandom(11);
        int alarms = 0;
        int trials = 20_000;
        for (int i = 0; i < trials; i++) {
            double first = 0.8 + 0.02 * random.nextGaussian();
            double second = 0.8 + 0.03 * random.nextGaussian();
            Verdict verdict = OptimismCheck.of(
                            estimate(first, first - 1.96 * 0.02, first + 1.96 * 0.02),
                            estimate(second, second - 1.96 * 0.03, second + 1.96 * 0.03))
                    .verdict();
            alarms += verdict == Verdict.CONSISTENT ? 0 : 1;
        }
        // four standard errors of a share of 0.05
        assertThat((double) alarms / trials).isCloseTo(0.05, within(4 * Math.sqrt(0.05 * 0.95 / trials)));
    }
}
