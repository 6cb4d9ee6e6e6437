package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.ReferenceVectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BinaryCrossEntropyTest {

    @Test
    void isTheLogarithmOfTwoWhereTheLogitIsZero() {
        assertThat(BinaryCrossEntropy.of(0, 1, 1)).isCloseTo(Math.log(2), within(1e-15));
        assertThat(BinaryCrossEntropy.of(0, 0, 5)).isCloseTo(Math.log(2), within(1e-15));
        assertThat(BinaryCrossEntropy.of(0, 1, 5)).isCloseTo(5 * Math.log(2), within(1e-14));
    }

    @Test
    void staysFiniteAndExactForLogitsOfAnySize() {
        assertThat(BinaryCrossEntropy.of(1000, 0, 1)).isEqualTo(1000);
        assertThat(BinaryCrossEntropy.of(-1000, 1, 2)).isEqualTo(2000);
        assertThat(BinaryCrossEntropy.of(-50, 0, 1)).isCloseTo(Math.exp(-50), within(1e-36));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "mean", "sum"})
    @Tag("reference")
    @Tag("engine")
    void equalsPyTorchInValueAndGradient(String reduction) {
        int compared = 0;
        for (JsonNode reference : ReferenceVectors.read("losses.json").path("cases")) {
            if (reference.path("loss").stringValue().equals("bce_with_logits")
                    && reference.path("reduction").stringValue().equals(reduction)
                    && reference.path("sample_weight").isNull()) {
                check(reference, reduction, DataType.FLOAT64, 1e-12);
                check(reference, reduction, DataType.FLOAT32, 1e-5);
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    private static void check(JsonNode reference, String reduction, DataType type, double tolerance) {
        double[] expectedValue = numbers(reference.path("float64").path("value"));
        double[] expectedGradient = numbers(reference.path("float64").path("gradient_of_sum"));
        JsonNode rows = reference.path("logits");
        Shape shape = new Shape(rows.size(), rows.get(0).size());
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray logits = manager.create(numbers(rows), shape).toType(type, true);
            NDArray targets =
                    manager.create(numbers(reference.path("targets")), shape).toType(type, true);
            JsonNode weights = reference.path("pos_weight");
            NDArray positiveWeights =
                    (weights.isNull() ? manager.create(1.0) : manager.create(numbers(weights))).toType(type, true);
            logits.setRequiresGradient(true);
            NDArray value;
            try (GradientCollector collector = Engines.engine().newGradientCollector()) {
                value = switch (reduction) {
                    case "mean" -> BinaryCrossEntropy.mean(logits, targets, positiveWeights);
                    case "sum" ->
                        BinaryCrossEntropy.elementwise(logits, targets, positiveWeights)
                                .sum();
                    default -> BinaryCrossEntropy.elementwise(logits, targets, positiveWeights);
                };
                collector.backward(value);
            }
            checkEach(value.toType(DataType.FLOAT64, true).toDoubleArray(), expectedValue, tolerance);
            checkEach(logits.getGradient().toType(DataType.FLOAT64, true).toDoubleArray(), expectedGradient, tolerance);
        }
    }

    private static void checkEach(double[] values, double[] expected, double tolerance) {
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static double[] numbers(JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        collect(node, numbers);
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode node, List<Double> numbers) {
        if (node.isArray()) {
            node.forEach(element -> collect(element, numbers));
        } else {
            numbers.add(ReferenceVectors.number(node));
        }
    }
}
