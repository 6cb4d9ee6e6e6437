package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.junit.jupiter.api.Test;

/** Where the likelihood is hard to climb, and where a line hangs on one patient. */
class CalibrationLineTest {
    private static final double LEVEL = 0.95;
    private static final double LEAST = Double.MIN_VALUE;
    private static final double MOST = Math.nextDown(1.0);

    /** Each image of a patient of its own. */
    private static List<ScoredCase> cases(double[] probabilities, int... truth) {
        return IntStream.range(0, truth.length)
                .mapToObj(i -> new ScoredCase("i" + (100 + i), new PatientId("p" + i), truth[i] == 1, probabilities[i]))
                .toList();
    }

    /** The least and the greatest that are between 0 and 1 are 36 in log odds; the maxima were found by Newton's method from slope 0 in NumPy. */
    @Test
    void probabilitiesOfNearlyNoneAndAllLeadToTheMaximum() {
        CalibrationLine few = CalibrationLine.of(cases(new double[] {LEAST, .8, .8, MOST, .8}, 0, 1, 1, 0, 0), LEVEL);
        assertThat(few.slope().value()).isCloseTo(0.00177828, within(1e-8));
        assertThat(few.intercept().value()).isCloseTo(-0.4071092, within(1e-7));

        CalibrationLine ten = CalibrationLine.of(
                cases(new double[] {.6, .6, MOST, .4, .4, .4, LEAST, .2, .6, MOST}, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0),
                LEVEL);
        assertThat(ten.slope().value()).isCloseTo(-1.34342723, within(1e-7));
        assertThat(ten.intercept().value()).isCloseTo(-0.57444739, within(1e-7));
    }

    /** What isotonic maps answer, but for 0 and 1 themselves; the score vanishes at every line that is told. */
    @Test
    void theScoreVanishesAfterAnIsotonicMap() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        int told = 0;
        for (int run = 0; run < 300; run++) {
            List<ScoredCase> fitted = drawn(random, 16);
            if (fitted.stream().map(ScoredCase::positive).distinct().count() < 2) {
                continue;
            }
            Recalibration.Monotone map = Recalibration.Isotonic.fit(fitted);
            List<ScoredCase> judged = map.apply(drawn(random, 30)).stream()
                    .map(one -> new ScoredCase(
                            one.image(),
                            one.patient(),
                            one.positive(),
                            Math.max(LEAST, Math.min(MOST, one.probability()))))
                    .toList();
            CalibrationLine line = CalibrationLine.of(judged, LEVEL);
            if (line.slope().hasValue()) {
                told++;
                assertThat(largestScore(judged, line))
                        .as("seed %s, run %s", seed, run)
                        .isLessThan(1e-4);
            }
        }
        assertThat(told).isGreaterThan(200);
    }

    /** With a stand-in for the infinite odds the slope was the stand-in's: 0.002 by the first of these cases, and no figure of the model. */
    @Test
    void aCertainProbabilityThatIsWrongLeavesNoLine() {
        for (CalibrationLine line : List.of(
                CalibrationLine.of(cases(new double[] {0, .8, .8, 1, .8}, 0, 1, 1, 0, 0), LEVEL),
                CalibrationLine.of(cases(new double[] {.2, .3, .7, .8, 0}, 0, 1, 0, 1, 1), LEVEL),
                CalibrationLine.of(cases(new double[] {1, 1, 1, 0, 0, 0}, 0, 0, 0, 1, 1, 1), LEVEL))) {
            assertThat(line.slope().undefinedBecause()).contains("exactly 0 or 1 is wrong");
            assertThat(line.intercept()).isEqualTo(line.slope());
            assertThat(line.interceptAtSlopeOne()).isEqualTo(line.slope());
        }
    }

    /** As sigmoids come to: the nearer to certainty, the less a right case says, and in the limit nothing. */
    @Test
    void certainProbabilitiesThatAreRightChangeNothing() {
        List<ScoredCase> others = drawn(new SplittableRandom(3), 60);
        List<ScoredCase> cases = new ArrayList<>(others);
        List<ScoredCase> nearly = new ArrayList<>(others);
        for (int i = 0; i < 20; i++) {
            boolean positive = i % 2 == 0;
            PatientId patient = new PatientId("q" + i);
            cases.add(new ScoredCase("j" + i, patient, positive, positive ? 1 : 0));
            nearly.add(new ScoredCase("j" + i, patient, positive, positive ? MOST : LEAST));
        }
        CalibrationLine line = CalibrationLine.of(cases, LEVEL);

        assertThat(line).isEqualTo(CalibrationLine.of(others, LEVEL));
        assertThat(line.slope().interval()).isNotNull();
        assertThat(line.slope().value())
                .isCloseTo(CalibrationLine.of(nearly, LEVEL).slope().value(), within(1e-6));
    }

    @Test
    void whereCertainProbabilitiesAreRightTheOthersDecideWhetherThereIsALine() {
        CalibrationLine oneClass = CalibrationLine.of(cases(new double[] {0, 0, .8, .9, 1}, 0, 0, 1, 1, 1), LEVEL);
        CalibrationLine none = CalibrationLine.of(cases(new double[] {0, 0, 1, 1}, 0, 0, 1, 1), LEVEL);
        CalibrationLine falling =
                CalibrationLine.of(cases(new double[] {0, 1, .2, .3, .6, .7, .8}, 0, 1, 1, 0, 1, 0, 0), LEVEL);

        for (CalibrationLine line : List.of(oneClass, none)) {
            assertThat(line.slope().undefinedBecause()).contains("other than exactly 0 and 1");
            assertThat(line.interceptAtSlopeOne()).isEqualTo(line.slope());
        }
        assertThat(falling.slope().undefinedBecause()).contains("no slope above 0");
        assertThat(falling.intercept()).isEqualTo(falling.slope());
        assertThat(falling.interceptAtSlopeOne().hasValue()).isTrue();
    }

    /** From -20 to 20 every intercept is as likely as any other; one of them, with an interval of 7e16, was told. */
    @Test
    void anInterceptOfAFlatLikelihoodIsNotTold() {
        CalibrationLine line = CalibrationLine.of(
                cases(new double[] {MOST, MOST, MOST, LEAST, LEAST, LEAST}, 0, 0, 0, 1, 1, 1), LEVEL);

        assertThat(line.interceptAtSlopeOne().undefinedBecause()).contains("too flat");
        assertThat(line.slope().undefinedBecause()).contains("separate");
    }

    private static List<ScoredCase> drawn(SplittableRandom random, int images) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            boolean positive = random.nextBoolean();
            double logit = random.nextGaussian() + (positive ? 0.8 : -0.8);
            cases.add(new ScoredCase("i" + (100 + i), new PatientId("p" + i), positive, 1 / (1 + Math.exp(-logit))));
        }
        return cases;
    }

    private static double largestScore(List<ScoredCase> cases, CalibrationLine line) {
        double ofIntercept = 0;
        double ofSlope = 0;
        for (ScoredCase one : cases) {
            double logit = CalibrationLine.logit(one.probability());
            double z = line.intercept().valueOr(Double.NaN) + line.slope().valueOr(Double.NaN) * logit;
            double residual = (one.positive() ? 1 : 0) - 1 / (1 + Math.exp(-z));
            ofIntercept += residual;
            ofSlope += residual * logit;
        }
        return Math.max(Math.abs(ofIntercept), Math.abs(ofSlope));
    }

    /** All information on the intercept at slope 1 is one patient's, whose probabilities alone are not 0 or 1. */
    @Test
    void whatHangsOnOnePatientHasNoInterval() {
        List<ScoredCase> cases = new ArrayList<>(cases(new double[] {0, 0, 0, 0, 1, 1, 1, 1}, 0, 0, 0, 0, 1, 1, 1, 1));
        cases.add(new ScoredCase("j1", new PatientId("q"), true, 0.4));
        cases.add(new ScoredCase("j2", new PatientId("q"), false, 0.5));
        CalibrationLine line = CalibrationLine.of(cases, LEVEL);
        assertThat(line.interceptAtSlopeOne().hasValue()).isTrue();
        assertThat(line.interceptAtSlopeOne().interval()).isNull();
    }

    /** Patients who all bring the same images say nothing of how much patients differ. */
    @Test
    void rounedVariancesOfEqualPatientsAreNoInterval() {
        double[] scores = {0.2, 0.4, 0.6, 0.3, 0.7, 0.8};
        boolean[] positive = {false, false, true, true, false, true};
        List<ScoredCase> cases = new ArrayList<>();
        for (int patient = 0; patient < 40; patient++) {
            for (int i = 0; i < scores.length; i++) {
                cases.add(new ScoredCase(
                        "i" + (1000 + 10 * patient + i), new PatientId("p" + patient), positive[i], scores[i]));
            }
        }
        CalibrationLine line = CalibrationLine.of(cases, LEVEL);
        assertThat(line.slope().interval()).isNull();
        assertThat(line.intercept().interval()).isNull();
        assertThat(line.interceptAtSlopeOne().interval()).isNull();
    }
}
