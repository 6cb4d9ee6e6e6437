package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdCurveTest {
    private static List<ScoredCase> cases(long seed, int images) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            boolean positive = random.nextInt(3) == 0;
            // twentieths, so that many scores tie with each other and with thresholds
            double probability = Math.min(1, (random.nextInt(15) + (positive ? 6 : 0)) / 20.0);
            cases.add(new ScoredCase(
                    "i" + i, new PatientId("p" + random.nextInt(1 + images / 3)), positive, probability));
        }
        return cases;
    }

    /** The report computes each figure at one threshold from scratch. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void saysAtEveryThresholdWhatTheReportSays(long seed) {
        List<ScoredCase> cases = cases(seed, 4 + (int) seed * 7);
        List<Double> thresholds =
                IntStream.rangeClosed(0, 20).mapToObj(i -> i / 20.0).toList();

        ThresholdCurve curve = ThresholdCurve.of(cases, thresholds, 0.95);

        assertThat(curve.points()).hasSize(21);
        for (ThresholdCurve.Point point : curve.points()) {
            EvaluationReport report = EvaluationReport.of(cases, point.threshold(), new BootstrapSpec(100, 1, 0.95));
            assertSame(point.recall(), report.recall());
            assertSame(point.specificity(), report.specificity());
            assertSame(point.precision(), report.precision());
            assertSame(point.f1(), report.f1());
            assertSame(point.negativePredictiveValue(), report.negativePredictiveValue());
            assertThat(point.matthewsCorrelation()).isEqualTo(report.confusion().matthewsCorrelation());
        }
    }

    private static void assertSame(Estimate actual, Estimate expected) {
        assertThat(actual.value()).isEqualTo(expected.value());
        assertThat(actual.undefinedBecause()).isEqualTo(expected.undefinedBecause());
        if (expected.interval() == null) {
            assertThat(actual.interval()).isNull();
        } else {
            assertThat(actual.interval().method()).isEqualTo(expected.interval().method());
            assertThat(actual.interval().lower()).isCloseTo(expected.interval().lower(), within(1e-12));
            assertThat(actual.interval().upper()).isCloseTo(expected.interval().upper(), within(1e-12));
        }
    }

    @Test
    void doesNotDependOnTheOrderOfCasesAndThresholds() {
        List<ScoredCase> cases = cases(11, 60);
        List<ScoredCase> turned = new ArrayList<>(cases);
        java.util.Collections.reverse(turned);

        assertThat(ThresholdCurve.of(turned, List.of(0.9, 0.1, 0.5), 0.9))
                .isEqualTo(ThresholdCurve.of(cases, List.of(0.1, 0.5, 0.9), 0.9));
    }

    @Test
    void hasUndefinedFiguresAndIntervalsWithAWidthAtTheEnds() {
        List<ScoredCase> onePositive = List.of(
                new ScoredCase("a", new PatientId("1"), true, 0.9),
                new ScoredCase("b", new PatientId("2"), false, 0.2),
                new ScoredCase("c", new PatientId("3"), false, 0.1));

        List<ThresholdCurve.Point> points =
                ThresholdCurve.of(onePositive, List.of(1.0, 0.5), 0.95).points();

        assertThat(points.get(0).precision().undefinedBecause()).isEqualTo("no case is called positive");
        assertThat(points.get(1).specificity().value()).isEqualTo(1.0);
        assertThat(points.get(1).specificity().interval().lower()).isLessThan(0.7);
        assertThat(points.get(1).recall().interval())
                .as("one patient has no interval")
                .isNull();
    }

    @Test
    void thinsManyScoresByTheirOrderAndKeepsTheEnds() {
        List<ScoredCase> cases = IntStream.rangeClosed(0, 1000)
                .mapToObj(
                        i -> new ScoredCase("i" + i, new PatientId("p" + i), i % 2 == 0, Math.pow(i / 1000.0, 3) / 100))
                .toList();

        List<Double> thinned = ThresholdCurve.scores(cases, 11);

        assertThat(thinned)
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 10)
                        .mapToObj(i -> Math.pow(i / 10.0, 3) / 100)
                        .toList());
        assertThat(ThresholdCurve.scores(cases, 2)).containsExactly(0.0, 0.01);
        assertThat(ThresholdCurve.scores(cases(1, 60), 400)).hasSizeLessThan(21).isSorted();
        assertThatIllegalArgumentException().isThrownBy(() -> ThresholdCurve.scores(cases, 1));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> ThresholdCurve.of(List.of(), List.of(0.5), 0.95));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThresholdCurve.of(cases(1, 5), List.of(1.5), 0.95))
                .withMessageContaining("1.5");
        assertThatIllegalStateException().isThrownBy(() -> new PatientProportion().count(new PatientId("p")));
    }
}
