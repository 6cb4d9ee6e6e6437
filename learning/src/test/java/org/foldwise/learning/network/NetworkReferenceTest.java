package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every backbone with the tutorial's head against PyTorch and torchvision. */
@Tag("reference")
@Tag("engine")
class NetworkReferenceTest {
    /** One backbone, and what the reference file has on it. */
    record Model(String name, JsonNode reference, ReferenceFormula formula) {
        BackboneName backbone() {
            return BackboneName.valueOf(name.toUpperCase(Locale.ROOT));
        }

        NetworkSpec spec(int channels, int outputs, Freezing freezing) {
            return new NetworkSpec(backbone(), channels, new HeadSpec(256, 0), outputs, freezing);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Model> models() {
        JsonNode file = ReferenceVectors.read("backbones.json");
        String seed = file.path("seed").stringValue();
        List<Model> models = new ArrayList<>();
        file.path("models")
                .forEachEntry((name, reference) -> models.add(new Model(
                        name,
                        reference,
                        new ReferenceFormula(seed, reference.path("bn_gain").doubleValue()))));
        return models.stream();
    }

    @Test
    void everyBackboneHasAReference() {
        assertThat(models().map(Model::backbone)).containsExactlyInAnyOrder(BackboneName.values());
    }

    @ParameterizedTest
    @MethodSource("models")
    void declaresTorchvisionsNamesShapesAndOrder(Model model) {
        Weights weights = model.formula().weights(model.spec(3, 1, Freezing.NOTHING));
        List<String> ours = new ArrayList<>();
        weights.tensors()
                .forEach((name, tensor) -> ours.add(
                        name + " " + tensor.shape() + " " + type(tensor) + " " + ReferenceFormula.crc(tensor)));
        List<String> theirs = new ArrayList<>();
        for (JsonNode entry : model.reference().path("classifier_state_dict")) {
            theirs.add(entry.get(0).stringValue() + " " + shape(entry) + " "
                    + entry.get(2).stringValue() + " " + entry.get(3).stringValue());
        }
        assertThat(theirs).isNotEmpty();
        assertThat(ours).containsExactlyElementsOf(theirs);
    }

    @ParameterizedTest
    @MethodSource("models")
    void fitsTorchvisionsOwnStateDictBelowTheHead(Model model) {
        List<String> theirs = new ArrayList<>();
        for (JsonNode entry : model.reference().path("torchvision_state_dict")) {
            String name = entry.get(0).stringValue();
            if (!name.startsWith("fc.") && !name.startsWith("classifier.")) {
                theirs.add("backbone." + name + " " + shape(entry));
            }
        }
        assertThat(theirs).isNotEmpty();
        assertThat(model.spec(3, 1, Freezing.NOTHING).parameters().stream()
                        .filter(parameter -> parameter.name().startsWith("backbone."))
                        .map(parameter -> parameter.name() + " " + parameter.shape()))
                .containsExactlyElementsOf(theirs);
        assertThat(model.spec(3, 1, Freezing.NOTHING).firstConvolution())
                .isEqualTo(model.reference().path("first_conv").stringValue() + ".weight");
    }

    private static String type(Tensor tensor) {
        return tensor.type() == ElementType.INT64 ? "int64" : "float32";
    }

    private static List<Long> shape(JsonNode entry) {
        List<Long> shape = new ArrayList<>();
        entry.get(1).forEach(dimension -> shape.add(dimension.longValue()));
        return shape;
    }

    @ParameterizedTest
    @MethodSource("models")
    void countsParametersAsPyTorchDoes(Model model) {
        int compared = 0;
        for (var entry : model.reference().path("parameters").properties()) {
            String[] words = entry.getKey().split("_");
            if (words[0].equals("head")) {
                Freezing freezing = words[2].equals("frozen") ? Freezing.BACKBONE : Freezing.NOTHING;
                assertThat(model.spec(3, Integer.parseInt(words[1]), freezing).parameterCount())
                        .isEqualTo(new ParameterCount(
                                entry.getValue().path("total").longValue(),
                                entry.getValue().path("trainable").longValue()));
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    @ParameterizedTest
    @MethodSource("models")
    void computesTheSameFeaturesAndLogits(Model model) {
        Differences differences = new Differences("backbones.json eval " + model);
        for (JsonNode reference : model.reference().path("eval")) {
            NetworkSpec spec = model.spec(3, reference.path("num_classes").intValue(), Freezing.NOTHING);
            checkEvaluation(model, reference, spec, model.formula().weights(spec), differences);
        }
        differences.report();
    }

    @ParameterizedTest
    @MethodSource("models")
    void computesTheSameOnGreyImages(Model model) {
        Differences differences = new Differences("backbones.json one_channel " + model);
        NetworkSpec grey = model.spec(1, 1, Freezing.NOTHING);
        Weights colour = model.formula().weights(model.spec(3, 1, Freezing.NOTHING));
        checkEvaluation(model, model.reference().path("one_channel"), grey, GreyWeights.of(grey, colour), differences);
        differences.report();
    }

    private static void checkEvaluation(
            Model model, JsonNode reference, NetworkSpec spec, Weights weights, Differences differences) {
        JsonNode expected = reference.path("float64");
        try (Network network = Network.open(Engines.engine(), spec, weights);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images = images(manager, model, reference);
            checkFeatures(network, images, expected.path("features"), 1e-5, differences, "float32 features");
            checkLogits(network.forward(images, false), expected.path("logits"), 1e-4, differences, "float32 logits");
        }
        try (Network network = Network.open(Engines.engine(), spec, weights, ElementType.FLOAT64);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images = images(manager, model, reference).toType(DataType.FLOAT64, true);
            checkFeatures(network, images, expected.path("features"), 1e-11, differences, "float64 features");
            checkLogits(network.forward(images, false), expected.path("logits"), 1e-9, differences, "float64 logits");
        }
    }

    /** Features in their first places, sum and length, all relative to the length. */
    private static void checkFeatures(
            Network network,
            NDArray images,
            JsonNode expected,
            double tolerance,
            Differences differences,
            String quantity) {
        NDArray features = network.features(images);
        assertThat(features.getShape().get(0)).isEqualTo(expected.size());
        for (int image = 0; image < expected.size(); image++) {
            double[] values = features.get(image).toType(DataType.FLOAT64, true).toDoubleArray();
            double sum = 0;
            double squares = 0;
            for (double value : values) {
                sum += value;
                squares += value * value;
            }
            JsonNode row = expected.get(image);
            double norm = row.path("l2").doubleValue();
            differences.check(quantity, Math.sqrt(squares) / norm, 1, tolerance);
            // the sum of n values, each off by its share of the norm's tolerance
            double spread = norm * Math.sqrt(values.length);
            differences.check(quantity, sum / spread, row.path("sum").doubleValue() / spread, tolerance);
            for (int i = 0; i < row.path("first16").size(); i++) {
                double value = row.path("first16").get(i).doubleValue();
                differences.check(quantity, values[i] / norm, value / norm, tolerance);
            }
        }
    }

    private static void checkLogits(
            NDArray logits, JsonNode expected, double tolerance, Differences differences, String quantity) {
        assertThat(logits.getShape())
                .isEqualTo(new Shape(expected.size(), expected.get(0).size()));
        double[] values = logits.toType(DataType.FLOAT64, true).toDoubleArray();
        int i = 0;
        for (JsonNode row : expected) {
            for (JsonNode value : row) {
                differences.check(quantity, values[i++], value.doubleValue(), tolerance);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void movesRunningStatisticsAsPyTorchDoesInOneTrainingPass(Model model) {
        Differences differences = new Differences("backbones.json train_forward " + model);
        checkTrainingPass(model, ElementType.FLOAT32, 1e-3, 1e-4, differences);
        checkTrainingPass(model, ElementType.FLOAT64, 1e-9, 1e-9, differences);
        differences.report();
    }

    private static void checkTrainingPass(
            Model model,
            ElementType floating,
            double logitsTolerance,
            double statisticsTolerance,
            Differences differences) {
        NetworkSpec spec = model.spec(3, 1, Freezing.NOTHING).withStochasticDepth(0);
        JsonNode reference = model.reference().path("train_forward");
        JsonNode expected = reference.path("float64");
        DataType type = floating == ElementType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
        String prefix = floating + " ";
        try (Network network =
                        Network.open(Engines.engine(), spec, model.formula().weights(spec), floating);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images = images(manager, model, reference).toType(type, true);
            checkLogits(
                    network.forward(images, true),
                    expected.path("logits"),
                    logitsTolerance,
                    differences,
                    prefix + "logits");
            Weights after = network.weights();
            assertThat(expected.path("batchnorm_after").size()).isPositive();
            expected.path("batchnorm_after").forEachEntry((name, statistics) -> {
                assertThat(after.tensor(name + ".num_batches_tracked").longValue())
                        .isEqualTo(statistics.path("num_batches_tracked").longValue());
                for (String kind : List.of("running_mean", "running_var")) {
                    double[] values = doubles(after.tensor(name + "." + kind));
                    double sum = 0;
                    for (double value : values) {
                        sum += value;
                    }
                    double expectedSum = statistics.path(kind + "_sum").doubleValue();
                    differences.check(
                            prefix + kind, sum / values.length, expectedSum / values.length, statisticsTolerance);
                    JsonNode first = statistics.path(kind + "_first8");
                    for (int i = 0; i < first.size(); i++) {
                        differences.check(prefix + kind, values[i], first.get(i).doubleValue(), statisticsTolerance);
                    }
                }
            });
        }
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.type() == ElementType.FLOAT64
                    ? tensor.bytes().getDouble(i * Double.BYTES)
                    : tensor.bytes().getFloat(i * Float.BYTES);
        }
        return values;
    }

    private static NDArray images(NDManager manager, Model model, JsonNode reference) {
        int[] shape = new int[4];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = reference.path("shape").get(i).intValue();
        }
        float[] values =
                model.formula().images(reference.path("tag").stringValue(), shape[0], shape[1], shape[2], shape[3]);
        assertThat(ReferenceFormula.crc(values))
                .isEqualTo(reference.path("input_crc32").stringValue());
        return manager.create(values, new Shape(shape[0], shape[1], shape[2], shape[3]));
    }
}
