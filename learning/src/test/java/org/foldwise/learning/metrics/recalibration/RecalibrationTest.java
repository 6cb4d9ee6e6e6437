package org.foldwise.learning.metrics.recalibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.CalibrationLine;
import org.foldwise.learning.metrics.ClusteredCohorts;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecalibrationTest {
    private static final List<ScoredCase> CASES = new ClusteredCohorts(800, true, 1.5).draw(new SplittableRandom(6));
    private static final List<ScoredCase> OTHERS = new ClusteredCohorts(800, true, 1.5).draw(new SplittableRandom(7));

    static Stream<Recalibration.Monotone> fitted() {
        return Stream.of(
                new Recalibration.None(),
                new Recalibration.Temperature(
                        Recalibration.Temperature.fit(CASES).value()),
                Recalibration.Platt.fit(CASES),
                Recalibration.Isotonic.fit(CASES));
    }

    @ParameterizedTest
    @MethodSource("fitted")
    void neverFallsAndStaysInTheUnitRange(Recalibration.Monotone recalibration) {
        double before = 0;
        for (int i = 0; i <= 1000; i++) {
            double after = recalibration.apply(i / 1000.0);
            assertThat(after).isBetween(before, 1.0);
            before = after;
        }
    }

    @ParameterizedTest
    @MethodSource("fitted")
    void doesNotMakeOtherCasesWorse(Recalibration.Monotone recalibration) {
        List<ScoredCase> after = recalibration.apply(OTHERS);

        assertThat(Calibration.of(after).brierScore())
                .isLessThanOrEqualTo(Calibration.of(OTHERS).brierScore());
        assertThat(RocCurve.area(after).value()).isCloseTo(RocCurve.area(OTHERS).value(), within(0.01));
    }

    /** Close to its minimum the loss is the same to all its digits over a stretch of 1e-8; its slope is not. */
    @Test
    void goesToTheVeryMinimum() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int n = random.nextInt(20, 300);
            double[] scores = new double[n];
            boolean[] positive = new boolean[n];
            for (int i = 0; i < n; i++) {
                positive[i] = i < 2 ? i == 0 : random.nextDouble() < 0.3;
                scores[i] = random.nextGaussian() * 2 + (positive[i] ? 1.5 : 0);
            }
            Recalibration.Platt platt = Recalibration.Platt.fit(scores, positive);

            double positives = 0;
            for (boolean one : positive) {
                positives += one ? 1 : 0;
            }
            double byA = 0;
            double byB = 0;
            for (int i = 0; i < n; i++) {
                double target = positive[i] ? (positives + 1) / (positives + 2) : 1 / (n - positives + 2);
                double residual = target - platt.ofLogit(scores[i]);
                byA += residual * scores[i];
                byB += residual;
            }
            assertThat(byA).as("slope by a, seed %d", seed).isCloseTo(0, within(1e-11));
            assertThat(byB).as("slope by b, seed %d", seed).isCloseTo(0, within(1e-11));
        }
    }

    /** The cohort's true slope is 0.7: a temperature of about 1 / 0.7 but for the intercept, Platt's a of about -0.7. */
    @Test
    void findsTheSlopeThatWasPutIn() {
        Recalibration.Platt platt = Recalibration.Platt.fit(CASES);

        assertThat(platt.a()).isCloseTo(-ClusteredCohorts.SLOPE, within(0.1));
        assertThat(CalibrationLine.of(platt.apply(OTHERS), 0.95).slope().value())
                .isCloseTo(1, within(0.15));
        assertThat(Recalibration.Temperature.fit(CASES).value()).isBetween(1.1, 1.8);
    }

    @Test
    void temperatureOfClassesIsThatOfTwoClasses() {
        Recalibration.Temperature temperature = new Recalibration.Temperature(1.7);

        List<Double> classes = temperature.applyToClasses(List.of(0.2, 0.8));

        assertThat(classes.get(1)).isCloseTo(temperature.apply(0.8), within(1e-15));
        assertThat(classes.get(0) + classes.get(1)).isCloseTo(1, within(1e-15));
        assertThat(temperature.applyToClasses(List.of(0.0, 1.0))).containsExactly(0.0, 1.0);
        double[][] logits = {{0, 1}, {0, -2}, {0, 0.5}, {0, -1}};
        assertThat(Recalibration.Temperature.fitToClasses(logits, new int[] {1, 0, 0, 1})
                        .value())
                .isCloseTo(
                        Recalibration.Temperature.fit(
                                        new double[] {1, -2, 0.5, -1}, new boolean[] {true, false, false, true})
                                .value(),
                        within(1e-12));
    }

    /** 0, 1, 0, 1 at rising scores pools the middle two; the tie at 0.4 is one knot. */
    @Test
    void poolsNeighboursThatAreOutOfOrder() {
        Recalibration.Isotonic map = Recalibration.Isotonic.fit(List.of(
                scored("d", true, 0.8), scored("b", true, 0.4), scored("c", false, 0.6), scored("a", false, 0.2)));

        assertThat(map.knots())
                .containsExactly(
                        new Recalibration.Isotonic.Knot(0.2, 0),
                        new Recalibration.Isotonic.Knot(0.4, 0.5),
                        new Recalibration.Isotonic.Knot(0.6, 0.5),
                        new Recalibration.Isotonic.Knot(0.8, 1));
        assertThat(map.apply(0.3)).isCloseTo(0.25, within(1e-15));
        assertThat(map.apply(0.5)).isEqualTo(0.5);
        assertThat(map.apply(0)).isZero();
        assertThat(map.apply(1)).isEqualTo(1);
    }

    @Test
    void saysWhyThereIsNoTemperature() {
        List<ScoredCase> right = List.of(scored("a", true, 0.9), scored("b", false, 0.2));
        List<ScoredCase> wrong = List.of(scored("a", true, 0.1), scored("b", false, 0.8));

        assertThat(Recalibration.Temperature.fit(right).undefinedBecause()).contains("right sign");
        assertThat(Recalibration.Temperature.fit(wrong).undefinedBecause()).contains("say nothing");
    }

    @Test
    void plattRefusesWhatItCannotFit() {
        assertThatThrownBy(() -> Recalibration.Platt.fit(List.of(scored("a", true, 0.9), scored("b", true, 0.2))))
                .hasMessageContaining("had 2 and 0");
        assertThatThrownBy(() -> Recalibration.Platt.fit(List.of(scored("a", true, 0.5), scored("b", false, 0.5))))
                .hasMessageContaining("two different scores");
        assertThatThrownBy(() -> Recalibration.Platt.fit(List.of(
                        scored("a", true, 0.1),
                        scored("b", true, 0.2),
                        scored("c", false, 0.9),
                        scored("d", false, 0.8))))
                .hasMessageContaining("turn around");
    }

    @Test
    void certainProbabilitiesAreNoTrouble() {
        List<ScoredCase> cases = new ArrayList<>(CASES);
        cases.add(scored("one", false, 1));
        cases.add(scored("zero", true, 0));

        Recalibration.Platt platt = Recalibration.Platt.fit(cases);
        assertThat(platt.apply(0)).isBetween(0.0, 0.2);
        assertThat(platt.apply(1)).isBetween(0.8, 1.0);
        assertThat(new Recalibration.Temperature(2).apply(1)).isBetween(0.999, 1.0);
    }

    @Test
    void refusesMapsThatFall() {
        assertThatThrownBy(() -> new Recalibration.Isotonic(
                        List.of(new Recalibration.Isotonic.Knot(0.2, 0.5), new Recalibration.Isotonic.Knot(0.4, 0.4))))
                .hasMessageContaining("rise");
        assertThatThrownBy(() -> new Recalibration.Temperature(0)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Recalibration.Platt(0.1, 0)).hasMessageContaining("turn around");
        assertThatThrownBy(() -> new Recalibration.Isotonic.Knot(0.2, 1.5)).hasMessageContaining("[0, 1]");
    }

    private static ScoredCase scored(String image, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId("p" + image), positive, probability);
    }
}
