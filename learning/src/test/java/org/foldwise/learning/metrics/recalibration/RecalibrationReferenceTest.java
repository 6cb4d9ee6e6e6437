package org.foldwise.learning.metrics.recalibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.foldwise.learning.ReferenceTables;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Fits against SciPy's and scikit-learn's, to 1e-9: both sides find the optimum of a smooth loss by iteration. */
@Tag("reference")
class RecalibrationReferenceTest {
    private static final Offset<Double> CLOSE = within(1e-9);

    @TestFactory
    Stream<DynamicTest> temperaturesEqualTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode json : ReferenceTables.read("statistics.json").get("temperature")) {
            String kind = json.get("kind").asString();
            tests.add(dynamicTest(
                    json.get("set").asString(),
                    () -> assertTemperature(kind.equals("binary") ? binary(json) : multiclass(json), json)));
        }
        return tests.stream();
    }

    private static void assertTemperature(Estimate ours, JsonNode json) {
        if (json.get("temperature").isNull()) {
            assertThat(ours.undefinedBecause()).isNotBlank();
        } else {
            assertThat(ours.value()).isCloseTo(json.get("temperature").doubleValue(), CLOSE);
        }
    }

    private static Estimate binary(JsonNode json) {
        double[] logits = ReferenceTables.numbers(json.get("logits"));
        Estimate temperature = Recalibration.Temperature.fit(logits, positive(json));
        Double value = temperature.value();
        if (value != null) {
            double[] probabilities = new double[logits.length];
            for (int i = 0; i < logits.length; i++) {
                probabilities[i] = 1 / (1 + Math.exp(-logits[i]));
            }
            List<ScoredCase> cases = ReferenceTables.cases(json.get("y"), probabilities);
            // fitted and applied on probabilities it is the same but for the rounding of probabilities near 1
            assertThat(Recalibration.Temperature.fit(cases).value()).isCloseTo(value, within(1e-7));
            Calibration calibration = Calibration.of(new Recalibration.Temperature(value).apply(cases));
            assertThat(calibration.logLoss()).isCloseTo(json.get("nll").doubleValue(), CLOSE);
            assertThat(calibration.expectedCalibrationError())
                    .isCloseTo(json.get("ece").doubleValue(), CLOSE);
        }
        return temperature;
    }

    private static Estimate multiclass(JsonNode json) {
        int n = json.get("y").size();
        double[][] logits = new double[n][];
        int[] truth = new int[n];
        for (int i = 0; i < n; i++) {
            logits[i] = ReferenceTables.numbers(json.get("logits").get(i));
            truth[i] = json.get("y").get(i).intValue();
        }
        return Recalibration.Temperature.fitToClasses(logits, truth);
    }

    @TestFactory
    Stream<DynamicTest> plattsSigmoidsEqualTheReference() {
        return each("platt", json -> {
            double[] scores = ReferenceTables.numbers(json.get("scores"));
            Recalibration.Platt platt = Recalibration.Platt.fit(scores, positive(json));
            assertThat(platt.a()).isCloseTo(json.at("/exact/a").doubleValue(), CLOSE);
            assertThat(platt.b()).isCloseTo(json.at("/exact/b").doubleValue(), CLOSE);
            assertThat(platt.a()).isCloseTo(json.at("/sklearn/a").doubleValue(), within(1e-5));
            assertThat(platt.b()).isCloseTo(json.at("/sklearn/b").doubleValue(), within(1e-5));
            double[] query = ReferenceTables.numbers(json.get("query"));
            double[] expected = ReferenceTables.numbers(json.get("probabilities_exact"));
            for (int i = 0; i < query.length; i++) {
                assertThat(platt.ofLogit(query[i])).isCloseTo(expected[i], CLOSE);
                double probability = 1 / (1 + Math.exp(-query[i]));
                assertThat(platt.apply(probability)).isCloseTo(expected[i], CLOSE);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> isotonicMapsEqualScikitLearns() {
        return each("isotonic", json -> {
            List<ScoredCase> cases = ReferenceTables.cases(json.get("y"), json.get("x"));
            Recalibration.Isotonic map = Recalibration.Isotonic.fit(cases);
            assertThat(map.knots().stream()
                            .mapToDouble(Recalibration.Isotonic.Knot::input)
                            .toArray())
                    .containsExactly(ReferenceTables.numbers(json.get("knots_x")), CLOSE);
            assertThat(map.knots().stream()
                            .mapToDouble(Recalibration.Isotonic.Knot::output)
                            .toArray())
                    .containsExactly(ReferenceTables.numbers(json.get("knots_y")), CLOSE);
            assertMaps(map, json.get("x"), json.get("fitted"));
            assertMaps(map, json.get("query"), json.get("query_result"));
        });
    }

    private static void assertMaps(Recalibration.Monotone map, JsonNode from, JsonNode to) {
        double[] inputs = ReferenceTables.numbers(from);
        double[] outputs = ReferenceTables.numbers(to);
        for (int i = 0; i < inputs.length; i++) {
            assertThat(map.apply(inputs[i])).isCloseTo(outputs[i], CLOSE);
        }
    }

    private static boolean[] positive(JsonNode json) {
        boolean[] positive = new boolean[json.get("y").size()];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = json.get("y").get(i).intValue() == 1;
        }
        return positive;
    }

    private static Stream<DynamicTest> each(String section, Consumer<JsonNode> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> set :
                ReferenceTables.read("statistics.json").get(section).properties()) {
            tests.add(dynamicTest(set.getKey(), () -> check.accept(set.getValue())));
        }
        return tests.stream();
    }
}
