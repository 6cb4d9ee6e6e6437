package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
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

    @Test
    void saysWhyNothingIsDecided() {
        assertThat(OptimismCheck.of(estimate(0.9, 0.8, 0.95), Estimate.of(0.5)).undecidedBecause())
                .startsWith("what was found has no interval");
        assertThat(OptimismCheck.of(Estimate.of(0.5), estimate(0.9, 0.8, 0.95)).undecidedBecause())
                .startsWith("what was promised has no interval");
        assertThat(OptimismCheck.of(Estimate.undefined("one class"), estimate(0.9, 0.8, 0.95))
                        .undecidedBecause())
                .isEqualTo("nothing had been promised: one class");
        assertThat(OptimismCheck.of(estimate(0.9, 0.8, 0.95), Estimate.undefined("one class"))
                        .undecidedBecause())
                .isEqualTo("nothing was found: one class");
        assertThat(OptimismCheck.of(estimate(0.9, 0.8, 0.95), estimate(0.9, 0.8, 0.95))
                        .undecidedBecause())
                .isNull();
    }

    private static Map<String, Estimate> areas(Object... namesAndAreas) {
        Map<String, Estimate> areas = new LinkedHashMap<>();
        for (int i = 0; i < namesAndAreas.length; i += 2) {
            areas.put((String) namesAndAreas[i], (Estimate) namesAndAreas[i + 1]);
        }
        return areas;
    }

    /** A rare label that no test image shows is no reason to say nothing of the others. */
    @Test
    void comparesTheClassesThatBothJudge() {
        OptimismCheck.OfClasses promised = new OptimismCheck.OfClasses(
                estimate(0.9, 0.88, 0.92),
                areas(
                        "Mass", estimate(0.95, 0.94, 0.96),
                        "Hernia", estimate(0.80, 0.70, 0.90),
                        "Nodule", estimate(0.95, 0.93, 0.97)));
        OptimismCheck.OfClasses found = new OptimismCheck.OfClasses(
                estimate(0.85, 0.82, 0.88),
                areas("Mass", estimate(0.88, 0.85, 0.91), "Nodule", estimate(0.82, 0.79, 0.85)));

        OptimismCheck check = OptimismCheck.of(promised, found);

        assertThat(check.classes().compared()).containsExactly("Mass", "Nodule");
        assertThat(check.classes().promisedOnly()).containsExactly("Hernia");
        assertThat(check.classes().foundOnly()).isEmpty();
        assertThat(check.expected().value()).isCloseTo(0.95, within(1e-12));
        Interval interval = check.expected().interval();
        assertThat(interval).isNotNull();
        assertThat(interval.lower()).isCloseTo((0.94 + 0.93) / 2, within(1e-12));
        assertThat(interval.upper()).isCloseTo((0.96 + 0.97) / 2, within(1e-12));
        // all that was found is compared, so its own interval, which knows how the classes hang together, stands
        assertThat(check.found()).isEqualTo(found.mean());
        assertThat(check.verdict()).isEqualTo(Verdict.OPTIMISTIC);
        assertThat(check.undecidedBecause()).isNull();

        OptimismCheck turned = OptimismCheck.of(found, promised);
        assertThat(turned.verdict()).isEqualTo(Verdict.PESSIMISTIC);
        assertThat(turned.classes().foundOnly()).containsExactly("Hernia");
    }

    @Test
    void namesAllClassesWhereNoneIsJudgedByBoth() {
        OptimismCheck check = OptimismCheck.of(
                new OptimismCheck.OfClasses(estimate(0.9, 0.88, 0.92), areas("Mass", estimate(0.9, 0.88, 0.92))),
                new OptimismCheck.OfClasses(estimate(0.9, 0.88, 0.92), areas("Hernia", estimate(0.9, 0.88, 0.92))));

        assertThat(check.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(check.undecidedBecause()).contains("no class that development and these images both judge");
        assertThat(check.classes().promisedOnly()).containsExactly("Mass");
        assertThat(check.classes().foundOnly()).containsExactly("Hernia");
    }

    /** One patient's area is a figure without an interval: it is named and left out, so that the others can be compared. */
    @Test
    void leavesOutAClassWithoutAnIntervalThatWouldTakeTheMeansAway() {
        OptimismCheck.OfClasses promised = new OptimismCheck.OfClasses(
                estimate(0.9, 0.88, 0.92),
                areas("Mass", estimate(0.95, 0.94, 0.96), "Hernia", estimate(0.80, 0.70, 0.90)));
        OptimismCheck.OfClasses found = new OptimismCheck.OfClasses(
                Estimate.of(0.9), areas("Mass", estimate(0.88, 0.85, 0.91), "Hernia", Estimate.of(0.92)));

        OptimismCheck check = OptimismCheck.of(promised, found);

        assertThat(check.classes().compared()).containsExactly("Mass");
        assertThat(check.classes().promisedOnly()).containsExactly("Hernia");
        assertThat(check.classes().foundOnly()).isEmpty();
        assertThat(check.expected().value()).isEqualTo(0.95);
        assertThat(check.found().value()).isEqualTo(0.88);
        assertThat(check.verdict()).isEqualTo(Verdict.OPTIMISTIC);

        OptimismCheck nothingLeft = OptimismCheck.of(
                new OptimismCheck.OfClasses(estimate(0.9, 0.88, 0.92), areas("Hernia", estimate(0.9, 0.88, 0.92))),
                new OptimismCheck.OfClasses(Estimate.of(0.5), areas("Hernia", Estimate.of(0.5))));
        assertThat(nothingLeft.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(nothingLeft.undecidedBecause()).startsWith("what was found has no interval");
        assertThat(nothingLeft.classes().compared()).containsExactly("Hernia");
    }

    /** A class that neither side knows is named for both. */
    @Test
    void namesAClassThatNeitherSideKnowsForBoth() {
        OptimismCheck.OfClasses side = new OptimismCheck.OfClasses(
                Estimate.of(0.9), areas("Mass", estimate(0.88, 0.85, 0.91), "Hernia", Estimate.of(0.92)));

        OptimismCheck check = OptimismCheck.of(side, side);

        assertThat(check.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(check.classes().promisedOnly()).containsExactly("Hernia");
        assertThat(check.classes().foundOnly()).containsExactly("Hernia");
    }

    /** Perfect separation leaves the mean of older reports without an interval, but not its classes. */
    @Test
    void aMeanWithoutAnIntervalTakesThatOfItsClasses() {
        OptimismCheck check = OptimismCheck.of(
                new OptimismCheck.OfClasses(
                        Estimate.of(1), areas("Mass", estimate(1, 0.96, 1), "Nodule", estimate(1, 0.98, 1))),
                new OptimismCheck.OfClasses(
                        estimate(0.8, 0.7, 0.88),
                        areas("Mass", estimate(0.8, 0.7, 0.88), "Nodule", estimate(0.8, 0.7, 0.88))));

        assertThat(check.verdict()).isEqualTo(Verdict.OPTIMISTIC);
        Interval difference = check.difference().interval();
        assertThat(difference).isNotNull();
        assertThat(difference.lower()).isCloseTo(0.2 - Math.hypot(0.03, 0.08), within(1e-12));
        assertThat(difference.upper()).isCloseTo(0.2 + Math.hypot(0, 0.1), within(1e-12));
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
