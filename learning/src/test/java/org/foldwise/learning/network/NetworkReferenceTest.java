package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.network.NetworkSpec.BackboneMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** resnet18 with the tutorial's head against PyTorch and torchvision. */
@Tag("reference")
@Tag("engine")
class NetworkReferenceTest {
    private static final HeadSpec HEAD = new HeadSpec(256, 0);
    private final JsonNode file = ReferenceVectors.read("backbones.json");
    private final JsonNode resnet18 = file.path("models").path("resnet18");
    private final ReferenceFormula formula =
            new ReferenceFormula(file.path("seed").stringValue());

    private static NetworkSpec spec(int channels, int outputs, BackboneMode mode) {
        return new NetworkSpec(BackboneName.RESNET18, channels, HEAD, outputs, mode);
    }

    @Test
    void declaresTorchvisionsNamesShapesAndOrder() {
        NetworkSpec spec = spec(3, 1, BackboneMode.TRAINED);
        Weights weights = formula.weights(spec);
        List<String> ours = new ArrayList<>();
        weights.tensors()
                .forEach((name, tensor) -> ours.add(
                        name + " " + tensor.shape() + " " + (tensor.type() == ElementType.INT64 ? "int64" : "float32")
                                + " " + ReferenceFormula.crc(tensor)));
        List<String> theirs = new ArrayList<>();
        for (JsonNode entry : resnet18.path("classifier_state_dict")) {
            List<Long> shape = new ArrayList<>();
            entry.get(1).forEach(dimension -> shape.add(dimension.longValue()));
            theirs.add(entry.get(0).stringValue() + " " + shape + " "
                    + entry.get(2).stringValue() + " " + entry.get(3).stringValue());
        }
        assertThat(theirs).isNotEmpty();
        assertThat(ours).containsExactlyElementsOf(theirs);
    }

    @Test
    void countsParametersAsPyTorchDoes() {
        for (int outputs : new int[] {1, 14}) {
            for (BackboneMode mode : BackboneMode.values()) {
                JsonNode counts = resnet18.path("parameters")
                        .path("head_" + outputs + (mode == BackboneMode.TRAINED ? "_full" : "_frozen"));
                assertThat(spec(3, outputs, mode).parameterCount())
                        .isEqualTo(new ParameterCount(
                                counts.path("total").longValue(),
                                counts.path("trainable").longValue()));
            }
        }
    }

    @Test
    void computesTheSameFeaturesAndLogits() {
        for (JsonNode reference : resnet18.path("eval")) {
            NetworkSpec spec = spec(3, reference.path("num_classes").intValue(), BackboneMode.TRAINED);
            checkEvaluation(reference, spec, formula.weights(spec));
        }
    }

    @Test
    void computesTheSameOnGreyImages() {
        NetworkSpec spec = spec(1, 1, BackboneMode.TRAINED);
        checkEvaluation(resnet18.path("one_channel"), spec, formula.oneChannelWeights(spec));
    }

    private void checkEvaluation(JsonNode reference, NetworkSpec spec, Weights weights) {
        try (Network network = Network.open(Engines.engine(), spec, weights);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images = images(manager, reference);
            checkFeatures(network, images, reference.path("float64").path("features"));
            checkLogits(
                    network.forward(images, false), reference.path("float64").path("logits"), 1e-4);
        }
        try (Network network = Network.open(Engines.engine(), spec, weights, ElementType.FLOAT64);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images = images(manager, reference).toType(DataType.FLOAT64, true);
            checkLogits(
                    network.forward(images, false), reference.path("float64").path("logits"), 1e-9);
        }
    }

    private static void checkFeatures(Network network, NDArray images, JsonNode expected) {
        NDArray features = network.features(images);
        for (int image = 0; image < expected.size(); image++) {
            float[] values = features.get(image).toFloatArray();
            double sum = 0;
            double squares = 0;
            for (float value : values) {
                sum += value;
                squares += (double) value * value;
            }
            double norm = expected.get(image).path("l2").doubleValue();
            assertThat(Math.sqrt(squares)).isCloseTo(norm, within(1e-5 * norm));
            // the sum of 512 values, each off by at most the norm's tolerance
            assertThat(sum).isCloseTo(expected.get(image).path("sum").doubleValue(), within(1e-5 * norm * 23));
            for (int i = 0; i < 16; i++) {
                assertThat((double) values[i])
                        .isCloseTo(expected.get(image).path("first16").get(i).doubleValue(), within(1e-5 * norm));
            }
        }
    }

    private static void checkLogits(NDArray logits, JsonNode expected, double tolerance) {
        assertThat(logits.getShape())
                .isEqualTo(new Shape(expected.size(), expected.get(0).size()));
        double[] values = logits.toType(DataType.FLOAT64, true).toDoubleArray();
        int i = 0;
        for (JsonNode row : expected) {
            for (JsonNode value : row) {
                assertThat(values[i++]).isCloseTo(value.doubleValue(), within(tolerance));
            }
        }
    }

    @Test
    void movesRunningStatisticsAsPyTorchDoesInOneTrainingPass() {
        NetworkSpec spec = spec(3, 1, BackboneMode.TRAINED);
        JsonNode reference = resnet18.path("train_forward");
        JsonNode expected = reference.path("float64");
        try (Network network = Network.open(Engines.engine(), spec, formula.weights(spec));
                NDManager manager = network.manager().newSubManager()) {
            checkLogits(network.forward(images(manager, reference), true), expected.path("logits"), 1e-3);
            Weights after = network.weights();
            expected.path("batchnorm_after").forEachEntry((name, statistics) -> {
                assertThat(after.tensor(name + ".num_batches_tracked").longValue())
                        .isEqualTo(statistics.path("num_batches_tracked").longValue());
                for (String kind : List.of("running_mean", "running_var")) {
                    float[] values = after.tensor(name + "." + kind).floats();
                    double sum = 0;
                    for (float value : values) {
                        sum += value;
                    }
                    assertThat(sum)
                            .isCloseTo(statistics.path(kind + "_sum").doubleValue(), within(1e-4 * values.length));
                    for (int i = 0; i < 8; i++) {
                        assertThat((double) values[i])
                                .isCloseTo(
                                        statistics.path(kind + "_first8").get(i).doubleValue(), within(1e-4));
                    }
                }
            });
        }
    }

    private NDArray images(NDManager manager, JsonNode reference) {
        int[] shape = new int[4];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = reference.path("shape").get(i).intValue();
        }
        float[] values = formula.images(reference.path("tag").stringValue(), shape[0], shape[1], shape[2], shape[3]);
        assertThat(ReferenceFormula.crc(values))
                .isEqualTo(reference.path("input_crc32").stringValue());
        return manager.create(values, new Shape(shape[0], shape[1], shape[2], shape[3]));
    }
}
