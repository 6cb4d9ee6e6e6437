package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.ClassWeights;
import org.foldwise.learning.network.Differences;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.LossArithmetic;
import org.foldwise.learning.network.LossBlocks;
import org.foldwise.learning.network.ReferenceVectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Values of every loss in the reference file, and the gradients of their sum, against PyTorch and torchvision. */
@Tag("reference")
@Tag("engine")
class LossReferenceTest {
    private static final LossBlocks BLOCKS = new LossBlocks();
    private static final LossArithmetic KERNELS = Engines.engine().kernels();

    private static JsonNode cases() {
        return ReferenceVectors.read("losses.json").path("cases");
    }

    static Stream<String> losses() {
        return cases().valueStream()
                .map(reference -> reference.path("loss").stringValue())
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("losses")
    void equalsPyTorchInValueAndGradient(String loss) {
        Differences differences = new Differences("losses.json " + loss);
        for (JsonNode reference : cases()) {
            if (reference.path("loss").stringValue().equals(loss)) {
                check(reference, BLOCKS, DataType.FLOAT64, 1e-12, differences);
                check(reference, BLOCKS, DataType.FLOAT32, 1e-5, differences);
                if (isMean(reference)) {
                    check(reference, KERNELS, DataType.FLOAT64, 1e-12, differences);
                    check(reference, KERNELS, DataType.FLOAT32, 1e-5, differences);
                }
            }
        }
        differences.report();
    }

    @Test
    void balancedClassWeightsAreScikitLearns() {
        for (JsonNode table : ReferenceVectors.read("losses.json").path("class_weights")) {
            List<Long> counts =
                    table.path("counts").valueStream().map(JsonNode::longValue).toList();
            assertThat(new ClassWeights.Balanced().in(counts)).isEqualTo(numbers(table.path("balanced")));
        }
    }

    /** What trainings ask for; the blocks alone give the losses before the mean. */
    private static boolean isMean(JsonNode reference) {
        return !reference.path("sample_weight").isArray()
                && reference.path("reduction").stringValue().equals("mean");
    }

    private static void check(
            JsonNode reference, LossArithmetic arithmetic, DataType type, double tolerance, Differences differences) {
        JsonNode expected = reference.path("float64");
        JsonNode rows = reference.path("logits");
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray logits = array(manager, rows, shape(rows), type);
            logits.setRequiresGradient(true);
            NDArray value;
            try (GradientCollector collector = Engines.engine().newGradientCollector()) {
                value = loss(reference, arithmetic, logits);
                collector.backward(value);
            }
            compare(value, expected.path("value"), type + " value", tolerance, differences);
            compare(logits.getGradient(), expected.path("gradient_of_sum"), type + " gradient", tolerance, differences);
        }
    }

    private static NDArray loss(JsonNode reference, LossArithmetic arithmetic, NDArray logits) {
        return switch (reference.path("loss").stringValue()) {
            case "bce_with_logits" -> {
                JsonNode given = reference.path("pos_weight");
                List<Double> weights = given.isNull() ? List.of(1.0) : numbers(given);
                NDArray targets = targets(reference, logits);
                yield isMean(reference)
                        ? new BinaryCrossEntropy(weights).mean(arithmetic, logits, targets)
                        : reduced(reference, BLOCKS.binaryCrossEntropies(logits, targets, weights));
            }
            case "sigmoid_focal" -> {
                double alpha = reference.path("alpha").doubleValue();
                double gamma = reference.path("gamma").doubleValue();
                NDArray targets = targets(reference, logits);
                yield isMean(reference)
                        ? new FocalLoss(alpha, gamma).mean(arithmetic, logits, targets)
                        : reduced(reference, BLOCKS.focals(logits, targets, alpha, gamma));
            }
            case "softmax_cross_entropy" -> {
                int classes = (int) logits.getShape().get(1);
                JsonNode given = reference.path("class_weight");
                List<Double> weights = given.isNull() ? Collections.nCopies(classes, 1.0) : numbers(given);
                double smoothing = reference.path("label_smoothing").doubleValue();
                NDArray targets = oneHot(reference, logits);
                yield isMean(reference)
                        ? new CrossEntropy(weights, smoothing).mean(arithmetic, logits, targets)
                        : reduced(reference, BLOCKS.crossEntropies(logits, targets, weights, smoothing));
            }
            default -> throw new IllegalArgumentException("no loss is known for " + reference.path("loss"));
        };
    }

    private static NDArray targets(JsonNode reference, NDArray logits) {
        return array(logits.getManager(), reference.path("targets"), logits.getShape(), logits.getDataType());
    }

    private static NDArray oneHot(JsonNode reference, NDArray logits) {
        int classes = (int) logits.getShape().get(1);
        double[] oneHot = new double[(int) logits.size()];
        int image = 0;
        for (JsonNode target : reference.path("target_class")) {
            oneHot[image++ * classes + target.intValue()] = 1;
        }
        return logits.getManager().create(oneHot, logits.getShape()).toType(logits.getDataType(), true);
    }

    private static NDArray reduced(JsonNode reference, NDArray each) {
        NDArray losses = each;
        JsonNode sampleWeights = reference.path("sample_weight");
        if (sampleWeights.isArray()) {
            Shape perImage = new Shape(sampleWeights.size(), 1);
            losses = losses.mul(array(each.getManager(), sampleWeights, perImage, each.getDataType()));
        }
        return switch (reference.path("reduction").stringValue()) {
            case "mean" -> losses.mean();
            case "sum" -> losses.sum();
            case "none" -> losses;
            default -> throw new IllegalArgumentException("no reduction is known for " + reference.path("reduction"));
        };
    }

    /** Compares absolutely for small numbers and relatively for large ones; where torchvision has NaN, the true gradient is 0. */
    private static void compare(
            NDArray array, JsonNode expected, String quantity, double tolerance, Differences differences) {
        double[] values = array.toType(DataType.FLOAT64, true).toDoubleArray();
        List<Double> numbers = numbers(expected);
        assertThat(values).hasSize(numbers.size());
        for (int i = 0; i < values.length; i++) {
            double number = Double.isNaN(numbers.get(i)) ? 0 : numbers.get(i);
            double size = Math.max(1, Math.abs(number));
            differences.check(quantity, values[i] / size, number / size, tolerance);
        }
    }

    private static Shape shape(JsonNode rows) {
        return new Shape(rows.size(), rows.get(0).size());
    }

    private static NDArray array(NDManager manager, JsonNode numbers, Shape shape, DataType type) {
        double[] values =
                numbers(numbers).stream().mapToDouble(Double::doubleValue).toArray();
        return manager.create(values, shape).toType(type, true);
    }

    private static List<Double> numbers(JsonNode node) {
        List<Double> numbers = new ArrayList<>();
        collect(node, numbers);
        return numbers;
    }

    private static void collect(JsonNode node, List<Double> numbers) {
        if (node.isArray()) {
            node.forEach(element -> collect(element, numbers));
        } else {
            numbers.add(ReferenceVectors.number(node));
        }
    }
}
