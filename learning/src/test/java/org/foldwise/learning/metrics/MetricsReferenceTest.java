package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.foldwise.learning.ReferenceTables;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Binary figures against scikit-learn's, to 1e-12: both sides add a few hundred doubles in another order. */
@Tag("reference")
class MetricsReferenceTest {
    private static final Offset<Double> EXACT = within(1e-12);

    @TestFactory
    Stream<DynamicTest> rocCurvesEqualScikitLearns() {
        return everySet((cases, json) -> {
            if (hasBothClasses(cases)) {
                assertEqual(RocCurve.withoutCollinearPoints(cases), json.at("/roc_curve/value"));
                assertEqual(RocCurve.of(cases), json.at("/roc_curve_all_points/value"));
            } else {
                assertThatThrownBy(() -> RocCurve.of(cases)).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> areasUnderTheRocCurveEqualScikitLearns() {
        return everySet((cases, json) -> assertEqual(RocCurve.area(cases), json.at("/roc_auc/value")));
    }

    @TestFactory
    Stream<DynamicTest> precisionRecallCurvesEqualScikitLearns() {
        return everySet((cases, json) -> {
            if (cases.stream().noneMatch(ScoredCase::positive)) {
                assertThat(PrecisionRecallCurve.averagePrecision(cases).undefinedBecause())
                        .isNotNull();
                return;
            }
            List<PrecisionRecallCurve.Point> points =
                    PrecisionRecallCurve.of(cases).points();
            assertThat(points.stream()
                            .mapToDouble(PrecisionRecallCurve.Point::precision)
                            .toArray())
                    .containsExactly(
                            ReferenceTables.numbers(json.at("/precision_recall_curve/value/precision")), EXACT);
            assertThat(points.stream()
                            .mapToDouble(PrecisionRecallCurve.Point::recall)
                            .toArray())
                    .containsExactly(ReferenceTables.numbers(json.at("/precision_recall_curve/value/recall")), EXACT);
            assertThat(points.stream()
                            .map(PrecisionRecallCurve.Point::threshold)
                            .limit(points.size() - 1L)
                            .mapToDouble(threshold -> threshold)
                            .toArray())
                    .containsExactly(ReferenceTables.numbers(json.at("/precision_recall_curve/value/thresholds")));
            assertEqual(PrecisionRecallCurve.averagePrecision(cases), json.at("/average_precision/value"));
        });
    }

    @TestFactory
    Stream<DynamicTest> decisionsAtOneHalfEqualScikitLearns() {
        return everySet((cases, json) -> {
            assertEqual(ConfusionMatrix.at(0.5, cases), json.get("pred_ge_half"));
            assertEqual(ConfusionMatrix.at(Math.nextUp(0.5), cases), json.get("pred_gt_half"));
        });
    }

    @TestFactory
    Stream<DynamicTest> figuresOfEachClassEqualScikitLearns() {
        return everySet((cases, json) -> {
            JsonNode reference = json.at("/pred_ge_half/averages/per_class_zero_division_0/value");
            ValidationFigures figures = ValidationFigures.of(0, cases, List.of("no", "yes"));
            for (int k = 0; k < 2; k++) {
                ValidationFigures.ClassFigures ours = figures.classes().get(k);
                assertThat(ours.support()).isEqualTo(reference.at("/3/" + k).longValue());
                // 0/0 is 0 there and undefined here
                assertThat(orZero(ours.precision()))
                        .isCloseTo(reference.at("/0/" + k).doubleValue(), EXACT);
                assertThat(orZero(ours.recall()))
                        .isCloseTo(reference.at("/1/" + k).doubleValue(), EXACT);
                assertThat(orZero(ours.f1())).isCloseTo(reference.at("/2/" + k).doubleValue(), EXACT);
                assertThat(ours.specificity())
                        .isEqualTo(figures.classes().get(1 - k).recall());
            }
        });
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    @TestFactory
    Stream<DynamicTest> calibrationEqualsTheReference() {
        return everySet((cases, json) -> {
            Calibration calibration = Calibration.of(cases);
            assertThat(calibration.brierScore())
                    .isCloseTo(json.get("brier_plain").doubleValue(), EXACT);
            assertThat(calibration.logLoss())
                    .isCloseTo(json.at("/log_loss_labels_given/value").doubleValue(), EXACT);
            assertEqual(calibration, json.get("calibration"));
            assertEqual(Calibration.of(mapped(cases, score -> score * 0.1)), json.get("calibration_small"));
            assertEqual(
                    Calibration.of(mapped(cases, score -> score / (score + 3 * (1 - score)))),
                    json.get("calibration_logit_shifted"));
        });
    }

    @TestFactory
    Stream<DynamicTest> calibrationCurvesEqualScikitLearns() {
        return everySet((cases, json) -> {
            assertEqual(Calibration.uniformBins(cases, 10), json.at("/calibration_curve_uniform_10/value"));
            assertEqual(Calibration.quantileBins(cases, 5), json.at("/calibration_curve_quantile_5/value"));
        });
    }

    @TestFactory
    Stream<DynamicTest> trapezoidalAreasUnderThePrecisionRecallCurveEqualScikitLearns() {
        return everySet((cases, json) -> {
            Estimate area = PrecisionRecallCurve.trapezoidalArea(cases);
            if (cases.stream().anyMatch(ScoredCase::positive)) {
                assertEqual(area, json.at("/auc_trapezoid_pr/value"));
            } else {
                // recall is undefined at every threshold; scikit-learn calls it 1
                assertThat(area.value()).isNull();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> youdensThresholdIsAmongScikitLearnsMaxima() {
        return everySet((cases, json) -> {
            if (hasBothClasses(cases) && json.at("/youden/j").doubleValue() > 1e-12) {
                double[] maxima = ReferenceTables.numbers(json.at("/youden/all_at_maximum"));
                double threshold = new ThresholdRule.Youden().choose(cases).threshold();
                // exact ties that rounding splits there may give us a higher one
                assertThat(threshold)
                        .isGreaterThanOrEqualTo(Arrays.stream(maxima).max().orElseThrow());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> thresholdsReachScikitLearnsMaxima() {
        return everySet((cases, json) -> {
            JsonNode f1 = json.get("best_f1_over_all_scores");
            if (cases.stream().anyMatch(ScoredCase::positive)) {
                ThresholdChoice choice = new ThresholdRule.MaximumF1().choose(cases);
                assertThat(choice.reached().value()).isCloseTo(f1.get("f1").doubleValue(), EXACT);
                assertThat(ConfusionMatrix.at(choice.threshold(), cases).f1()).isEqualTo(choice.reached());
            }
            if (hasBothClasses(cases)) {
                ThresholdChoice choice = new ThresholdRule.Youden().choose(cases);
                double reached = choice.reached().value();
                double reference = json.at("/youden/j").doubleValue();
                // the reference also looks at "nothing is positive", whose index is 0
                if (reference > 1e-12) {
                    assertThat(reached).isCloseTo(reference, EXACT);
                } else {
                    assertThat(reached).isLessThanOrEqualTo(1e-12);
                }
                ConfusionMatrix matrix = ConfusionMatrix.at(choice.threshold(), cases);
                assertThat(matrix.recall().value() + matrix.specificity().value() - 1)
                        .isCloseTo(reached, EXACT);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> f1AtGivenThresholdsEqualsScikitLearns() {
        return everySet((cases, json) -> {
            double[] thresholds = ReferenceTables.numbers(json.at("/f1_at_thresholds_gt/thresholds"));
            double[] f1 = ReferenceTables.numbers(json.at("/f1_at_thresholds_gt/f1"));
            for (int i = 0; i < thresholds.length; i++) {
                Estimate ours =
                        ConfusionMatrix.at(Math.nextUp(thresholds[i]), cases).f1();
                // 0/0 is 0 there and undefined here
                assertThat(ours.value() == null ? 0 : ours.value()).isCloseTo(f1[i], EXACT);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> bootstrapOfSingleImagePatientsEqualsTheReference() {
        return Stream.of(dynamicTest("bootstrap_auc", () -> {
            JsonNode json = ReferenceTables.read("statistics.json").get("bootstrap_auc");
            List<ScoredCase> cases = cases(json);
            int resamples = json.get("B").intValue();
            String text = json.get("index_text").asString().replace("<b>", "");
            PatientBootstrap bootstrap = PatientBootstrap.of(
                    cases, 0.5, new BootstrapSpec(resamples, 0, 0.95), (resample, multiplicities) -> {
                        for (int i = 0; i < multiplicities.length; i++) {
                            multiplicities[(int) (unit(text + resample, i) * multiplicities.length)]++;
                        }
                    });
            Interval interval =
                    bootstrap.interval(PatientBootstrap.Figure.ROC_AUC).orElseThrow();
            double[] expected = ReferenceTables.numbers(json.get("percentile95"));
            assertThat(interval.lower()).isCloseTo(expected[0], EXACT);
            assertThat(interval.upper()).isCloseTo(expected[1], EXACT);
            assertThat(bootstrap.singleClassResamples())
                    .isEqualTo(json.get("skipped_single_class").intValue());
        }));
    }

    /** The reference's formula for uniform numbers: FNV-1a of the text, then SplitMix64. */
    private static double unit(String text, int index) {
        long key = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            key = (key ^ (b & 0xff)) * 0x100000001B3L;
        }
        long z = key + (index + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1p-53;
    }

    private static Stream<DynamicTest> everySet(BiConsumer<List<ScoredCase>, JsonNode> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> set :
                ReferenceTables.read("metrics.json").get("binary").properties()) {
            tests.add(dynamicTest(set.getKey(), () -> check.accept(cases(set.getValue()), set.getValue())));
        }
        return tests.stream();
    }

    private static List<ScoredCase> cases(JsonNode json) {
        return ReferenceTables.cases(json.get("y"), json.get("scores"));
    }

    private static List<ScoredCase> mapped(List<ScoredCase> cases, DoubleUnaryOperator function) {
        return cases.stream()
                .map(scored -> new ScoredCase(
                        scored.image(),
                        scored.patient(),
                        scored.positive(),
                        function.applyAsDouble(scored.probability())))
                .toList();
    }

    private static boolean hasBothClasses(List<ScoredCase> cases) {
        return cases.stream().map(ScoredCase::positive).distinct().count() == 2;
    }

    private static void assertEqual(Estimate ours, JsonNode reference) {
        // scikit-learn refuses an undefined figure or answers NaN, depending on its version
        boolean isUndefined = reference.isString() && reference.stringValue().equals("NaN");
        if (isUndefined || reference.isMissingNode() || reference.isNull()) {
            assertThat(ours.value()).isNull();
        } else {
            assertThat(ours.value()).isCloseTo(reference.doubleValue(), EXACT);
        }
    }

    private static void assertEqual(RocCurve curve, JsonNode reference) {
        List<RocCurve.Point> points = curve.points();
        assertThat(points.stream()
                        .mapToDouble(RocCurve.Point::falsePositiveRate)
                        .toArray())
                .containsExactly(ReferenceTables.numbers(reference.get("fpr")), EXACT);
        assertThat(points.stream().mapToDouble(RocCurve.Point::truePositiveRate).toArray())
                .containsExactly(ReferenceTables.numbers(reference.get("tpr")), EXACT);
        double[] thresholds = ReferenceTables.numbers(reference.get("thresholds"));
        for (int i = 1; i < thresholds.length; i++) {
            assertThat(points.get(i).threshold()).isEqualTo(thresholds[i]);
        }
        assertThat(points.get(0).threshold()).isNull();
    }

    private static void assertEqual(ConfusionMatrix ours, JsonNode reference) {
        JsonNode counts = reference.get("confusion");
        assertThat(ours)
                .isEqualTo(new ConfusionMatrix(
                        counts.at("/0/0").longValue(),
                        counts.at("/0/1").longValue(),
                        counts.at("/1/0").longValue(),
                        counts.at("/1/1").longValue()));
        assertEqual(ours.accuracy(), reference.get("accuracy"));
        assertEqual(ours.recall(), reference.get("sensitivity"));
        assertEqual(ours.specificity(), reference.get("specificity"));
        assertEqual(ours.precision(), reference.get("ppv"));
        assertEqual(ours.negativePredictiveValue(), reference.get("npv"));
        // scikit-learn puts a number where these are undefined
        assertEqualWhereDefined(ours.balancedAccuracy(), reference.at("/balanced_accuracy/value"));
        assertEqualWhereDefined(ours.f1(), reference.at("/f1/value"));
        assertEqualWhereDefined(ours.matthewsCorrelation(), reference.at("/mcc/value"));
        assertThat(ours.f1().valueOr(0)).isCloseTo(reference.at("/f1/value").doubleValue(), EXACT);
        assertThat(ours.f1().valueOr(1))
                .isCloseTo(reference.at("/f1_zero_division_1/value").doubleValue(), EXACT);
        assertThat(ours.fBeta(1)).isEqualTo(ours.f1());
        assertThat(ours.fBeta(2).valueOr(0)).isCloseTo(reference.at("/f2/value").doubleValue(), EXACT);
        assertThat(ours.jaccard().valueOr(0))
                .isCloseTo(reference.at("/jaccard/value").doubleValue(), EXACT);
        assertEqualWhereDefined(ours.kappa(), reference.at("/kappa/value"));
        assertThat(ours.balancedAccuracy().value() != null).isEqualTo(ours.positives() > 0 && ours.negatives() > 0);
    }

    private static void assertEqual(List<Calibration.Bin> ours, JsonNode reference) {
        assertThat(ours.stream().mapToDouble(Calibration.Bin::positiveShare).toArray())
                .containsExactly(ReferenceTables.numbers(reference.get("prob_true")), EXACT);
        assertThat(ours.stream().mapToDouble(Calibration.Bin::meanProbability).toArray())
                .containsExactly(ReferenceTables.numbers(reference.get("prob_pred")), EXACT);
    }

    private static void assertEqualWhereDefined(Estimate ours, JsonNode reference) {
        if (ours.value() == null) {
            assertThat(ours.undefinedBecause()).isNotBlank();
        } else {
            assertEqual(ours, reference);
        }
    }

    private static void assertEqual(Calibration ours, JsonNode reference) {
        assertThat(ours.expectedCalibrationError())
                .isCloseTo(reference.get("ece").doubleValue(), EXACT);
        assertThat(ours.maximumCalibrationError())
                .isCloseTo(reference.get("mce").doubleValue(), EXACT);
        JsonNode bins = reference.get("bins");
        assertThat(ours.bins()).hasSize(bins.size());
        for (int i = 0; i < bins.size(); i++) {
            Calibration.Bin bin = ours.bins().get(i);
            assertThat(bin.lower()).isCloseTo(bins.get(i).get("bin").intValue() / 10.0, EXACT);
            assertThat(bin.cases()).isEqualTo(bins.get(i).get("count").intValue());
            assertThat(bin.meanProbability())
                    .isCloseTo(bins.get(i).get("mean_score").doubleValue(), EXACT);
            assertThat(bin.positiveShare()).isCloseTo(bins.get(i).get("rate").doubleValue(), EXACT);
        }
    }
}
