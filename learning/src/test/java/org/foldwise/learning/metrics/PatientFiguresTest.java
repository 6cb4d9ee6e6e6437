package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Figures that stand beside the report: aggregation, threshold rules, accelerated intervals, calibration line and averages. */
class PatientFiguresTest {
    private static final double LEVEL = 0.95;
    private static final Predicate<PatientId> SECOND = new PatientId("p2")::equals;

    @Test
    void aggregatesAPatientsImagesAsByHand() {
        List<ScoredCase> cases = List.of(
                scored("a", 2, false, 0.5),
                scored("b", 1, false, 0.2),
                scored("c", 2, true, 0.8),
                scored("d", 1, false, 0.4));

        assertThat(PatientAggregation.MAX.perPatient(cases, SECOND))
                .containsExactly(scored("p1", 1, false, 0.4), scored("p2", 2, true, 0.8));
        assertThat(PatientAggregation.MEAN.perPatient(cases, SECOND).get(0).probability())
                .isCloseTo(0.3, within(1e-15));
        List<ScoredCase> noisyOr = PatientAggregation.NOISY_OR.perPatient(cases, SECOND);
        assertThat(noisyOr.get(0).probability()).isCloseTo(1 - 0.8 * 0.6, within(1e-15));
        assertThat(noisyOr.get(1).probability()).isCloseTo(1 - 0.5 * 0.2, within(1e-15));
        assertThat(PatientAggregation.NOISY_OR.combine(new double[] {0.3, 1})).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(PatientAggregation.class)
    void onePatientsOneImageKeepsItsProbability(PatientAggregation aggregation) {
        assertThat(aggregation.combine(new double[] {0.375})).isCloseTo(0.375, within(1e-16));
        assertThat(aggregation.combine(new double[] {0})).isZero();
        assertThat(aggregation.combine(new double[] {1, 1, 1})).isEqualTo(1);
    }

    /** 120 slices each leave far less than a double holds beside 1; the order, the area and every threshold stay. */
    @Test
    void aNoisyOrOfManyImagesKeepsPatientsApart() {
        SplittableRandom random = new SplittableRandom(1);
        List<ScoredCase> cases = new ArrayList<>();
        double[] left = new double[100];
        boolean[] positive = new boolean[100];
        for (int patient = 0; patient < 100; patient++) {
            positive[patient] = patient % 2 == 0;
            for (int i = 0; i < 120; i++) {
                double logit = random.nextGaussian() + (positive[patient] ? 0.2 : -0.3);
                cases.add(scored("i" + cases.size(), patient, positive[patient], 1 / (1 + Math.exp(-logit))));
                left[patient] -= Math.log1p(-cases.get(cases.size() - 1).probability());
            }
        }

        List<ScoredCase> patients = PatientAggregation.NOISY_OR.perPatient(
                cases, id -> positive[Integer.parseInt(id.value().substring(1))]);

        assertThat(patients).allSatisfy(one -> assertThat(one.probability()).isBetween(1 - 2.1e-9, Math.nextDown(1.0)));
        assertThat(patients).extracting(ScoredCase::probability).doesNotHaveDuplicates();
        assertThat(RocCurve.area(patients).value())
                .isEqualTo(RocCurve.area(left, positive).value())
                .isGreaterThan(0.9);
        ThresholdChoice choice = new ThresholdRule.Youden().choose(patients);
        assertThat(ConfusionMatrix.at(choice.threshold(), patients)
                        .balancedAccuracy()
                        .value())
                .isGreaterThan(0.85);
    }

    /** What is drawn apart goes on from the formula, rises, and is 1 of a probability of 1 alone. */
    @Test
    void aNoisyOrRisesWithEveryImage() {
        double before = 0;
        for (int images = 1; images < 2000; images++) {
            double[] probabilities = new double[images];
            Arrays.fill(probabilities, 0.3);
            double one = PatientAggregation.NOISY_OR.combine(probabilities);
            assertThat(one).isGreaterThan(before).isLessThan(1).isCloseTo(1 - Math.pow(0.7, images), within(2.1e-9));
            before = one;
        }
        double[] sure = new double[100];
        Arrays.fill(sure, 1);
        assertThat(PatientAggregation.NOISY_OR.combine(sure)).isEqualTo(1);
    }

    /** At the maximum of the likelihood residuals add up to 0, alone and times the logarithm of the odds; its value alone hides 1e-8. */
    @Test
    void theCalibrationLineOfManyCasesIsAtItsMaximum() {
        SplittableRandom random = new SplittableRandom(5);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            double logit = random.nextDouble() * 8 - 5;
            boolean positive = random.nextDouble() < 1 / (1 + Math.exp(0.4 - 0.7 * logit));
            cases.add(scored("i" + i, i, positive, 1 / (1 + Math.exp(-logit))));
        }

        CalibrationLine line = CalibrationLine.of(cases, LEVEL);

        double residuals = 0;
        double slopes = 0;
        for (ScoredCase one : cases) {
            double logit = Math.log(one.probability() / (1 - one.probability()));
            double fitted =
                    1 / (1 + Math.exp(-line.intercept().value() - line.slope().value() * logit));
            residuals += (one.positive() ? 1 : 0) - fitted;
            slopes += ((one.positive() ? 1 : 0) - fitted) * logit;
        }
        assertThat(residuals).isCloseTo(0, within(1e-7));
        assertThat(slopes).isCloseTo(0, within(1e-7));
        assertThat(line.slope().value()).isCloseTo(0.7, within(0.02));
    }

    /** Recall by falling threshold: 1/4, 1/4, 2/4, 3/4, 3/4, 4/4; specificity: 1, 2/3, 2/3, 2/3, 1/3, 1/3, 0 at the last. */
    private static List<ScoredCase> ladder() {
        return List.of(
                scored("a", 1, true, 0.9),
                scored("b", 2, false, 0.8),
                scored("c", 3, true, 0.7),
                scored("d", 4, true, 0.6),
                scored("e", 5, false, 0.5),
                scored("f", 6, true, 0.4),
                scored("g", 7, false, 0.3));
    }

    @Test
    void aLeastSensitivityTakesTheHighestThresholdThatHasIt() {
        assertThat(new ThresholdRule.SensitivityAtLeast(0.75).choose(ladder()))
                .isEqualTo(new ThresholdChoice(new ThresholdRule.SensitivityAtLeast(0.75), 0.6, Estimate.of(2.0 / 3)));
        assertThat(new ThresholdRule.SensitivityAtLeast(0.76).choose(ladder()).threshold())
                .isEqualTo(0.4);
        assertThat(new ThresholdRule.SensitivityAtLeast(1).choose(ladder()).threshold())
                .isEqualTo(0.4);
    }

    @Test
    void aLeastSpecificityTakesTheThresholdThatFindsMost() {
        assertThat(new ThresholdRule.SpecificityAtLeast(0.6).choose(ladder()))
                .isEqualTo(new ThresholdChoice(new ThresholdRule.SpecificityAtLeast(0.6), 0.6, Estimate.of(0.75)));
        assertThat(new ThresholdRule.SpecificityAtLeast(1).choose(ladder()).threshold())
                .isEqualTo(0.9);
        // 0.3 and 0.4 find equally many positives: the higher is taken
        assertThat(new ThresholdRule.SpecificityAtLeast(0.01).choose(ladder()).threshold())
                .isEqualTo(0.4);
    }

    @Test
    void aSpecificityThatNoScoreHasTakesAThresholdJustAbove() {
        List<ScoredCase> cases = List.of(scored("a", 1, false, 0.75), scored("b", 2, true, 0.5));
        ThresholdChoice choice = new ThresholdRule.SpecificityAtLeast(1).choose(cases);

        assertThat(choice.threshold()).isEqualTo(Math.nextUp(0.75));
        assertThat(choice.reached()).isEqualTo(Estimate.of(0));
        assertThat(ConfusionMatrix.at(choice.threshold(), cases).specificity().value())
                .isEqualTo(1);
        List<ScoredCase> certain = List.of(scored("a", 1, false, 1), scored("b", 2, true, 0.5));
        assertThatThrownBy(() -> new ThresholdRule.SpecificityAtLeast(0.5).choose(certain))
                .hasMessageContaining("probability of 1");
    }

    @Test
    void costsMoveTheThresholdAsTheyShould() {
        // q (1 - r) 1 + (1 - q) (1 - s) 1 at q = 1/2: 0.9 has 3/8, 0.6 has 1/8 + 1/6
        assertThat(new ThresholdRule.Cost(1, 1, 0.5).choose(ladder()).reached().value())
                .isCloseTo(1 / 8.0 + 1 / 6.0, within(1e-15));
        assertThat(new ThresholdRule.Cost(1, 1, 0.5).choose(ladder()).threshold())
                .isEqualTo(0.6);
        assertThat(new ThresholdRule.Cost(100, 1, 0.5).choose(ladder()).threshold())
                .isEqualTo(0.4);
        assertThat(new ThresholdRule.Cost(1, 100, 0.5).choose(ladder()).threshold())
                .isEqualTo(0.9);
        // a rare disease that hardly matters: nobody is called positive once false alarms top the list
        List<ScoredCase> alarms = List.of(scored("a", 1, false, 0.75), scored("b", 2, true, 0.5));
        assertThat(new ThresholdRule.Cost(1, 1, 0.01).choose(alarms).threshold())
                .isEqualTo(Math.nextUp(0.75));
    }

    @Test
    void rulesRefuseNonsenseAndOneClass() {
        assertThatThrownBy(() -> new ThresholdRule.SensitivityAtLeast(0)).hasMessageContaining("(0, 1]");
        assertThatThrownBy(() -> new ThresholdRule.SpecificityAtLeast(1.1)).hasMessageContaining("(0, 1]");
        assertThatThrownBy(() -> new ThresholdRule.Cost(0, 1, 0.5)).hasMessageContaining("falseNegativeCost");
        assertThatThrownBy(() -> new ThresholdRule.Cost(1, Double.NaN, 0.5)).hasMessageContaining("falsePositiveCost");
        assertThatThrownBy(() -> new ThresholdRule.Cost(1, 1, 1)).hasMessageContaining("prevalence");
        List<ScoredCase> negatives = List.of(scored("a", 1, false, 0.9));
        for (ThresholdRule rule : List.of(
                new ThresholdRule.SensitivityAtLeast(0.9),
                new ThresholdRule.SpecificityAtLeast(0.9),
                new ThresholdRule.Cost(1, 1, 0.5))) {
            assertThatThrownBy(() -> rule.choose(negatives)).hasMessageContaining("0 and 1");
        }
    }

    /** Efron's formula written out over the same resamples, for a mean, whose acceleration has a closed form. */
    @Test
    void acceleratedIntervalsFollowEfronsFormula() {
        List<ScoredCase> cases = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 30; i++) {
            cases.add(scored("i" + i, i, i % 2 == 0, Math.pow(random.nextDouble(), 3)));
        }
        BootstrapSpec spec = new BootstrapSpec(1000, 3, LEVEL);
        PatientBootstrap bootstrap = PatientBootstrap.of(cases, 0.5, spec);
        Interval percentile = bootstrap.interval(Figure.BRIER_SCORE).orElseThrow();
        Interval accelerated = bootstrap.acceleratedInterval(Figure.BRIER_SCORE).orElseThrow();

        double[] errors = cases.stream().mapToDouble(Calibration::squaredError).toArray();
        double mean = 0;
        for (double error : errors) {
            mean += error / errors.length;
        }
        double squares = 0;
        double cubes = 0;
        for (double error : errors) {
            squares += (error - mean) * (error - mean);
            cubes += Math.pow(error - mean, 3);
        }
        double acceleration = cubes / (6 * Math.pow(squares, 1.5));
        assertThat(acceleration).isPositive();
        // a positive acceleration moves both ends up, as the bias is small here
        assertThat(accelerated.lower()).isGreaterThan(percentile.lower());
        assertThat(accelerated.upper()).isGreaterThan(percentile.upper());
        assertThat(accelerated.method()).isEqualTo("patientBootstrapBca");
        assertThat(bootstrap.acceleration(Figure.BRIER_SCORE)).isCloseTo(acceleration, within(1e-12));
    }

    /** Student's quantile and the jackknife's standard error written out for a mean over images of patients with 1 to 12 images. */
    @Test
    void expandedIntervalsAllowForFewPatientsOfUnequalSizes() {
        List<ScoredCase> cases = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(8);
        int[] sizes = new int[60];
        for (int patient = 0; patient < sizes.length; patient++) {
            sizes[patient] = patient < 55 ? 1 + patient % 3 : 12;
            double own = random.nextDouble();
            for (int j = 0; j < sizes[patient]; j++) {
                cases.add(scored("i" + patient + "-" + j, patient, patient % 2 == 0, (own + random.nextDouble()) / 2));
            }
        }
        BootstrapSpec spec = new BootstrapSpec(2000, 3, LEVEL);
        PatientBootstrap bootstrap = PatientBootstrap.of(cases, 0.5, spec);
        double mean =
                cases.stream().mapToDouble(Calibration::squaredError).average().orElseThrow();
        double[] without = new double[sizes.length];
        for (int patient = 0; patient < sizes.length; patient++) {
            PatientId left = new PatientId("p" + patient);
            without[patient] = cases.stream()
                    .filter(one -> !one.patient().equals(left))
                    .mapToDouble(Calibration::squaredError)
                    .average()
                    .orElseThrow();
        }
        double ofOthers = Arrays.stream(without).average().orElseThrow();
        double jackknife = 0;
        for (double other : without) {
            jackknife += (other - ofOthers) * (other - ofOthers) * (sizes.length - 1) / sizes.length;
        }
        double parts = 0;
        double squares = 0;
        for (int size : sizes) {
            double part = size * (1 + (size - 1) * 0.05);
            parts += part;
            squares += part * part;
        }
        double quantile = Quantiles.student(LEVEL, parts * parts / squares - 1);

        Interval accelerated = bootstrap.acceleratedInterval(Figure.BRIER_SCORE).orElseThrow();
        Interval expanded = bootstrap.expandedInterval(Figure.BRIER_SCORE).orElseThrow();

        assertThat(expanded.method()).isEqualTo("patientBootstrapExpandedBca");
        assertThat(quantile).isGreaterThan(2.05);
        // the resamples are nearly normal, so that their share beyond that many standard errors is as far out
        double half = quantile * Math.sqrt(jackknife);
        assertThat((expanded.upper() - expanded.lower()) / 2).isCloseTo(half, within(0.1 * half));
        assertThat(expanded.lower()).isLessThan(accelerated.lower());
        assertThat(expanded.upper()).isGreaterThan(accelerated.upper());
        assertThat(mean).isBetween(expanded.lower(), expanded.upper());
    }

    /** Of many patients of one size the two are nearly the same. */
    @Test
    void expandedIntervalsOfManyPatientsAreTheAcceleratedOnes() {
        List<ScoredCase> cases = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 2000; i++) {
            cases.add(scored("i" + i, i / 2, i % 4 < 2, random.nextDouble()));
        }
        PatientBootstrap bootstrap = PatientBootstrap.of(cases, 0.5, new BootstrapSpec(2000, 3, LEVEL));
        for (Figure figure : List.of(Figure.BRIER_SCORE, Figure.AVERAGE_PRECISION, Figure.KAPPA, Figure.MACRO_F1)) {
            Interval accelerated = bootstrap.acceleratedInterval(figure).orElseThrow();
            Interval expanded = bootstrap.expandedInterval(figure).orElseThrow();
            double width = accelerated.upper() - accelerated.lower();

            assertThat(expanded.lower())
                    .as(figure.name())
                    .isBetween(accelerated.lower() - 0.05 * width, accelerated.lower());
            assertThat(expanded.upper())
                    .as(figure.name())
                    .isBetween(accelerated.upper(), accelerated.upper() + 0.05 * width);
        }
    }

    /** One of them has all positives; what is left without either is no cohort, or a constant one. */
    @Test
    void twoPatientsHaveNoExpandedIntervalOrAllOfTheirResamples() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            cases.add(scored("i" + i, i % 2, i % 3 == 0, (i + 1) / 14.0));
        }
        PatientBootstrap bootstrap = PatientBootstrap.of(cases, 0.5, new BootstrapSpec(500, 3, LEVEL));
        for (Figure figure : Figure.values()) {
            bootstrap.expandedInterval(figure).ifPresent(interval -> {
                Interval percentile = bootstrap.interval(figure).orElseThrow();
                assertThat(interval.lower()).as(figure.name()).isLessThanOrEqualTo(percentile.lower());
                assertThat(interval.upper()).as(figure.name()).isGreaterThanOrEqualTo(percentile.upper());
            });
        }
    }

    @Test
    void aFigureBeyondAllItsResamplesHasNoAcceleratedInterval() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            cases.add(scored("i" + i, i, i % 2 == 0, i % 2 == 0 ? 0.9 : 0.1));
        }
        PatientBootstrap bootstrap = PatientBootstrap.of(cases, 0.5, new BootstrapSpec(200, 3, LEVEL));

        assertThat(bootstrap.acceleratedInterval(Figure.ROC_AUC)).isEmpty();
        assertThat(bootstrap.expandedInterval(Figure.ROC_AUC)).isEmpty();
    }

    /** With two probabilities the line is saturated: it meets the logits of the two observed shares. */
    @Test
    void theCalibrationLineMeetsTwoGroupsExactly() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            cases.add(scored("low" + i, i, i < 10, 0.2));
            cases.add(scored("high" + i, 100 + i, i < 30, 0.9));
        }
        double low = Math.log(0.2 / 0.8);
        double high = Math.log(0.9 / 0.1);
        double slope = (Math.log(3) - Math.log(1 / 3.0)) / (high - low);

        CalibrationLine line = CalibrationLine.of(cases, LEVEL);

        assertThat(line.slope().value()).isCloseTo(slope, within(1e-12));
        assertThat(line.intercept().value()).isCloseTo(Math.log(3) - slope * high, within(1e-12));
        // leaving one of n of a group out scales its score by n / (n - 1): var of a logit is 1 / (n p q) (n / (n -
        // 1))^2
        double variance = 2 * (1 / (40 * 0.25 * 0.75)) * Math.pow(40 / 39.0, 2) / Math.pow(high - low, 2);
        Interval interval = line.slope().interval();
        double half = Quantiles.student(LEVEL, 38) * Math.sqrt(variance);
        assertThat(interval.upper() - interval.lower()).isCloseTo(2 * half, within(1e-10));
        double inTheLarge = line.interceptAtSlopeOne().value();
        assertThat(40 / (1 + Math.exp(-low - inTheLarge)) + 40 / (1 + Math.exp(-high - inTheLarge)))
                .isCloseTo(40, within(1e-10));
    }

    @Test
    void theCalibrationLineIsUndefinedWhereNoSlopeIsBest() {
        List<ScoredCase> separated = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 2, true, 0.8),
                scored("c", 3, false, 0.1),
                scored("d", 4, false, 0.8));
        List<ScoredCase> constant = List.of(scored("a", 1, true, 0.5), scored("b", 2, false, 0.5));
        List<ScoredCase> oneClass = List.of(scored("a", 1, true, 0.5), scored("b", 2, true, 0.7));

        assertThat(CalibrationLine.of(separated, LEVEL).slope().undefinedBecause())
                .contains("separate");
        assertThat(CalibrationLine.of(separated, LEVEL).interceptAtSlopeOne().hasValue())
                .isTrue();
        assertThat(CalibrationLine.of(constant, LEVEL).slope().undefinedBecause())
                .contains("the same");
        assertThat(CalibrationLine.of(oneClass, LEVEL).interceptAtSlopeOne().hasValue())
                .isFalse();
    }

    @Test
    void theCalibrationLineTakesNearlyCertainProbabilities() {
        List<ScoredCase> cases = new ArrayList<>(
                List.of(scored("x", 98, false, Math.nextDown(1.0)), scored("y", 99, true, Double.MIN_VALUE)));
        for (int i = 0; i < 30; i++) {
            cases.add(scored("i" + i, i, i % 3 == 0, i % 2 == 0 ? 0.3 : 0.6));
        }

        CalibrationLine line = CalibrationLine.of(cases, LEVEL);

        assertThat(line.slope().value()).isNotNull().isBetween(-1.0, 0.5);
    }

    @Test
    void averagesNameWhatIsUndefinedAndLeaveOutWhatHasNoCases() {
        Averages averages = new Averages(
                List.of(Estimate.of(0.5), Estimate.undefined("there are no positive cases"), Estimate.of(1)),
                List.of(3L, 0L, 1L));

        assertThat(averages.macro()).isEqualTo(Estimate.undefined("number 1: there are no positive cases"));
        assertThat(averages.weighted()).isEqualTo(Estimate.of(0.625));
        assertThat(averages.overDefined()).isEqualTo(Estimate.of(0.75));
        assertThat(averages.defined()).isEqualTo(2);
        assertThat(averages.withUndefinedAs(0).macro()).isEqualTo(Estimate.of(0.5));
        Averages none = new Averages(List.of(Estimate.undefined("x")), List.of(4L));
        assertThat(none.overDefined().hasValue()).isFalse();
        assertThat(none.weighted().hasValue()).isFalse();
    }

    private static ScoredCase scored(String image, int patient, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId("p" + patient), positive, probability);
    }
}
