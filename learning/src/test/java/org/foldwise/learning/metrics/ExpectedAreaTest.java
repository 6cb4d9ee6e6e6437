package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.SplitOutlook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedAreaTest {
    /** The example of Hanley and McNeil 1982: 51 abnormal and 58 normal images, area 0.893, standard error 0.032. */
    @Test
    void agreesWithThePublishedExample() {
        assertThat(ExpectedArea.of(0.893, PlannedCases.single(51), PlannedCases.single(58))
                        .standardError())
                .isCloseTo(0.0325, within(0.0005));
    }

    /** By hand: A 0.9, Q1 0.9/1.1, Q2 1.62/1.9, 8 and 8 cases. */
    @Test
    void sixteenValidationImagesSayNextToNothing() {
        ExpectedArea area = ExpectedArea.of(0.9, PlannedCases.single(8), PlannedCases.single(8));

        double variance = (0.09 + 7 * (0.9 / 1.1 - 0.81) + 7 * (1.62 / 1.9 - 0.81)) / 64;
        assertThat(area.standardError()).isCloseTo(Math.sqrt(variance), within(1e-12));
        // a quantile of 2.36 with 7 degrees of freedom
        assertThat(area.interval()).isNotNull();
        double reach = 2.364624251592785 * Math.sqrt(variance) / 0.09;
        assertThat(area.interval().lower()).isCloseTo(1 / (1 + Math.exp(reach) / 9), within(1e-12));
        assertThat(area.interval().upper()).isCloseTo(1 / (1 + Math.exp(-reach) / 9), within(1e-12));
        assertThat(area.width()).isBetween(0.48, 0.49);
    }

    /**
     * Areas of exponentially distributed scores, which the formula is exact for: their spread over 4000 draws of 20 and 30 cases
     * is within 5 %, about 4 standard errors of a spread, of what was told.
     */
    @Test
    void isTheSpreadThatDrawsHave() {
        double area = 0.85;
        // P(X > Y) of exponential scores with rates 1 (negative) and r (positive) is 1 / (1 + r)
        double rate = (1 - area) / area;
        SplittableRandom random = new SplittableRandom(1);
        double sum = 0;
        double squares = 0;
        int draws = 4000;
        for (int draw = 0; draw < draws; draw++) {
            double[] positives = exponential(random, 20, rate);
            double[] negatives = exponential(random, 30, 1);
            int above = 0;
            for (double positive : positives) {
                for (double negative : negatives) {
                    above += positive > negative ? 1 : 0;
                }
            }
            double drawn = above / 600.0;
            sum += drawn / draws;
            squares += drawn * drawn / draws;
        }
        double spread = Math.sqrt(squares - sum * sum);
        double told = ExpectedArea.of(area, PlannedCases.single(20), PlannedCases.single(30))
                .standardError();
        System.out.printf("spread of drawn areas %.4f, told %.4f%n", spread, told);
        assertThat(told / spread).isCloseTo(1, within(0.05));
    }

    @Test
    void imagesOfOnePatientCountForLess() {
        List<Integer> alike = Collections.nCopies(10, 4);
        assertThat(PlannedCases.of(alike, 0).effectiveImages()).isEqualTo(40);
        assertThat(PlannedCases.of(alike, 1).effectiveImages()).isEqualTo(10);
        assertThat(PlannedCases.of(alike, 0.5).effectiveImages()).isEqualTo(16);
        assertThat(PlannedCases.of(alike, 0.5).images()).isEqualTo(40);
        assertThat(PlannedCases.of(alike, 0.5).patients()).isEqualTo(10);
        assertThat(PlannedCases.of(alike, 0.5).degreesOfFreedom()).isCloseTo(9, within(1e-12));
        // 1 + (10 / 4 - 1) / 2: one patient has three of the four images
        assertThat(PlannedCases.of(List.of(1, 3), 0.5).effectiveImages()).isCloseTo(4 / 1.75, within(1e-12));
        assertThat(PlannedCases.of(List.of(), 0.5).effectiveImages()).isZero();
    }

    /** As reports, which have none: what the one patient's images say need not be what another's would. */
    @Test
    void aClassOfOnePatientHasNoInterval() {
        PlannedCases one = PlannedCases.of(List.of(30), 0.5);
        for (double area : SplitOutlook.AREAS) {
            assertThat(ExpectedArea.of(area, one, PlannedCases.single(50)).interval())
                    .isNull();
            assertThat(ExpectedArea.of(area, PlannedCases.single(50), one).interval())
                    .isNull();
            assertThat(ExpectedArea.of(area, one, PlannedCases.single(50)).width())
                    .isEqualTo(1);
        }
    }

    /**
     * Normal scores, half of whose variance is the patient's: what was told before the start against what the report says, on the mean of
     * the cohorts in which it has an interval.
     */
    @ParameterizedTest
    @CsvSource({
        "9, 3, 3",
        "3, 3, 3",
        "4, 4, 1",
        "8, 8, 1",
        "10, 10, 3",
        "30, 10, 3",
        "100, 100, 3",
    })
    void isTheWidthThatReportsHave(int withPositives, int withNegatives, int images) {
        PlannedCases positives = PlannedCases.of(Collections.nCopies(withPositives, images), 0.5);
        PlannedCases negatives = PlannedCases.of(Collections.nCopies(withNegatives, images), 0.5);
        for (double area : new double[] {0.7, 0.85, 0.95}) {
            double shift = NormalDistribution.of(0, 1).inverseCumulativeProbability(area) * Math.sqrt(2);
            SplittableRandom random = new SplittableRandom(5);
            DoubleSummaryStatistics widths = new DoubleSummaryStatistics();
            for (int draw = 0; draw < 400; draw++) {
                List<ScoredCase> cases = new ArrayList<>();
                for (int patient = 0; patient < withPositives + withNegatives; patient++) {
                    boolean positive = patient < withPositives;
                    double ofPatient = random.nextGaussian();
                    for (int image = 0; image < images; image++) {
                        double score = (positive ? shift : 0) + Math.sqrt(0.5) * (ofPatient + random.nextGaussian());
                        cases.add(new ScoredCase(
                                patient + "/" + image,
                                new PatientId("p" + patient),
                                positive,
                                1 / (1 + Math.exp(-score))));
                    }
                }
                DeLong.ofPatients(cases)
                        .patientInterval(0.95)
                        .ifPresent(interval -> widths.accept(interval.upper() - interval.lower()));
            }
            double told = ExpectedArea.of(area, positives, negatives).width();
            System.out.printf(
                    "| %d and %d with %d | %.2f | %.2f | %.2f |%n",
                    withPositives, withNegatives, images, area, told, widths.getAverage());
            assertThat(told / widths.getAverage()).isBetween(0.85, 1.6);
        }
    }

    @Test
    void moreCasesMakeItNarrowerAndItStaysWithinBounds() {
        List<Double> widths = new ArrayList<>();
        for (int cases = 1; cases <= 10_000; cases *= 10) {
            ExpectedArea area = ExpectedArea.of(0.95, PlannedCases.single(cases), PlannedCases.single(cases));
            if (cases > 1) {
                assertThat(area.interval()).isNotNull();
                assertThat(area.interval().lower()).isBetween(0.0, 0.95);
                assertThat(area.interval().upper()).isBetween(0.95, 1.0);
            }
            widths.add(area.width());
        }
        assertThat(widths).isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void refusesWhatNoAreaIs() {
        assertThatThrownBy(() -> ExpectedArea.of(1, PlannedCases.single(5), PlannedCases.single(5)))
                .hasMessageContaining("area must be in (0.5, 1)");
        assertThatThrownBy(() -> ExpectedArea.of(0.9, PlannedCases.single(0), PlannedCases.single(5)))
                .hasMessageContaining("cases of both classes");
        assertThatThrownBy(() -> PlannedCases.of(List.of(1), 2)).hasMessageContaining("correlation");
    }

    private static double[] exponential(SplittableRandom random, int count, double rate) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = -Math.log(1 - random.nextDouble()) / rate;
        }
        return values;
    }
}
