package org.foldwise.learning.metrics.clinical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PredictiveValues;
import org.foldwise.learning.metrics.Quantiles;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClinicalTest {
    private static final double LEVEL = 0.95;

    /**
     * One image each: Mercaldo, Lau and Zhou's variance of the logit, (1 - r) / (r n1) + s / ((1 - s) n0), each term times n / (n - 1) of its
     * class, and Satterthwaite's degrees of freedom.
     */
    @Test
    void predictiveValuesOfIndependentCasesAreMercaldos() {
        List<ScoredCase> cases = cases(80, 20, 15, 135, 1);
        double odds = 0.1 / 0.9;
        PredictiveValues values = PredictiveValues.of(cases, 0.5, 0.1, LEVEL);

        double recall = 0.8;
        double specificity = 0.9;
        double positive = recall * 0.1 / (recall * 0.1 + 0.1 * 0.9);
        double negative = specificity * 0.9 / (specificity * 0.9 + 0.2 * 0.1);
        assertThat(values.positive().value()).isCloseTo(positive, within(1e-15));
        assertThat(values.negative().value()).isCloseTo(negative, within(1e-15));
        double ofPositive = 0.2 / 0.8 / 99 + 0.9 / 0.1 / 149;
        double t = Quantiles.student(
                LEVEL,
                ofPositive * ofPositive / (Math.pow(0.2 / 0.8 / 99, 2) / 99 + Math.pow(0.9 / 0.1 / 149, 2) / 149));
        double logit = Math.log(recall / (1 - specificity) * odds);
        assertThat(values.positive().interval().lower())
                .isCloseTo(1 / (1 + Math.exp(t * Math.sqrt(ofPositive) - logit)), within(1e-12));
        double ofNegative = 0.8 / 0.2 / 99 + 0.1 / 0.9 / 149;
        double other = Math.log(specificity / (1 - recall) / odds);
        double s = Quantiles.student(
                LEVEL,
                ofNegative * ofNegative / (Math.pow(0.8 / 0.2 / 99, 2) / 99 + Math.pow(0.1 / 0.9 / 149, 2) / 149));
        assertThat(values.negative().interval().upper())
                .isCloseTo(1 / (1 + Math.exp(-s * Math.sqrt(ofNegative) - other)), within(1e-12));
    }

    /** Of eight positive patients with four images each and 200 negative ones; recall 0.77, at a prevalence of 0.1. */
    @Test
    void predictiveValuesOfFewPositivePatientsAreCoveredAboutAsOftenAsPromised() {
        SplittableRandom random = new SplittableRandom(7);
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double recall = normal.survivalProbability(0.75 - 1.5);
        double specificity = normal.cumulativeProbability(0.75);
        double positive = recall * 0.1 / (recall * 0.1 + (1 - specificity) * 0.9);
        double negative = specificity * 0.9 / (specificity * 0.9 + (1 - recall) * 0.1);
        int ofPositive = 0;
        int ofNegative = 0;
        int cohorts = 1000;
        for (int cohort = 0; cohort < cohorts; cohort++) {
            List<ScoredCase> cases = new ArrayList<>();
            for (int patient = 0; patient < 208; patient++) {
                double shared = Math.sqrt(0.5) * random.nextGaussian() + (patient < 8 ? 1.5 : 0);
                for (int i = 0; i < 4; i++) {
                    double score = shared + Math.sqrt(0.5) * random.nextGaussian();
                    cases.add(new ScoredCase(
                            patient + "-" + i, new PatientId("p" + patient), patient < 8, score >= 0.75 ? 0.8 : 0.1));
                }
            }
            PredictiveValues values = PredictiveValues.of(cases, 0.5, 0.1, LEVEL);
            ofPositive += holds(values.positive(), positive) ? 1 : 0;
            ofNegative += holds(values.negative(), negative) ? 1 : 0;
        }
        assertThat((double) ofPositive / cohorts).isBetween(0.93, 0.98);
        assertThat((double) ofNegative / cohorts).isBetween(0.93, 0.98);
    }

    private static boolean holds(Estimate estimate, double truth) {
        return estimate.interval().lower() <= truth
                && truth <= estimate.interval().upper();
    }

    @Test
    void oneFoundPatientOfAClassHasNoPredictiveValuesInterval() {
        for (List<ScoredCase> cases : List.of(cases(1, 0, 5, 30, 3), cases(20, 5, 0, 1, 3))) {
            PredictiveValues values = PredictiveValues.of(cases, 0.5, 0.2, LEVEL);
            assertThat(values.positive().value()).isNotNull();
            assertThat(values.positive().interval()).isNull();
            assertThat(values.negative().interval()).isNull();
        }
    }

    /** Of patients with one image each: Zou's and Donner's ends from Wilson's of both shares, written out. */
    @Test
    void netBenefitCombinesTheEndsOfBothShares() {
        List<ScoredCase> cases = cases(80, 20, 15, 135, 1);
        DecisionCurve.Point point =
                DecisionCurve.of(cases, List.of(0.3), LEVEL).points().get(0);

        double odds = 0.3 / 0.7;
        double gain = 80 / 250.0;
        double harm = 15 / 250.0;
        Interval ofGain = wilson(gain, 250);
        Interval ofHarm = wilson(harm, 250);
        // nobody is a true and a false positive
        double correlation = -gain * harm / Math.sqrt(gain * (1 - gain) * harm * (1 - harm));
        Interval interval = point.model().interval();
        assertThat(point.model().value()).isCloseTo(gain - odds * harm, within(1e-15));
        assertThat(interval.method()).isEqualTo("patientClusteredWilsonCombined");
        assertThat(interval.lower())
                .isCloseTo(
                        gain - odds * harm - side(gain - ofGain.lower(), odds * (ofHarm.upper() - harm), correlation),
                        within(1e-12));
        assertThat(interval.upper())
                .isCloseTo(
                        gain - odds * harm + side(ofGain.upper() - gain, odds * (harm - ofHarm.lower()), correlation),
                        within(1e-12));
    }

    private static double side(double one, double other, double correlation) {
        return Math.sqrt(one * one + other * other - 2 * correlation * one * other);
    }

    /** Wilson's interval of a share of independent images at the effective number that Student's quantile leaves. */
    private static Interval wilson(double share, int images) {
        double t = Quantiles.student(LEVEL, images - 1.0);
        double z = Quantiles.normal(LEVEL);
        double effective = (images - 1) * z * z / (t * t);
        double z2 = z * z;
        double centre = (share + z2 / (2 * effective)) / (1 + z2 / effective);
        double half = z
                / (1 + z2 / effective)
                * Math.sqrt(share * (1 - share) / effective + z2 / (4 * effective * effective));
        return new Interval(centre - half, centre + half, LEVEL, "Wilson");
    }

    /** A rare finding in few patients, of whom the model finds some: the symmetric interval held the truth in 76 to 84 % of such cohorts. */
    @ParameterizedTest
    @CsvSource({"200, 0.03, 0.05", "200, 0.03, 0.2", "30, 0.1, 0.1", "30, 0.1, 0.3", "60, 0.4, 0.3"})
    void netBenefitOfFewPositivePatientsIsCoveredAboutAsOftenAsPromised(
            int patients, double prevalence, double threshold) {
        SplittableRandom random = new SplittableRandom(11);
        NormalDistribution normal = NormalDistribution.of(0, 1);
        // the score from which on its own true probability is the threshold, of positives 1.5 higher
        double cut = (Math.log(threshold / (1 - threshold)) - Math.log(prevalence / (1 - prevalence)) + 1.125) / 1.5;
        double truth = prevalence * normal.survivalProbability(cut - 1.5)
                - (1 - prevalence) * normal.survivalProbability(cut) * threshold / (1 - threshold);
        int held = 0;
        int with = 0;
        for (int cohort = 0; cohort < 500; cohort++) {
            List<ScoredCase> cases = new ArrayList<>();
            for (int patient = 0; patient < patients; patient++) {
                boolean positive = random.nextDouble() < prevalence;
                double shared = Math.sqrt(0.5) * random.nextGaussian() + (positive ? 1.5 : 0);
                int images = 1 + random.nextInt(5);
                for (int i = 0; i < images; i++) {
                    double score = shared + Math.sqrt(0.5) * random.nextGaussian();
                    double probability =
                            1 / (1 + Math.exp(1.125 - 1.5 * score - Math.log(prevalence / (1 - prevalence))));
                    cases.add(new ScoredCase(patient + "-" + i, new PatientId("p" + patient), positive, probability));
                }
            }
            Estimate model = DecisionCurve.of(cases, List.of(threshold), LEVEL)
                    .points()
                    .get(0)
                    .model();
            if (model.interval() != null) {
                with++;
                held += holds(model, truth) ? 1 : 0;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d patients, %.2f, at %.2f: %.1f %% of %d%n",
                patients,
                prevalence,
                threshold,
                100.0 * held / with,
                with);
        assertThat((double) held / with).isBetween(0.91, 0.99);
    }

    @Test
    void netBenefitHasNoIntervalWhereOnePatientAloneShowsAClass() {
        for (List<ScoredCase> cases : List.of(cases(1, 0, 5, 30, 3), cases(20, 5, 0, 1, 3))) {
            assertThat(DecisionCurve.of(cases, List.of(0.1, 0.5), LEVEL).points())
                    .allSatisfy(point -> assertThat(point.model().interval()).isNull());
        }
    }

    @Test
    void atTheCasesOwnPrevalenceTheyAreThoseOfTheMatrix() {
        List<ScoredCase> cases = cases(80, 20, 15, 135, 1);
        ConfusionMatrix confusion = ConfusionMatrix.at(0.5, cases);

        PredictiveValues values = PredictiveValues.of(cases, 0.5, 0.4, LEVEL);

        assertThat(values.positive().value()).isCloseTo(confusion.precision().value(), within(1e-15));
        assertThat(values.negative().value())
                .isCloseTo(confusion.negativePredictiveValue().value(), within(1e-15));
    }

    /** Some odds of these are 0, infinite, or so small that a product with a share is. */
    @Test
    void atPrevalencesAsExtremeAsANumberHoldsTheyAreAsFarFromOneHalf() {
        for (List<ScoredCase> cases : List.of(
                cases(80, 20, 15, 135, 1), cases(80, 0, 0, 135, 1), cases(0, 20, 15, 135, 1), cases(7, 9, 15, 0, 1))) {
            for (double rare : List.of(Double.MIN_VALUE, Double.MIN_NORMAL, 1e-300, 1e-17)) {
                PredictiveValues values = PredictiveValues.of(cases, 0.5, rare, LEVEL);
                assertThat(List.of(values.positive(), values.negative()))
                        .allSatisfy(
                                value -> assertThat(value.valueOr(Double.NaN)).isBetween(0.0, 1.0));
            }
            double common = Math.nextDown(1.0);
            assertThat(PredictiveValues.of(cases, 0.5, common, LEVEL).negative().valueOr(Double.NaN))
                    .isBetween(0.0, 1.0);
        }
        PredictiveValues values = PredictiveValues.of(cases(80, 20, 15, 135, 1), 0.5, Double.MIN_VALUE, LEVEL);
        assertThat(values.positive().value()).isZero();
        assertThat(values.negative().value()).isEqualTo(1);
    }

    @Test
    void moreImagesOfTheSamePatientsAreNoMoreEvidence() {
        PredictiveValues once = PredictiveValues.of(cases(40, 10, 9, 70, 1), 0.5, 0.05, LEVEL);
        PredictiveValues tenTimes = PredictiveValues.of(cases(40, 10, 9, 70, 10), 0.5, 0.05, LEVEL);

        assertThat(tenTimes.positive().interval().lower())
                .isCloseTo(once.positive().interval().lower(), within(1e-12));
        assertThat(tenTimes.negative().interval().upper())
                .isCloseTo(once.negative().interval().upper(), within(1e-12));
    }

    @Test
    void noCountOfZeroShrinksAnIntervalToAPoint() {
        for (List<ScoredCase> cases : List.of(
                cases(20, 0, 0, 30, 2), cases(20, 5, 0, 30, 1), cases(20, 0, 4, 30, 1), cases(0, 9, 4, 30, 1))) {
            PredictiveValues values = PredictiveValues.of(cases, 0.5, 0.2, LEVEL);
            for (Estimate estimate : List.of(values.positive(), values.negative())) {
                Interval interval = estimate.interval();
                assertThat(interval.upper()).isGreaterThan(interval.lower()).isLessThanOrEqualTo(1);
                assertThat(interval.lower()).isGreaterThanOrEqualTo(0);
                assertThat(estimate.value()).isBetween(interval.lower(), interval.upper());
            }
        }
        assertThat(PredictiveValues.of(cases(20, 0, 0, 30, 1), 0.5, 0.2, LEVEL)
                        .positive()
                        .value())
                .isEqualTo(1);
    }

    @Test
    void withoutAClassOrADecisionThereIsNoPredictiveValue() {
        assertThat(PredictiveValues.of(cases(3, 4, 0, 0, 1), 0.5, 0.2, LEVEL)
                        .positive()
                        .undefinedBecause())
                .isNotBlank();
        assertThat(PredictiveValues.of(cases(0, 4, 0, 5, 1), 0.5, 0.2, LEVEL)
                        .positive()
                        .undefinedBecause())
                .contains("called positive");
        assertThatThrownBy(() -> PredictiveValues.of(cases(1, 1, 1, 1, 1), 0.5, 0, LEVEL))
                .hasMessageContaining("(0, 1)");
    }

    @Test
    void aTableHoldsThePrevalenceFoundBetweenTheOthers() {
        List<ScoredCase> cases = cases(80, 20, 15, 135, 1);

        List<PredictiveValues> table = PredictiveValues.table(cases, one -> one.probability() >= 0.5, LEVEL);

        assertThat(table)
                .extracting(PredictiveValues::prevalence)
                .containsExactly(0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.5);
        assertThat(table.get(3)).isEqualTo(PredictiveValues.of(cases, 0.5, 0.1, LEVEL));
        assertThat(table).extracting(values -> values.positive().value()).isSorted();
        assertThat(PredictiveValues.table(cases(0, 0, 15, 135, 1), one -> true, LEVEL))
                .hasSize(6)
                .allSatisfy(values -> assertThat(values.positive().undefinedBecause())
                        .isEqualTo("needs positive and negative cases"));
    }

    /** 100 cases, 40 positive, at threshold 0.2: 30 found, 12 alarms; treating all costs 60 / 4 alarms. */
    @Test
    void avoidedInterventionsAreAsByHand() {
        List<ScoredCase> cases = cases(30, 10, 12, 48, 1);

        DecisionCurve curve = DecisionCurve.of(cases, List.of(0.0, 0.2, 0.9), LEVEL);

        DecisionCurve.Point point = curve.points().get(1);
        double model = 0.3 - 0.12 / 4;
        double treatAll = 0.4 - 0.6 / 4;
        assertThat(point.model().value()).isCloseTo(model, within(1e-15));
        assertThat(point.treatAll()).isCloseTo(treatAll, within(1e-15));
        assertThat(point.interventionsAvoided().value()).isCloseTo(100 * (model - treatAll) * 4, within(1e-10));
        // images are independent here: nearly the standard error of a mean of 1, -1/4 and 0
        double squares = 30 + 12.0 / 16;
        double error = Math.sqrt((squares / 100 - model * model) / 99);
        double half = Quantiles.student(LEVEL, 99) * error;
        assertThat(point.model().interval().lower()).isCloseTo(model - half, within(0.1 * half));
        assertThat(point.model().interval().upper()).isCloseTo(model + half, within(0.1 * half));
        assertThat(curve.points().get(0).interventionsAvoided().undefinedBecause())
                .isNotBlank();
        // nobody is called positive, which another hundred might be
        assertThat(curve.points().get(2).model().value()).isZero();
        assertThat(curve.points().get(2).model().interval().lower()).isNegative();
        assertThat(curve.points().get(2).model().interval().upper()).isBetween(0.01, 0.1);
    }

    @Test
    void refusesAThresholdOfOneAndNoCases() {
        assertThatThrownBy(() -> DecisionCurve.of(cases(1, 1, 1, 1, 1), List.of(1.0), LEVEL))
                .hasMessageContaining("[0, 1)");
        assertThatThrownBy(() -> DecisionCurve.of(List.of(), List.of(0.5), LEVEL))
                .hasMessageContaining("none");
    }

    /** So many patients of each kind, each with some equal images. Probabilities are 0.8 and 0.1. */
    private static List<ScoredCase> cases(int found, int missed, int alarms, int cleared, int images) {
        List<ScoredCase> cases = new ArrayList<>();
        int[] counts = {found, missed, alarms, cleared};
        for (int kind = 0; kind < counts.length; kind++) {
            for (int i = 0; i < counts[kind]; i++) {
                String patient = kind + "-" + i;
                boolean positive = kind < 2;
                double probability = kind % 2 == 0 ? 0.8 : 0.1;
                IntStream.range(0, images)
                        .mapToObj(image ->
                                new ScoredCase(patient + "-" + image, new PatientId(patient), positive, probability))
                        .forEach(cases::add);
            }
        }
        return cases;
    }
}
