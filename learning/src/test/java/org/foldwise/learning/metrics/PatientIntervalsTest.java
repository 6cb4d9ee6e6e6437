package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;

class PatientIntervalsTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(500, 1, 0.95);

    /** Wilson's upper and lower ends where nothing or everything is counted: n / (n + z^2) away from the end. */
    @Test
    void aShareOfOneHasTheLowerEndOfWilsonsIntervalForItsPatients() {
        double z = 1.959963984540054;
        EvaluationReport report = EvaluationReport.of(separated(46, 16, 3), 0.5, BOOTSTRAP);

        Interval specificity = report.specificity().interval();
        assertThat(specificity.lower()).isCloseTo(46 / (46 + z * z), within(1e-12));
        assertThat(specificity.upper()).isEqualTo(1);
        assertThat(specificity.method()).isEqualTo("patientClusteredWilson");
        assertThat(report.recall().interval().lower()).isCloseTo(16 / (16 + z * z), within(1e-12));
        assertThat(report.precision().interval().lower()).isCloseTo(16 / (16 + z * z), within(1e-12));
        double jaccard = 16 / (16 + z * z);
        assertThat(report.f1().interval().lower()).isCloseTo(2 * jaccard / (1 + jaccard), within(1e-12));
        double recallGap = 1 - 16 / (16 + z * z);
        double specificityGap = 1 - 46 / (46 + z * z);
        assertThat(report.balancedAccuracy().interval().lower())
                .isCloseTo(1 - Math.hypot(recallGap, specificityGap) / 2, within(1e-12));
        assertThat(report.balancedAccuracy().interval().upper()).isEqualTo(1);
    }

    /** One image each: the effective number is the number of images, less one, and by Student's distribution. */
    @Test
    void independentImagesComeDownToWilsonWithStudentsCorrection() {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 41; i++) {
            cases.add(scored("image" + i, i, true, i < 30 ? 0.9 : 0.1));
        }
        double z = 1.959963984540054;
        double t = 2.021075390306273; // 97.5 % quantile with 40 degrees of freedom
        double n = 40 * z * z / (t * t);
        double p = 30 / 41.0;
        double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
        double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);

        Interval recall = EvaluationReport.of(cases, 0.5, BOOTSTRAP).recall().interval();

        assertThat(recall.lower()).isCloseTo(centre - half, within(1e-9));
        assertThat(recall.upper()).isCloseTo(centre + half, within(1e-9));
    }

    /** Of three patients 1 of 2, 1 of 1 and 3 of 4 images count: 0.5, 1 and 0.75; by hand with Student's 4.3027 for 2 degrees of freedom. */
    @Test
    void aMeanOverPatientsCountsEachAlike() {
        PatientProportion proportion = new PatientProportion();
        for (String image : List.of("a1", "a0", "b1", "c1", "c1", "c0", "c1")) {
            proportion.add(new PatientId(image.substring(0, 1)), image.endsWith("1"));
        }

        Estimate mean = proportion.meanOverPatients(0.95);

        assertThat(mean.value()).isEqualTo(0.75);
        assertThat(mean.interval().lower()).isCloseTo(0.18876236209719294, within(1e-9));
        assertThat(mean.interval().upper()).isCloseTo(0.974797749730503, within(1e-9));
        assertThat(mean.interval().method()).isEqualTo("patientMeanWilson");
        assertThat(proportion.estimate(0.95).value()).isEqualTo(5 / 7.0);
    }

    /** One image each, and nothing or everything counted, are what they are for images; one patient has no interval. */
    @Test
    void aMeanOverPatientsWithOneImageEachIsTheShareOfImages() {
        for (int counted : new int[] {0, 7, 20}) {
            PatientProportion proportion = new PatientProportion();
            for (int i = 0; i < 20; i++) {
                proportion.add(new PatientId("p" + i), i < counted);
            }
            Estimate mean = proportion.meanOverPatients(0.95);
            Estimate share = proportion.estimate(0.95);
            assertThat(mean.value()).isCloseTo(share.value(), within(1e-15));
            assertThat(mean.interval().lower()).isCloseTo(share.interval().lower(), within(1e-12));
            assertThat(mean.interval().upper()).isCloseTo(share.interval().upper(), within(1e-12));
        }
        PatientProportion one = new PatientProportion();
        one.add(new PatientId("p"), true);
        one.add(new PatientId("p"), false);
        assertThat(one.meanOverPatients(0.95)).isEqualTo(Estimate.of(0.5));
        assertThat(new PatientProportion().meanOverPatients(0.95).undefinedBecause())
                .isEqualTo("there are no cases");
    }

    /**
     * Of three patients 1 of 2, 1 of 1 and 3 of 4 images count, so that they are 3/7, 2/7 and 1/7 off from the share of 5/7. Their parts of
     * the variance are as 2 * 1.05, 1 and 4 * 1.15.
     */
    @Test
    void aShareOfPatientsOfUnequalSizesIsAsByHand() {
        PatientProportion proportion = new PatientProportion();
        for (String image : List.of("a1", "a0", "b1", "c1", "c1", "c0", "c1")) {
            proportion.add(new PatientId(image.substring(0, 1)), image.endsWith("1"));
        }
        double p = 5 / 7.0;
        double variance = 2 / 3.0 * (Math.pow(3 / 7.0 / 5, 2) + Math.pow(2 / 7.0 / 6, 2) + Math.pow(1 / 7.0 / 3, 2));
        double z = Quantiles.normal(0.95);
        double t = Quantiles.student(0.95, Math.pow(2.1 + 1 + 4.6, 2) / (2.1 * 2.1 + 1 + 4.6 * 4.6) - 1);
        Interval byHand = Proportion.wilson(p, p * (1 - p) / variance * z * z / (t * t), 0.95, "by hand");

        Interval interval = proportion.interval(0.95).orElseThrow();

        assertThat(interval.lower()).isCloseTo(byHand.lower(), within(1e-12));
        assertThat(interval.upper()).isCloseTo(byHand.upper(), within(1e-12));
    }

    /** Where everything counts a patient with many images is no more than one who weighs more: 49 / 21 effective patients. */
    @Test
    void aShareOfOneOfUnequalPatientsCountsEffectiveOnes() {
        PatientProportion proportion = new PatientProportion();
        for (String patient : List.of("a", "a", "b", "c", "c", "c", "c")) {
            proportion.add(new PatientId(patient), true);
        }
        double effective = 49 / 21.0;

        assertThat(proportion.interval(0.95).orElseThrow().lower())
                .isCloseTo(effective / (effective + Math.pow(Quantiles.normal(0.95), 2)), within(1e-12));
    }

    /** Log-normal numbers of images, up to 60 of a patient, of whom some are found more often than others. */
    @Test
    void aShareOfPatientsOfUnequalSizesIsCoveredAboutAsOftenAsPromised() {
        SplittableRandom random = new SplittableRandom(21);
        int covered = 0;
        int cohorts = 1000;
        for (int cohort = 0; cohort < cohorts; cohort++) {
            PatientProportion proportion = new PatientProportion();
            for (int patient = 0; patient < 40; patient++) {
                double chance = random.nextInt(4) == 0 ? 0.2 : 0.9; // 0.725 on average
                double images = Math.min(60, Math.ceil(Math.exp(0.7 + 1.2 * random.nextGaussian())));
                for (int i = 0; i < images; i++) {
                    proportion.add(new PatientId("p" + patient), random.nextDouble() < chance);
                }
            }
            Interval interval = proportion.interval(0.95).orElseThrow();
            covered += interval.lower() <= 0.725 && 0.725 <= interval.upper() ? 1 : 0;
        }
        assertThat((double) covered / cohorts).isBetween(0.93, 0.97);
    }

    /** Nobody knows how a second patient would score, whatever resamples of the one say. */
    @Test
    void whatHangsOnAClassOfOnePatientHasNoInterval() {
        for (boolean onePositive : new boolean[] {true, false}) {
            EvaluationReport one = EvaluationReport.of(rare(1, onePositive), 0.5, BOOTSTRAP);
            for (Estimate estimate : List.of(
                    one.rocAuc(),
                    one.averagePrecision(),
                    one.balancedAccuracy(),
                    onePositive ? one.recall() : one.specificity(),
                    one.matthewsCorrelation(),
                    one.kappa(),
                    one.predictiveValues().get(3).positive(),
                    one.predictiveValues().get(3).negative())) {
                assertThat(estimate.value()).isNotNull();
                assertThat(estimate.interval()).isNull();
            }
            // shares of all images are of many patients still
            assertThat(one.accuracy().interval()).isNotNull();
            assertThat(one.f1Averages().macro().interval().method()).isEqualTo("meanOfIntervals");

            EvaluationReport two = EvaluationReport.of(rare(2, onePositive), 0.5, BOOTSTRAP);
            for (Estimate estimate : List.of(
                    two.rocAuc(),
                    two.averagePrecision(),
                    two.matthewsCorrelation(),
                    two.kappa(),
                    two.predictiveValues().get(3).negative())) {
                assertThat(estimate.interval()).isNotNull();
            }
            assertThat(two.rocAuc().interval().upper() - two.rocAuc().interval().lower())
                    .isGreaterThan(0.3);
        }
    }

    /** A mean hangs on each of its classes. */
    @Test
    void aMeanOverAClassOfOnePatientHasNoInterval() {
        OneVersusRest rare = OneVersusRest.of(one -> one.probability() >= 0.5, "rare", rare(1, true), BOOTSTRAP);
        // of the same images, those of half of the patients show it
        OneVersusRest frequent = OneVersusRest.of(
                one -> one.probability() >= 0.5,
                "frequent",
                rare(1, true).stream()
                        .map(one -> scored(
                                one.image(),
                                Integer.parseInt(one.patient().value().substring(1)),
                                one.patient().hashCode() % 2 == 0,
                                one.probability()))
                        .toList(),
                BOOTSTRAP);

        assertThat(frequent.rocAuc().interval()).isNotNull();
        assertThat(OneVersusRest.meanRocAuc(List.of(frequent)).interval()).isNotNull();
        assertThat(OneVersusRest.meanRocAuc(List.of(frequent, rare)).interval()).isNull();
        assertThat(OneVersusRest.meanAveragePrecision(List.of(frequent, rare)).interval())
                .isNull();
        assertThat(OneVersusRest.weightedRocAuc(List.of(frequent, rare)).interval())
                .isNull();
        assertThat(OneVersusRest.weightedAveragePrecision(List.of(frequent, rare))
                        .interval())
                .isNull();
        assertThat(OneVersusRest.meanAveragePrecision(List.of(frequent)).interval())
                .isNotNull();
    }

    /** Where all patients say the same there is no variance, and what rounding leaves of it is none. */
    @Test
    void patientsWhoSayTheSameGiveNoAreaAnInterval() {
        List<ScoredCase> ofOneClassEach = new ArrayList<>();
        for (int patient = 0; patient < 5; patient++) {
            ofOneClassEach.add(scored("p" + patient, patient, true, 0.5));
            for (double probability : new double[] {0.1, 0.2, 0.9}) {
                ofOneClassEach.add(scored("n" + patient + probability, 10 + patient, false, probability));
            }
        }
        List<ScoredCase> ofBothClasses = new ArrayList<>();
        double[] scores = {0.9, 0.9, 0.1, 0.1, 0.1, 0.9};
        for (int patient = 0; patient < 40; patient++) {
            for (int i = 0; i < scores.length; i++) {
                ofBothClasses.add(scored(patient + "-" + i, patient, i < 3, scores[i]));
            }
        }
        for (List<ScoredCase> cases : List.of(ofOneClassEach, ofBothClasses)) {
            EvaluationReport report = EvaluationReport.of(cases, 0.5, BOOTSTRAP);
            assertThat(report.rocAuc().value()).isCloseTo(2 / 3.0, within(1e-12));
            assertThat(report.rocAuc().interval()).isNull();
            assertThat(DeLong.ofPatients(cases).logit(0.95)).isEmpty();
            assertThat(DeLong.ofPatients(cases).studentLogit(0.95)).isEmpty();
        }
        PredictiveValues values = PredictiveValues.of(ofBothClasses, 0.5, 0.2, 0.95);
        assertThat(values.positive().value()).isNotNull();
        assertThat(values.positive().interval()).isNull();
        assertThat(values.negative().interval()).isNull();
    }

    /** So many patients of one class, and 60 of the other with scores all over. */
    private static List<ScoredCase> rare(int patients, boolean positive) {
        SplittableRandom random = new SplittableRandom(3);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            double score = 0.9 * random.nextDouble();
            cases.add(scored("many" + i, i, !positive, positive ? score : 1 - score));
        }
        for (int i = 0; i < patients; i++) {
            double score = 0.8 - 0.2 * i;
            cases.add(scored("few" + i, 60 + i, positive, positive ? score : 1 - score));
            cases.add(scored("fewer" + i, 60 + i, positive, positive ? 0.45 : 0.55));
        }
        return cases;
    }

    @Test
    void moreImagesOfTheSamePatientsDoNotNarrowAShare() {
        Interval once = EvaluationReport.of(mixed(1), 0.5, BOOTSTRAP).recall().interval();
        Interval tenTimes =
                EvaluationReport.of(mixed(10), 0.5, BOOTSTRAP).recall().interval();

        assertThat(tenTimes.lower()).isCloseTo(once.lower(), within(1e-12));
        assertThat(tenTimes.upper()).isCloseTo(once.upper(), within(1e-12));
    }

    /** The end solves the equation of the score test, which a wrong bisection would not. */
    @Test
    void aPerfectAreaKeepsALowerEndThatSolvesTheScoreEquation() {
        Interval area = EvaluationReport.of(separated(46, 16, 2), 0.5, BOOTSTRAP)
                .rocAuc()
                .interval();

        assertThat(area.method()).isEqualTo("patientMannWhitneyScore");
        assertThat(area.upper()).isEqualTo(1);
        double a = area.lower();
        double pairs = (1 - a) / (2 - a) + a / (1 + a);
        double variance = a * (1 - a) * (1 + ((46 + 16) / 2.0 - 1) * pairs) / (46 * 16);
        assertThat((1 - a) / Math.sqrt(variance)).isCloseTo(1.959963984540054, within(1e-9));
        assertThat(a).isBetween(0.85, 0.95);
    }

    @Test
    void anAreaOfZeroMirrorsOneOfOne() {
        Interval perfect = SeparationInterval.of(9, 7, 1, 0.9);
        Interval inverse = SeparationInterval.of(9, 7, 0, 0.9);

        assertThat(inverse.lower()).isZero();
        assertThat(inverse.upper()).isCloseTo(1 - perfect.lower(), within(1e-15));
        assertThatThrownBy(() -> SeparationInterval.of(9, 7, 0.5, 0.9)).hasMessageContaining("0 or 1");
    }

    @Test
    void noIntervalHasWidthZeroOrLeavesTheUnitRange() {
        for (List<ScoredCase> cases : List.of(separated(5, 5, 2), separated(1, 1, 4), mixed(3), separated(30, 2, 1))) {
            EvaluationReport report = EvaluationReport.of(cases, 0.5, BOOTSTRAP);
            for (Estimate estimate : List.of(
                    report.prevalence(),
                    report.rocAuc(),
                    report.averagePrecision(),
                    report.brierScore(),
                    report.accuracy(),
                    report.balancedAccuracy(),
                    report.precision(),
                    report.recall(),
                    report.specificity(),
                    report.negativePredictiveValue(),
                    report.f1(),
                    report.matthewsCorrelation())) {
                Interval interval = estimate.interval();
                if (interval != null) {
                    assertThat(interval.upper()).isGreaterThan(interval.lower()).isLessThanOrEqualTo(1);
                    assertThat(interval.lower()).isGreaterThanOrEqualTo(-1);
                    assertThat(estimate.value()).isBetween(interval.lower(), interval.upper());
                }
            }
        }
    }

    @Test
    void oneSingleCorrelatedPatientHasNoInterval() {
        List<ScoredCase> cases = List.of(scored("a", 1, true, 0.9), scored("b", 1, false, 0.2));

        EvaluationReport report = EvaluationReport.of(cases, 0.5, BOOTSTRAP);

        assertThat(report.rocAuc()).isEqualTo(Estimate.of(1));
        assertThat(report.accuracy()).isEqualTo(Estimate.of(1));
        assertThat(report.balancedAccuracy()).isEqualTo(Estimate.of(1));
    }

    /** Patients with their own chance of being found; the interval must hold the true mean about as often as it says. */
    @Test
    void theShareIsCoveredAboutAsOftenAsPromised() {
        SplittableRandom random = new SplittableRandom(20);
        int covered = 0;
        int cohorts = 1000;
        for (int cohort = 0; cohort < cohorts; cohort++) {
            List<ScoredCase> cases = new ArrayList<>();
            for (int patient = 0; patient < 60; patient++) {
                double chance = random.nextInt(4) == 0 ? 0.2 : 0.9; // 0.725 on average
                int images = 1 + random.nextInt(12);
                for (int i = 0; i < images; i++) {
                    cases.add(scored(patient + "-" + i, patient, true, random.nextDouble() < chance ? 0.9 : 0.1));
                }
            }
            Interval interval = PatientProportion.of(cases, one -> true, one -> one.probability() > 0.5)
                    .interval(0.95)
                    .orElseThrow();
            covered += interval.lower() <= 0.725 && 0.725 <= interval.upper() ? 1 : 0;
        }
        assertThat((double) covered / cohorts).isBetween(0.93, 0.97);
    }

    /** Perfectly separated cases, {@code images} of each patient. */
    private static List<ScoredCase> separated(int negativePatients, int positivePatients, int images) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int patient = 0; patient < negativePatients + positivePatients; patient++) {
            boolean positive = patient >= negativePatients;
            for (int i = 0; i < images; i++) {
                cases.add(scored(patient + "-" + i, patient, positive, positive ? 0.9 : 0.1));
            }
        }
        return cases;
    }

    private static List<ScoredCase> mixed(int copies) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int patient = 0; patient < 40; patient++) {
            for (int copy = 0; copy < copies; copy++) {
                cases.add(scored(
                        patient + "-" + copy,
                        patient,
                        patient % 2 == 0,
                        patient % 3 == 0 ? 0.3 : 0.4 + patient / 100.0));
            }
        }
        return cases;
    }

    private static ScoredCase scored(String image, int patient, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId("p" + patient), positive, probability);
    }
}
