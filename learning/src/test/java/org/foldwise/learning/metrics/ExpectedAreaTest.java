package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExpectedAreaTest {
    /** The example of Hanley and McNeil 1982: 51 abnormal and 58 normal images, area 0.893, standard error 0.032. */
    @Test
    void agreesWithThePublishedExample() {
        assertThat(ExpectedArea.of(0.893, 51, 58).standardError()).isCloseTo(0.0325, within(0.0005));
    }

    /** By hand: A 0.9, Q1 0.9/1.1, Q2 1.62/1.9, 8 and 8 cases. */
    @Test
    void sixteenValidationImagesSayNextToNothing() {
        ExpectedArea area = ExpectedArea.of(0.9, 8, 8);

        double variance = (0.09 + 7 * (0.9 / 1.1 - 0.81) + 7 * (1.62 / 1.9 - 0.81)) / 64;
        assertThat(area.standardError()).isCloseTo(Math.sqrt(variance), within(1e-12));
        assertThat(area.lower()).isBetween(0.59, 0.6);
        assertThat(area.upper()).isBetween(0.98, 0.985);
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
        double told = ExpectedArea.of(area, 20, 30).standardError();
        System.out.printf("spread of drawn areas %.4f, told %.4f%n", spread, told);
        assertThat(told / spread).isCloseTo(1, within(0.05));
    }

    @Test
    void imagesOfOnePatientCountForLess() {
        assertThat(ExpectedArea.effectiveImages(Collections.nCopies(10, 4), 0)).isEqualTo(40);
        assertThat(ExpectedArea.effectiveImages(Collections.nCopies(10, 4), 1)).isEqualTo(10);
        assertThat(ExpectedArea.effectiveImages(Collections.nCopies(10, 4), 0.5))
                .isEqualTo(16);
        // 1 + (10 / 4 - 1) / 2: one patient has three of the four images
        assertThat(ExpectedArea.effectiveImages(List.of(1, 3), 0.5)).isCloseTo(4 / 1.75, within(1e-12));
        assertThat(ExpectedArea.effectiveImages(List.of(), 0.5)).isZero();
    }

    @Test
    void moreCasesMakeItNarrowerAndItStaysWithinBounds() {
        List<Double> widths = new ArrayList<>();
        for (int cases = 1; cases <= 10_000; cases *= 10) {
            ExpectedArea area = ExpectedArea.of(0.95, cases, cases);
            assertThat(area.lower()).isBetween(0.0, 0.95);
            assertThat(area.upper()).isBetween(0.95, 1.0);
            widths.add(area.width());
        }
        assertThat(widths).isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void refusesWhatNoAreaIs() {
        assertThatThrownBy(() -> ExpectedArea.of(1, 5, 5)).hasMessageContaining("area must be in (0.5, 1)");
        assertThatThrownBy(() -> ExpectedArea.of(0.9, 0, 5)).hasMessageContaining("cases of both classes");
        assertThatThrownBy(() -> ExpectedArea.effectiveImages(List.of(1), 2)).hasMessageContaining("correlation");
    }

    private static double[] exponential(SplittableRandom random, int count, double rate) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = -Math.log(1 - random.nextDouble()) / rate;
        }
        return values;
    }
}
