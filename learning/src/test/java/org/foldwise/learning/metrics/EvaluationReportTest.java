package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationReportTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(400, 11, 0.95);

    static LongStream seeds() {
        String given = System.getProperty("tests.seed", "");
        return given.isEmpty() ? LongStream.rangeClosed(1, 5) : LongStream.of(Long.parseLong(given));
    }

    /** Positives 0.9, 0.6, 0.4; negatives 0.6, 0.3, 0.1. Pairs in order: 3 + 2.5 + 2 of 9. */
    @Test
    void reportsASmallSetAsByHand() {
        List<ScoredCase> cases = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 1, true, 0.6),
                scored("c", 2, true, 0.4),
                scored("d", 3, false, 0.6),
                scored("e", 4, false, 0.3),
                scored("f", 4, false, 0.1));

        EvaluationReport report = EvaluationReport.of(cases, 0.5, BOOTSTRAP);

        assertThat(report.images()).isEqualTo(6);
        assertThat(report.patients()).isEqualTo(4);
        assertThat(report.positives()).isEqualTo(3);
        assertThat(report.negatives()).isEqualTo(3);
        assertThat(report.rocAuc().value()).isCloseTo(7.5 / 9, within(1e-15));
        // precision 1 at recall 1/3, 2/3 at 2/3, 3/4 at 1
        assertThat(report.averagePrecision().value()).isCloseTo((1 + 2.0 / 3 + 3.0 / 4) / 3, within(1e-15));
        assertThat(report.brierScore().value()).isCloseTo((0.01 + 0.16 + 0.36 + 0.36 + 0.09 + 0.01) / 6, within(1e-15));
        assertThat(report.confusion()).isEqualTo(new ConfusionMatrix(2, 1, 1, 2));
        assertThat(report.accuracy().value()).isEqualTo(4.0 / 6);
        assertThat(report.f1().value()).isEqualTo(4.0 / 6);
        assertThat(report.matthewsCorrelation().value()).isCloseTo(1.0 / 3, within(1e-15));
        assertThat(report.prevalence().value()).isEqualTo(0.5);
        assertThat(report.f1ByThreshold()).hasSize(19);
        assertThat(report.f1ByThreshold().get(9))
                .isEqualTo(new ThresholdChoice.F1At(0.5, report.confusion().f1()));
        assertThat(report.threshold()).isEqualTo(ThresholdChoice.fixed(0.5));
    }

    @Test
    void theThresholdItselfCountsAsPositive() {
        assertThat(ConfusionMatrix.at(0.5, List.of(scored("a", 1, true, 0.5))).truePositives())
                .isEqualTo(1);
    }

    @Test
    void oneClassLeavesFiguresUndefinedWithAReason() {
        List<ScoredCase> cases = List.of(scored("a", 1, false, 0.2), scored("b", 2, false, 0.7));

        EvaluationReport report = EvaluationReport.of(cases, 0.5, BOOTSTRAP);

        assertThat(List.of(report.rocAuc(), report.averagePrecision(), report.recall(), report.balancedAccuracy()))
                .allMatch(estimate -> estimate.value() == null && estimate.undefinedBecause() != null);
        assertThat(report.specificity().value()).isEqualTo(0.5);
        assertThat(report.brierScore().interval()).isNotNull();
        assertThat(report.rocCurve()).isEmpty();
        assertThat(report.precisionRecallCurve()).isEmpty();
        assertThat(report.singleClassResamples()).isEqualTo(BOOTSTRAP.resamples());
    }

    @Test
    void onePatientHasNoInterval() {
        List<ScoredCase> cases = List.of(scored("a", 1, false, 0.2), scored("b", 1, true, 0.7));

        EvaluationReport report = EvaluationReport.of(cases, 0.5, BOOTSTRAP);

        assertThat(report.rocAuc()).isEqualTo(Estimate.of(1));
    }

    @Test
    void refusesNoCasesRepeatedImagesAndNaN() {
        assertThatThrownBy(() -> EvaluationReport.of(List.of(), 0.5, BOOTSTRAP))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EvaluationReport.of(
                        List.of(scored("a", 1, true, 0.5), scored("a", 2, true, 0.5)), 0.5, BOOTSTRAP))
                .hasMessageContaining("'a' is scored twice");
        assertThatThrownBy(() -> scored("a", 1, true, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EvaluationReport.of(List.of(scored("a", 1, true, 0.5)), Double.NaN, BOOTSTRAP))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theOrderOfCasesDoesNotMatter(long seed) {
        List<ScoredCase> cases = randomCases(seed, 150, 40);
        List<ScoredCase> shuffled = new ArrayList<>(cases);
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(EvaluationReport.of(shuffled, 0.5, BOOTSTRAP)).isEqualTo(EvaluationReport.of(cases, 0.5, BOOTSTRAP));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theAreaSurvivesMonotoneTransformsAndMirrorsWithTheLabels(long seed) {
        List<ScoredCase> cases = randomCases(seed, 150, 40);
        double area = RocCurve.area(cases).value();

        assertThat(RocCurve.area(mapped(cases, p -> p * p * p, false)).value()).isEqualTo(area);
        assertThat(RocCurve.area(mapped(cases, p -> p, true)).value()).isCloseTo(1 - area, within(1e-15));
        assertThat(RocCurve.area(mapped(cases, p -> 0.5, false)).value()).isEqualTo(0.5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void intervalsHoldThePointEstimateAndWidenWithTheLevel(long seed) {
        List<ScoredCase> cases = randomCases(seed, 300, 100);

        EvaluationReport narrow = EvaluationReport.of(cases, 0.5, new BootstrapSpec(500, seed, 0.8));
        EvaluationReport wide = EvaluationReport.of(cases, 0.5, new BootstrapSpec(500, seed, 0.95));

        assertThat(narrow.rocAuc().interval().lower())
                .isGreaterThan(wide.rocAuc().interval().lower())
                .isLessThan(wide.rocAuc().value());
        assertThat(narrow.rocAuc().interval().upper())
                .isLessThan(wide.rocAuc().interval().upper())
                .isGreaterThan(wide.rocAuc().value());
        assertThat(wide.rocAuc().interval().method()).isEqualTo("patientDeLongLogit");
        assertThat(wide.averagePrecision().interval().method()).isEqualTo("patientBootstrapExpandedBca");
        assertThat(wide.expectedCalibrationError().interval().method()).isEqualTo("patientBootstrapDeviation");
    }

    /** Resamples have the noise of the images once more, so that percentiles of their calibration errors lie above these errors. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void calibrationErrorsOfPerfectProbabilitiesLieWithinTheirIntervals(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            double probability = random.nextDouble();
            cases.add(new ScoredCase(
                    "i" + (1000 + i), new PatientId("p" + i / 2), random.nextDouble() < probability, probability));
        }
        EvaluationReport report = EvaluationReport.of(cases, 0.5, new BootstrapSpec(200, seed, 0.95));

        for (Estimate error : List.of(report.expectedCalibrationError(), report.maximumCalibrationError())) {
            assertThat(error.value())
                    .isBetween(error.interval().lower(), error.interval().upper());
        }
    }

    /** Ten copies of each image tell nothing new, so the intervals must not get narrower. */
    @Test
    void moreImagesOfTheSamePatientsAreNoMoreEvidence() {
        List<ScoredCase> single = randomCases(3, 100, 100);
        List<ScoredCase> tenfold = single.stream()
                .flatMap(one -> IntStream.range(0, 10)
                        .mapToObj(copy -> new ScoredCase(
                                one.image() + "/" + copy, one.patient(), one.positive(), one.probability())))
                .toList();

        Interval ofSingle = EvaluationReport.of(single, 0.5, BOOTSTRAP).rocAuc().interval();
        Interval ofTenfold =
                EvaluationReport.of(tenfold, 0.5, BOOTSTRAP).rocAuc().interval();

        assertThat(ofTenfold.lower()).isCloseTo(ofSingle.lower(), within(1e-12));
        assertThat(ofTenfold.upper()).isCloseTo(ofSingle.upper(), within(1e-12));
    }

    @Test
    void tiesOfARuleGoToTheHighestThreshold() {
        // F1 is 2/3 at 0.9 (1 of 2 found, no false alarm) and at 0.3 (all found, 2 false alarms); Youden 1/2 at 0.9
        List<ScoredCase> cases = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 2, false, 0.5),
                scored("c", 3, false, 0.4),
                scored("d", 4, true, 0.3));

        assertThat(new ThresholdRule.MaximumF1().choose(cases))
                .isEqualTo(new ThresholdChoice(new ThresholdRule.MaximumF1(), 0.9, Estimate.of(2.0 / 3)));
        assertThat(new ThresholdRule.Youden().choose(cases))
                .isEqualTo(new ThresholdChoice(new ThresholdRule.Youden(), 0.9, Estimate.of(0.5)));
        assertThat(new ThresholdRule.Fixed(0.25).choose(cases).threshold()).isEqualTo(0.25);
    }

    @Test
    void rulesRefuseCasesWithoutTheClassTheyNeed() {
        List<ScoredCase> negatives = List.of(scored("a", 1, false, 0.9));
        List<ScoredCase> positives = List.of(scored("a", 1, true, 0.9));

        assertThatThrownBy(() -> new ThresholdRule.MaximumF1().choose(negatives))
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> new ThresholdRule.Youden().choose(negatives)).hasMessageContaining("0 and 1");
        assertThatThrownBy(() -> new ThresholdRule.Youden().choose(positives)).hasMessageContaining("1 and 0");
    }

    @Test
    void crossValidationReportsSampleStandardDeviationAndPoolsAllFolds() {
        List<List<ScoredCase>> folds = List.of(
                List.of(scored("a", 1, true, 0.9), scored("b", 2, false, 0.1)),
                List.of(scored("c", 3, true, 0.2), scored("d", 4, false, 0.3)),
                List.of(scored("e", 5, true, 0.4), scored("f", 6, false, 0.4)));

        CrossValidationSummary summary = CrossValidationSummary.of(folds, ThresholdChoice.fixed(0.5), BOOTSTRAP);

        assertThat(summary.folds()).extracting(fold -> fold.rocAuc().value()).containsExactly(1.0, 0.0, 0.5);
        assertThat(summary.meanRocAuc().value()).isEqualTo(0.5);
        assertThat(summary.standardDeviationRocAuc().value()).isCloseTo(0.5, within(1e-15));
        assertThat(summary.pooled().images()).isEqualTo(6);
    }

    @Test
    void aFoldWithOneClassLeavesTheMeanUndefined() {
        List<List<ScoredCase>> folds = List.of(
                List.of(scored("a", 1, true, 0.9), scored("b", 2, false, 0.1)), List.of(scored("c", 3, true, 0.2)));

        CrossValidationSummary summary = CrossValidationSummary.of(folds, ThresholdChoice.fixed(0.5), BOOTSTRAP);

        assertThat(summary.meanRocAuc()).isEqualTo(Estimate.undefined("fold 1 needs positive and negative cases"));
        assertThat(summary.standardDeviationRocAuc().value()).isNull();
        assertThat(summary.pooled().rocAuc().value()).isNotNull();
    }

    /**
     * By hand: areas 1, 0.5, 0.75 and 0.75 of 2 x 2 folds; their variance is 1/24; as many images are held out as are left, so that of
     * the mean is (1/4 + 1) / 24; Student's quantile for 3 degrees of freedom is 3.182446.
     */
    @Test
    void repeatsWidenTheIntervalByWhatTheirTrainingsShare() {
        List<ScoredCase> perfect = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 2, true, 0.8),
                scored("c", 3, false, 0.1),
                scored("d", 4, false, 0.2));
        List<ScoredCase> half = List.of(
                scored("e", 5, true, 0.9),
                scored("f", 6, true, 0.1),
                scored("g", 7, false, 0.4),
                scored("h", 8, false, 0.5));
        List<ScoredCase> three = List.of(
                scored("a", 1, true, 0.9),
                scored("e", 5, true, 0.3),
                scored("c", 3, false, 0.4),
                scored("g", 7, false, 0.2));
        List<ScoredCase> quarters = List.of(
                scored("b", 2, true, 0.9),
                scored("f", 6, true, 0.3),
                scored("d", 4, false, 0.4),
                scored("h", 8, false, 0.2));

        CrossValidationSummary summary = CrossValidationSummary.of(
                List.of(perfect, half, three, quarters), 2, ThresholdChoice.fixed(0.5), BOOTSTRAP);

        Interval interval = summary.meanRocAuc().interval();
        assertThat(summary.folds()).extracting(fold -> fold.rocAuc().value()).containsExactly(1.0, 0.5, 0.75, 0.75);
        assertThat(interval).isNotNull();
        assertThat(interval.method()).isEqualTo("correctedResampledT");
        assertThat(interval.lower()).isCloseTo(0.75 - 3.182446 * Math.sqrt(1.25 / 24), within(1e-6));
        assertThat(interval.upper()).isEqualTo(1);
        assertThat(summary.repeats()).isEqualTo(2);
        assertThat(summary.pooled().images()).as("each image counts once").isEqualTo(8);
        assertThatThrownBy(() -> CrossValidationSummary.of(
                        List.of(perfect, half, three, quarters), 1, ThresholdChoice.fixed(0.5), BOOTSTRAP))
                .hasMessage("a patient is held out in folds 0 and 2");
        assertThatThrownBy(() -> CrossValidationSummary.of(
                        List.of(perfect, half, three), 2, ThresholdChoice.fixed(0.5), BOOTSTRAP))
                .hasMessage("repeats must divide the number of folds, were 2 and 3");
    }

    @Test
    void refusesAPatientHeldOutTwice() {
        List<List<ScoredCase>> folds = List.of(List.of(scored("a", 1, true, 0.9)), List.of(scored("b", 1, false, 0.1)));

        assertThatThrownBy(() -> CrossValidationSummary.of(folds, ThresholdChoice.fixed(0.5), BOOTSTRAP))
                .hasMessage("a patient is held out in folds 0 and 1");
    }

    private static List<ScoredCase> randomCases(long seed, int images, int patients) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            int patient = i % patients;
            boolean positive = patient % 3 == 0;
            double score = Math.min(1, Math.max(0, (positive ? 0.55 : 0.35) + 0.5 * (random.nextDouble() - 0.5)));
            cases.add(scored("image" + i, patient, positive, Math.round(score * 50) / 50.0));
        }
        return cases;
    }

    private static List<ScoredCase> mapped(List<ScoredCase> cases, DoubleUnaryOperator score, boolean flip) {
        return cases.stream()
                .map(one -> new ScoredCase(
                        one.image(), one.patient(), one.positive() != flip, score.applyAsDouble(one.probability())))
                .toList();
    }

    private static ScoredCase scored(String image, int patient, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId("p" + patient), positive, probability);
    }
}
