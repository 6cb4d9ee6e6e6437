package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.Differences;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.LossBlocks;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.PyTorch;
import org.foldwise.learning.network.ReferenceFormula;
import org.foldwise.learning.network.ReferenceVectors;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * One step of every backbone as trainings take it, gradients of all parameters included. The reference file has logits of that pass for all
 * five, gradients of ResNet-18 alone (see {@link TrainingReferenceTest}); so each is compared with the plain blocks in double, these
 * with differences of their own loss, which is PyTorch's, and, where there is a PyTorch to ask, with its gradients.
 */
@Tag("reference")
@Tag("engine")
class GradientReferenceTest {
    private static final OptimizerSpec.Adam ADAM = new OptimizerSpec.Adam(1e-3, 0.9, 0.999, 1e-8, 0.01);
    private static final BinaryCrossEntropy LOSS = new BinaryCrossEntropy(1.7);
    private static final String BACKWARD =
            """
            import sys, numpy, torch, torchvision
            name, folder = sys.argv[1:3]
            backbone = getattr(torchvision.models, name)(weights=None)
            if name.startswith("resnet"):
                features, backbone.fc = backbone.fc.in_features, torch.nn.Identity()
            else:
                last = backbone.classifier if name == "densenet121" else backbone.classifier[1]
                features, backbone.classifier = last.in_features, torch.nn.Identity()
            for module in backbone.modules():
                if isinstance(module, torchvision.ops.StochasticDepth):
                    module.p = 0.0
            model = torch.nn.Module()
            model.backbone = backbone
            model.classifier = torch.nn.Sequential(torch.nn.Dropout(0), torch.nn.Linear(features, 256), torch.nn.ReLU(),
                                                   torch.nn.Dropout(0), torch.nn.Linear(256, 1))
            numbers = numpy.fromfile(folder + "/weights", dtype="<f4")
            state, at = model.state_dict(), 0
            for key, tensor in state.items():
                if tensor.dtype == torch.float32:
                    state[key] = torch.from_numpy(numbers[at:at + tensor.numel()].copy()).reshape(tensor.shape)
                    at += tensor.numel()
            assert at == len(numbers), (at, len(numbers))
            model.load_state_dict(state)
            model.double().train()
            images = numpy.fromfile(folder + "/images", dtype="<f4").reshape([int(n) for n in sys.argv[3].split(",")])
            logits = model.classifier(model.backbone(torch.from_numpy(images).double()))
            loss = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(1.7, dtype=torch.float64))(
                logits, torch.tensor([[1.0 - i % 2] for i in range(len(images))], dtype=torch.float64))
            loss.backward()
            with open(folder + "/gradients", "wb") as file:
                for key, parameter in model.named_parameters():
                    print(key)
                    file.write(parameter.grad.contiguous().numpy().astype("<f8").tobytes())
            """;

    @TempDir
    private Path folder;

    /** One backbone with the reference file's weights and images of its training pass. */
    record Model(String name, JsonNode reference, ReferenceFormula formula) {
        NetworkSpec spec() {
            return new NetworkSpec(
                            BackboneName.valueOf(name.toUpperCase(Locale.ROOT)),
                            3,
                            new HeadSpec(256, 0),
                            1,
                            Freezing.NOTHING)
                    .withStochasticDepth(0);
        }

        Weights weights() {
            return formula.weights(spec());
        }

        long[] shape() {
            return reference
                    .path("shape")
                    .valueStream()
                    .mapToLong(JsonNode::longValue)
                    .toArray();
        }

        float[] images() {
            int[] shape = Stream.of(shape())
                    .flatMapToInt(sizes -> Arrays.stream(sizes).mapToInt(Math::toIntExact))
                    .toArray();
            float[] images =
                    formula.images(reference.path("tag").stringValue(), shape[0], shape[1], shape[2], shape[3]);
            assertThat(ReferenceFormula.crc(images))
                    .isEqualTo(reference.path("input_crc32").stringValue());
            return images;
        }

        /** Every other image is positive. */
        float[] targets() {
            float[] targets = new float[Math.toIntExact(shape()[0])];
            for (int image = 0; image < targets.length; image += 2) {
                targets[image] = 1;
            }
            return targets;
        }

        /** The loss of PyTorch's logits. */
        double loss() {
            JsonNode logits = reference.path("float64").path("logits");
            float[] targets = targets();
            assertThat(logits.size()).isEqualTo(targets.length);
            double sum = 0;
            for (int image = 0; image < targets.length; image++) {
                sum += LOSS.of(0, logits.get(image).get(0).doubleValue(), targets[image]);
            }
            return sum / targets.length;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Model> models() {
        JsonNode file = ReferenceVectors.read("backbones.json");
        return file.path("models")
                .propertyStream()
                .map(model -> new Model(
                        model.getKey(),
                        model.getValue().path("train_forward"),
                        new ReferenceFormula(
                                file.path("seed").stringValue(),
                                model.getValue().path("bn_gain").doubleValue())));
    }

    /** What one step came to. */
    private record Stepped(double loss, Map<String, double[]> gradients, Map<String, double[]> changes) {}

    private static Stepped step(Network network, Model model, DataType type) {
        Map<String, double[]> before = trained(network);
        TrainingStep step = new TrainingStep(
                network,
                Optimizer.of(ADAM, Engines.engine().kernels(), network.manager()),
                LOSS,
                Engines.engine().kernels(),
                stage -> 1,
                0,
                null);
        double loss = addGradients(step, network, model, type);
        Map<String, double[]> gradients = gradients(network);
        step.update(share -> ADAM.learningRate() * share, null);
        Map<String, double[]> changes = new LinkedHashMap<>();
        trained(network).forEach((name, after) -> {
            double[] change = after.clone();
            for (int i = 0; i < change.length; i++) {
                change[i] -= before.get(name)[i];
            }
            changes.put(name, change);
        });
        return new Stepped(loss, gradients, changes);
    }

    private static double addGradients(TrainingStep step, Network network, Model model, DataType type) {
        try (NDManager manager = network.manager().newSubManager()) {
            NDArray images =
                    manager.create(model.images(), new Shape(model.shape())).toType(type, true);
            NDArray targets = manager.create(model.targets(), new Shape(model.shape()[0], 1))
                    .toType(type, true);
            return step.addGradients(images, targets, 1);
        }
    }

    private static Map<String, double[]> gradients(Network network) {
        Map<String, double[]> gradients = new LinkedHashMap<>();
        network.trainableParameters().forEach((name, parameter) -> {
            try (NDArray gradient = parameter.getGradient()) {
                gradients.put(name, doubles(Network.toTensor(gradient)));
            }
        });
        return gradients;
    }

    private static Map<String, double[]> trained(Network network) {
        Map<String, double[]> numbers = new LinkedHashMap<>();
        network.trainableParameters()
                .forEach((name, parameter) -> numbers.put(name, doubles(Network.toTensor(parameter))));
        return numbers;
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

    /** The length of the difference as a share of the expected one's length, of all parameters together. */
    private static double relative(Map<String, double[]> found, Map<String, double[]> expected) {
        assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
        double squares = 0;
        for (Map.Entry<String, double[]> one : expected.entrySet()) {
            double distance = distance(found.get(one.getKey()), one.getValue());
            squares += distance * distance;
        }
        return Math.sqrt(squares) / length(expected);
    }

    private static double length(Map<String, double[]> vectors) {
        return Math.sqrt(vectors.values().stream()
                .flatMapToDouble(Arrays::stream)
                .map(value -> value * value)
                .sum());
    }

    private static double distance(double[] one, double[] other) {
        assertThat(one).hasSameSizeAs(other);
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(squares);
    }

    /**
     * Each parameter's own difference. Some gradients are 0 but for rounding, such as that of an offset which the next normalisation takes
     * off again; what is short beside all of them together is measured by these.
     */
    private static void checkEach(
            Map<String, double[]> found,
            Map<String, double[]> expected,
            double tolerance,
            Differences differences,
            String quantity) {
        assertThat(found.keySet()).containsExactlyElementsOf(expected.keySet());
        double least = 1e-4 * length(expected);
        expected.forEach((name, one) -> differences.check(
                quantity, distance(found.get(name), one) / Math.max(length(Map.of(name, one)), least), 0, tolerance));
    }

    @ParameterizedTest
    @MethodSource("models")
    void stepsOfTrainingsAreThoseOfThePlainBlocks(Model model) {
        Differences differences = new Differences("backbones.json step " + model);
        Stepped plain;
        try (Network network = Network.open(Engines.engine(), model.spec(), model.weights(), ElementType.FLOAT64)) {
            plain = step(network, model, DataType.FLOAT64);
        }
        differences.check("loss of the plain blocks", plain.loss(), model.loss(), 1e-9);
        try (Network network = Engines.channelsLastInDouble(model.spec(), model.weights())) {
            Stepped fast = step(network, model, DataType.FLOAT64);
            differences.check("loss", fast.loss(), model.loss(), 1e-9);
            checkEach(fast.gradients(), plain.gradients(), 1e-9, differences, "gradient of each parameter");
            checkEach(fast.changes(), plain.changes(), 1e-6, differences, "change of each parameter");
        }
        try (Network network = Network.open(Engines.engine(), model.spec(), model.weights())) {
            Stepped fast = step(network, model, DataType.FLOAT32);
            // ReLU and pooling flip with the last bits; unrelated gradients of one length would differ by 1.4
            differences.check("loss in float32", fast.loss(), model.loss(), 1e-3);
            differences.check("all gradients in float32", relative(fast.gradients(), plain.gradients()), 0, 0.5);
        }
        // in whatever order numbers are added up
        try (Network network = Network.open(Engines.engine(), model.spec(), model.weights(), ElementType.FLOAT32)) {
            Stepped blocks = step(network, model, DataType.FLOAT32);
            differences.check(
                    "all gradients of the plain blocks in float32",
                    relative(blocks.gradients(), plain.gradients()),
                    0,
                    0.5);
        }
        differences.report();
    }

    /** Along the gradient of each stage, the loss rises by the gradient's length. */
    @ParameterizedTest
    @MethodSource("models")
    void gradientsOfThePlainBlocksAreThoseOfTheirLoss(Model model) {
        Differences differences = new Differences("backbones.json differences " + model);
        Map<String, double[]> gradients;
        try (Network network = Network.open(Engines.engine(), model.spec(), model.weights(), ElementType.FLOAT64)) {
            gradients = step(network, model, DataType.FLOAT64).gradients();
        }
        List<List<ParameterSpec>> stages = stages(model);
        assertThat(stages).hasSize(BackboneName.STAGES + 1);
        for (List<ParameterSpec> stage : stages) {
            double squares = 0;
            for (ParameterSpec parameter : stage) {
                for (double value : gradients.get(parameter.name())) {
                    squares += value * value;
                }
            }
            double length = Math.sqrt(squares);
            // short enough that next to no ReLU changes its side on the way
            double reach = 1e-8;
            double rise =
                    (loss(model, gradients, stage, reach / length) - loss(model, gradients, stage, -reach / length))
                            / (2 * reach);
            differences.check("rise of the loss in each stage", rise / length, 1, 1e-4);
        }
        differences.report();
    }

    private static List<List<ParameterSpec>> stages(Model model) {
        try (Network network = Network.open(Engines.engine(), model.spec(), model.weights(), ElementType.FLOAT64)) {
            Map<String, ParameterSpec> byName = new LinkedHashMap<>();
            model.spec().parameters().forEach(parameter -> byName.put(parameter.name(), parameter));
            return network.trainableParametersByStage().values().stream()
                    .map(stage -> stage.keySet().stream().map(byName::get).toList())
                    .toList();
        }
    }

    /** The loss in training mode with those parameters moved along their gradients. */
    private static double loss(Model model, Map<String, double[]> gradients, List<ParameterSpec> moved, double factor) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(model.weights().tensors());
        for (ParameterSpec parameter : moved) {
            double[] values = doubles(tensors.get(parameter.name()));
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < values.length; i++) {
                bytes.putDouble(values[i] + factor * gradients.get(parameter.name())[i]);
            }
            tensors.put(parameter.name(), Tensor.copyOf(ElementType.FLOAT64, parameter.shape(), bytes.flip()));
        }
        try (Network network = Network.open(Engines.engine(), model.spec(), new Weights(tensors), ElementType.FLOAT64);
                NDManager manager = network.manager().newSubManager()) {
            NDArray images =
                    manager.create(model.images(), new Shape(model.shape())).toType(DataType.FLOAT64, true);
            NDArray targets = manager.create(model.targets(), new Shape(model.shape()[0], 1))
                    .toType(DataType.FLOAT64, true);
            return LOSS.mean(new LossBlocks(), network.forward(images, true), targets)
                    .getDouble();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientsAreThoseOfPyTorch(Model model) throws IOException, InterruptedException {
        write("images", Tensor.of(List.of((long) model.images().length), model.images()));
        try (var weights = Files.newOutputStream(folder.resolve("weights"))) {
            for (Tensor tensor : model.weights().tensors().values()) {
                if (tensor.type() == ElementType.FLOAT32) {
                    weights.write(bytes(tensor));
                }
            }
        }
        String shape = String.join(
                ",", Arrays.stream(model.shape()).mapToObj(Long::toString).toList());
        List<String> names = PyTorch.run(folder, BACKWARD, model.name(), folder.toString(), shape);

        try (Network network = Engines.channelsLastInDouble(model.spec(), model.weights())) {
            Map<String, double[]> ours = step(network, model, DataType.FLOAT64).gradients();
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("gradients")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            Map<String, double[]> theirs = new LinkedHashMap<>();
            for (String name : names) {
                double[] values = new double[ours.get(name).length];
                file.asDoubleBuffer().get(values);
                file.position(file.position() + values.length * Double.BYTES);
                theirs.put(name, values);
            }
            assertThat(file.hasRemaining()).isFalse();
            Differences differences = new Differences("PyTorch's gradients of " + model);
            checkEach(ours, theirs, 1e-9, differences, "gradient of each parameter");
            differences.report();
        }
    }

    private void write(String name, Tensor tensor) throws IOException {
        Files.write(folder.resolve(name), bytes(tensor));
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.bytes().remaining()];
        tensor.bytes().get(bytes);
        return bytes;
    }
}
