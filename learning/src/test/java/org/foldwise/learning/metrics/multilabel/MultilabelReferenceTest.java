package org.foldwise.learning.metrics.multilabel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Figures of several findings against scikit-learn's, to 1e-12: both sides add a few hundred doubles in another order. */
@Tag("reference")
class MultilabelReferenceTest {
    private static final Offset<Double> EXACT = within(1e-12);
    private static final List<Function<ConfusionMatrix, Estimate>> PRECISION_RECALL_F1 =
            List.of(ConfusionMatrix::precision, ConfusionMatrix::recall, ConfusionMatrix::f1);

    @TestFactory
    Stream<DynamicTest> matricesAndSharesEqualScikitLearns() {
        return everySet((cases, json) -> {
            LabelDecisions decisions = aboveOneHalf(cases);
            for (int k = 0; k < json.get("labels").intValue(); k++) {
                JsonNode counts = json.get("confusion_per_label").get(k);
                assertThat(decisions.ofLabels().get(k))
                        .isEqualTo(new ConfusionMatrix(
                                counts.at("/0/0").longValue(),
                                counts.at("/0/1").longValue(),
                                counts.at("/1/0").longValue(),
                                counts.at("/1/1").longValue()));
            }
            assertThat(decisions.subsetAccuracy())
                    .isCloseTo(json.get("subset_accuracy").doubleValue(), EXACT);
            assertThat(decisions.hammingLoss())
                    .isCloseTo(json.get("hamming_loss").doubleValue(), EXACT);
        });
    }

    @TestFactory
    Stream<DynamicTest> averagesEqualScikitLearnsUnderBothZeroDivisions() {
        return everySet((cases, json) -> {
            LabelDecisions decisions = aboveOneHalf(cases);
            JsonNode averages = json.get("averages");
            for (int figure = 0; figure < 3; figure++) {
                Function<ConfusionMatrix, Estimate> one = PRECISION_RECALL_F1.get(figure);
                for (int zero = 0; zero <= 1; zero++) {
                    Averages filled = decisions.eachLabel(one).withUndefinedAs(zero);
                    assertEqual(
                            one.apply(decisions.micro()),
                            averages.at("/micro_zero_division_" + zero + "/value/" + figure));
                    assertEqual(filled.macro(), averages.at("/macro_zero_division_" + zero + "/value/" + figure));
                    assertEqual(filled.weighted(), averages.at("/weighted_zero_division_" + zero + "/value/" + figure));
                    JsonNode each = averages.at("/per_class_zero_division_" + zero + "/value/" + figure);
                    for (int k = 0; k < each.size(); k++) {
                        assertEqual(filled.each().get(k), each.get(k));
                    }
                }
                assertEqual(
                        decisions.eachImage(one).withUndefinedAs(0).macro(),
                        json.at("/samples_zero_division_0/value/" + figure));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> areasAndAveragePrecisionsEqualScikitLearns() {
        return everySet((cases, json) -> {
            int labels = json.get("labels").intValue();
            LabelScores scores = LabelScores.of(labels, cases);
            Averages areas = scores.rocAuc();
            Averages precisions = scores.averagePrecision();
            for (int k = 0; k < labels; k++) {
                assertEqual(areas.each().get(k), json.at("/roc_auc_per_label/" + k + "/value"));
                assertThat(precisions.each().get(k).valueOr(0))
                        .isCloseTo(
                                json.at("/average_precision_per_label/" + k + "/value")
                                        .doubleValue(),
                                EXACT);
            }
            assertEqual(areas.macro(), json.at("/roc_auc_macro/value"));
            assertEqual(areas.overDefined(), json.at("/roc_auc_macro_over_defined_labels/value"));
            assertThat(areas.defined())
                    .isEqualTo(json.at("/roc_auc_macro_over_defined_labels/labels_used")
                            .intValue());
            if (areas.macro().hasValue()) {
                assertEqual(areas.weighted(), json.at("/roc_auc_weighted/value"));
            }
            assertEqual(scores.microRocAuc(), json.at("/roc_auc_micro/value"));
            assertEqual(scores.microAveragePrecision(), json.at("/average_precision_micro/value"));
            assertEqual(precisions.withUndefinedAs(0).macro(), json.at("/average_precision_macro/value"));
            assertEqual(precisions.weighted(), json.at("/average_precision_weighted/value"));
            assertEqual(scores.rocAucOfImages().macro(), json.at("/roc_auc_samples/value"));
            assertEqual(
                    scores.averagePrecisionOfImages().withUndefinedAs(0).macro(),
                    json.at("/average_precision_samples/value"));
        });
    }

    /** The reference calls positive what is above one half; here at one half is positive as well. */
    private static LabelDecisions aboveOneHalf(List<LabelledCase> cases) {
        return LabelDecisions.at(Math.nextUp(0.5), cases);
    }

    private static void assertEqual(Estimate ours, JsonNode reference) {
        if (reference.isNumber()) {
            assertThat(ours.value()).isCloseTo(reference.doubleValue(), EXACT);
        } else {
            assertThat(ours.undefinedBecause()).isNotBlank();
        }
    }

    private static Stream<DynamicTest> everySet(BiConsumer<List<LabelledCase>, JsonNode> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> set :
                ReferenceTables.read("metrics.json").get("multilabel").properties()) {
            tests.add(dynamicTest(set.getKey(), () -> check.accept(cases(set.getValue()), set.getValue())));
        }
        return tests.stream();
    }

    private static List<LabelledCase> cases(JsonNode json) {
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < json.get("y").size(); i++) {
            String name = String.format("%04d", i);
            double[] truth = ReferenceTables.numbers(json.get("y").get(i));
            double[] scores = ReferenceTables.numbers(json.get("scores").get(i));
            cases.add(new LabelledCase(
                    name,
                    new PatientId(name),
                    Arrays.stream(truth).mapToObj(value -> value == 1).toList(),
                    Arrays.stream(scores).boxed().toList()));
        }
        return cases;
    }
}
