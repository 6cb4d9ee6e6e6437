package org.foldwise.learning.metrics.multiclass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.ClassAverages.Average;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Figures of exclusive classes against scikit-learn's, to 1e-12: both sides add a few hundred doubles in another order. */
@Tag("reference")
class MulticlassReferenceTest {
    private static final Offset<Double> EXACT = within(1e-12);
    private static final List<Function<ConfusionMatrix, Estimate>> PRECISION_RECALL_F1 =
            List.of(ConfusionMatrix::precision, ConfusionMatrix::recall, ConfusionMatrix::f1);

    @TestFactory
    Stream<DynamicTest> matricesEqualScikitLearns() {
        return everySet((cases, json) -> {
            ClassMatrix matrix = ClassMatrix.of(json.get("classes").intValue(), cases);
            List<List<Estimate>> normalised = matrix.normalised(ClassMatrix.Normalisation.TRUTH);
            for (int t = 0; t < matrix.classes(); t++) {
                for (int p = 0; p < matrix.classes(); p++) {
                    assertThat(matrix.counts().get(t).get(p))
                            .isEqualTo(json.get("confusion").get(t).get(p).longValue());
                    assertThat(normalised.get(t).get(p).valueOr(0))
                            .isCloseTo(
                                    json.get("confusion_normalised_by_true")
                                            .get(t)
                                            .get(p)
                                            .doubleValue(),
                                    EXACT);
                    assertThat(normalised.get(t).get(p).hasValue()).isEqualTo(matrix.support(t) > 0);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> figuresOfDecisionsEqualScikitLearns() {
        return everySet((cases, json) -> {
            ClassMatrix matrix = ClassMatrix.of(json.get("classes").intValue(), cases);
            assertEqual(matrix.accuracy(), json.get("accuracy"));
            // a class without cases is left out there
            assertEqual(matrix.each(ConfusionMatrix::recall).overDefined(), json.at("/balanced_accuracy/value"));
            assertThat(matrix.balancedAccuracy().hasValue())
                    .isEqualTo(matrix.each(ConfusionMatrix::recall).defined() == matrix.classes());
            assertEqual(matrix.matthewsCorrelation(), json.at("/mcc/value"));
            assertEqual(matrix.kappa(ClassMatrix.KappaWeights.NONE), json.at("/kappa_plain/value"));
            assertEqual(matrix.kappa(ClassMatrix.KappaWeights.LINEAR), json.at("/kappa_linear/value"));
            assertEqual(matrix.kappa(ClassMatrix.KappaWeights.QUADRATIC), json.at("/kappa_quadratic/value"));
        });
    }

    @TestFactory
    Stream<DynamicTest> averagesEqualScikitLearnsUnderBothZeroDivisions() {
        return everySet((cases, json) -> {
            ClassMatrix matrix = ClassMatrix.of(json.get("classes").intValue(), cases);
            for (int zero = 0; zero <= 1; zero++) {
                JsonNode averages = json.get("averages");
                for (int figure = 0; figure < 3; figure++) {
                    Averages strict = matrix.each(PRECISION_RECALL_F1.get(figure));
                    Averages filled = strict.withUndefinedAs(zero);
                    assertEqual(matrix.accuracy(), averages.at("/micro_zero_division_" + zero + "/value/" + figure));
                    assertEqual(filled.macro(), averages.at("/macro_zero_division_" + zero + "/value/" + figure));
                    assertEqual(filled.weighted(), averages.at("/weighted_zero_division_" + zero + "/value/" + figure));
                    JsonNode each = averages.at("/per_class_zero_division_" + zero + "/value");
                    for (int k = 0; k < matrix.classes(); k++) {
                        // scikit-learn 1.2 lists 0 for an undefined F1 here even where its macro average counts 1
                        if (figure < 2 || strict.each().get(k).hasValue()) {
                            assertEqual(filled.each().get(k), each.get(figure).get(k));
                        }
                        assertThat(strict.supports().get(k))
                                .isEqualTo(each.get(3).get(k).longValue());
                    }
                    boolean allDefined = strict.defined() == matrix.classes();
                    assertThat(strict.macro().hasValue()).isEqualTo(allDefined);
                }
            }
        });
    }

    /** Where every class has cases and decisions; elsewhere scikit-learn's averages are of other classes. */
    @TestFactory
    Stream<DynamicTest> aReportHoldsScikitLearnsAverages() {
        return everySet((cases, json) -> {
            int classes = json.get("classes").intValue();
            ClassMatrix matrix = ClassMatrix.of(classes, cases);
            MulticlassReport report = (MulticlassReport) TaskReport.of(
                    new ScoredImages.Multiclass(
                            IntStream.range(0, classes).mapToObj(k -> "c" + k).toList(), cases),
                    new Decision.MostProbable(),
                    new BootstrapSpec(100, 1, 0.95));
            assertThat(report.topCalibrationError().value())
                    .isCloseTo(json.at("/top_label_calibration/ece").doubleValue(), EXACT);
            assertThat(report.topMaximumCalibrationError().value())
                    .isCloseTo(json.at("/top_label_calibration/mce").doubleValue(), EXACT);
            assertEqual(report.averages().f1().micro(), json.at("/averages/micro_zero_division_0/value/2"));
            if (matrix.each(ConfusionMatrix::precision).defined() < classes
                    || matrix.each(ConfusionMatrix::recall).defined() < classes) {
                return;
            }
            List<Average> averages = List.of(
                    report.averages().precision(),
                    report.averages().recall(),
                    report.averages().f1());
            for (int figure = 0; figure < 3; figure++) {
                assertEqual(averages.get(figure).macro(), json.at("/averages/macro_zero_division_0/value/" + figure));
                assertEqual(
                        averages.get(figure).weighted(), json.at("/averages/weighted_zero_division_0/value/" + figure));
            }
            assertEqual(report.averages().rocAuc().weighted(), json.at("/roc_auc_ovr_weighted/value"));
            assertEqual(report.averages().rocAuc().micro(), json.at("/roc_auc_ovr_micro/value"));
            assertEqual(report.oneVersusOneRocAuc(), json.at("/roc_auc_ovo_macro/value"));
        });
    }

    @TestFactory
    Stream<DynamicTest> eachClassAgainstTheOthersEqualsScikitLearns() {
        return everySet((cases, json) -> {
            int classes = json.get("classes").intValue();
            ClassMatrix matrix = ClassMatrix.of(classes, cases);
            ClassScores scores = ClassScores.of(classes, cases);
            for (int k = 0; k < classes; k++) {
                JsonNode reference = json.get("per_class").get(k);
                assertEqual(matrix.against(k).recall(), reference.get("sensitivity"));
                assertEqual(matrix.against(k).specificity(), reference.get("specificity"));
                assertEqual(matrix.against(k).precision(), reference.get("ppv"));
                assertEqual(matrix.against(k).negativePredictiveValue(), reference.get("npv"));
                assertEqual(scores.oneVersusRestRocAuc().each().get(k), reference.at("/roc_auc/value"));
                if (matrix.support(k) > 0) {
                    assertEqual(
                            scores.oneVersusRestAveragePrecision().each().get(k),
                            reference.at("/average_precision/value"));
                } else {
                    assertThat(scores.oneVersusRestAveragePrecision()
                                    .each()
                                    .get(k)
                                    .hasValue())
                            .isFalse();
                }
            }
        });
    }

    /** The areas are scikit-learn's; our curves come to them by geometry, the sum over thresholds by steps. */
    @TestFactory
    Stream<DynamicTest> curvesOfEachClassHaveScikitLearnsAreas() {
        return everySet((cases, json) -> {
            int classes = json.get("classes").intValue();
            ClassScores scores = ClassScores.of(classes, cases);
            for (int k = 0; k < classes; k++) {
                JsonNode reference = json.get("per_class").get(k);
                ClassCurves curves = ClassCurves.of("class " + k, scores.against(k));
                if (reference.at("/roc_auc/value").isNumber()) {
                    double area = 0;
                    for (int i = 1; i < curves.rocCurve().size(); i++) {
                        RocCurve.Point left = curves.rocCurve().get(i - 1);
                        RocCurve.Point right = curves.rocCurve().get(i);
                        area += (right.falsePositiveRate() - left.falsePositiveRate())
                                * (right.truePositiveRate() + left.truePositiveRate())
                                / 2;
                    }
                    assertThat(area).isCloseTo(reference.at("/roc_auc/value").doubleValue(), EXACT);
                } else {
                    assertThat(curves.rocCurve()).isEmpty();
                }
                if (scores.against(k).stream().anyMatch(ScoredCase::positive)) {
                    double steps = 0;
                    for (int i = 1; i < curves.precisionRecallCurve().size(); i++) {
                        PrecisionRecallCurve.Point higher =
                                curves.precisionRecallCurve().get(i - 1);
                        steps += (higher.recall()
                                        - curves.precisionRecallCurve().get(i).recall())
                                * higher.precision();
                    }
                    assertThat(steps)
                            .isCloseTo(reference.at("/average_precision/value").doubleValue(), EXACT);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> areasEqualScikitLearns() {
        return everySet((cases, json) -> {
            ClassScores scores = ClassScores.of(json.get("classes").intValue(), cases);
            Averages rest = scores.oneVersusRestRocAuc();
            assertEqual(rest.macro(), json.at("/roc_auc_ovr_macro/value"));
            if (json.at("/roc_auc_ovr_weighted/error").isMissingNode()) {
                assertEqual(rest.weighted(), json.at("/roc_auc_ovr_weighted/value"));
            }
            assertEqual(scores.microRocAuc(), json.at("/roc_auc_ovr_micro/value"));
            Averages pairs = scores.oneVersusOneRocAuc();
            assertEqual(pairs.overDefined(), json.at("/roc_auc_ovo_macro/value"));
            if (pairs.defined() == pairs.each().size()) {
                assertEqual(pairs.macro(), json.at("/roc_auc_ovo_macro/value"));
                assertEqual(pairs.weighted(), json.at("/roc_auc_ovo_weighted/value"));
            } else {
                assertThat(pairs.macro().undefinedBecause()).contains("has no cases");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> figuresOfProbabilitiesEqualTheReference() {
        return everySet((cases, json) -> {
            ClassScores scores = ClassScores.of(json.get("classes").intValue(), cases);
            assertThat(scores.logLoss()).isCloseTo(json.at("/log_loss/value").doubleValue(), EXACT);
            assertThat(scores.brierScore())
                    .isCloseTo(json.get("brier_multiclass_plain").doubleValue(), EXACT);
            assertThat(scores.topAccuracy(2))
                    .isCloseTo(json.at("/top2_accuracy/value").doubleValue(), EXACT);
            assertThat(scores.topAccuracy(1)).isCloseTo(json.get("accuracy").doubleValue(), EXACT);
            Calibration calibration = scores.topLabelCalibration();
            assertThat(calibration.expectedCalibrationError())
                    .isCloseTo(json.at("/top_label_calibration/ece").doubleValue(), EXACT);
            assertThat(calibration.maximumCalibrationError())
                    .isCloseTo(json.at("/top_label_calibration/mce").doubleValue(), EXACT);
            assertThat(calibration.bins())
                    .hasSameSizeAs(json.at("/top_label_calibration/bins").values());
        });
    }

    private static void assertEqual(Estimate ours, JsonNode reference) {
        if (reference.isNumber()) {
            assertThat(ours.value()).isCloseTo(reference.doubleValue(), EXACT);
        } else {
            assertThat(ours.undefinedBecause()).isNotBlank();
        }
    }

    private static Stream<DynamicTest> everySet(BiConsumer<List<ClassifiedCase>, JsonNode> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> set :
                ReferenceTables.read("metrics.json").get("multiclass").properties()) {
            tests.add(dynamicTest(set.getKey(), () -> check.accept(cases(set.getValue()), set.getValue())));
        }
        return tests.stream();
    }

    private static List<ClassifiedCase> cases(JsonNode json) {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < json.get("y").size(); i++) {
            String name = String.format("%04d", i);
            double[] probabilities =
                    ReferenceTables.numbers(json.get("probabilities").get(i));
            cases.add(new ClassifiedCase(
                    name,
                    new PatientId(name),
                    json.get("y").get(i).intValue(),
                    Arrays.stream(probabilities).boxed().toList()));
        }
        return cases;
    }
}
