package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Engines;
import org.foldwise.learning.network.Freezing;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ReferenceFormula;
import org.foldwise.learning.network.ReferenceVectors;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Steps of Adam on resnet18 against PyTorch. In double the runs are well conditioned and the tolerance is 1e-9; in float32 ReLU
 * and pooling flip with the last bits, so there only the tolerances that two PyTorch builds keep to are asked for.
 */
@Tag("reference")
@Tag("engine")
class TrainingReferenceTest {
    private static final Map<String, Freezing> MODES = Map.of(
            "full", Freezing.NOTHING,
            "frozen_bn_train", new Freezing(BackboneName.STAGES, true),
            "frozen_bn_eval", Freezing.BACKBONE);
    /** DJL takes the momentum of running statistics as a float: 2.4e-7 off, of statistics that sum up to about 100. */
    private static final double STATISTICS_TOLERANCE = 1e-5;

    /** The network's logits move by that through the statistics' tolerance. */
    private static final double FINAL_LOGITS_TOLERANCE = 1e-5;

    static Stream<Arguments> runsOfAdam() {
        JsonNode file = ReferenceVectors.read("training.json");
        return file.path("runs")
                .valueStream()
                .filter(run -> run.path("optimizer").path("type").stringValue().equals("Adam"))
                .map(run -> Arguments.of(
                        run.path("mode").stringValue(), run.path("num_classes").intValue(), file, run));
    }

    static Stream<Arguments> runsOfAdamWithOneOutput() {
        return runsOfAdam().filter(run -> run.get()[1].equals(1));
    }

    @ParameterizedTest(name = "{0}, {1} outputs")
    @MethodSource("runsOfAdam")
    void followsPyTorchInDouble(String mode, int outputs, JsonNode file, JsonNode run) {
        Trajectory trajectory = new Trajectory(file, run, MODES.get(mode), outputs, ElementType.FLOAT64);
        trajectory.follow(run.path("float64"), new double[] {1e-9, 1e-9, 1e-9}, true);
    }

    @ParameterizedTest(name = "{0}, {1} outputs")
    @MethodSource("runsOfAdamWithOneOutput")
    void followsPyTorchInFloat(String mode, int outputs, JsonNode file, JsonNode run) {
        Trajectory trajectory = new Trajectory(file, run, MODES.get(mode), outputs, ElementType.FLOAT32);
        double[] tolerances = mode.equals("full") ? new double[] {1e-5, 2e-3, 2e-2} : new double[] {1e-4, 1e-4, 1e-4};
        trajectory.follow(run.path("float64"), tolerances, false);
    }

    /** One run, step by step. */
    private static final class Trajectory {
        private final JsonNode file;
        private final JsonNode run;
        private final int outputs;
        private final ElementType floating;
        private final NetworkSpec spec;
        private final ReferenceFormula formula;

        Trajectory(JsonNode file, JsonNode run, Freezing mode, int outputs, ElementType floating) {
            this.file = file;
            this.run = run;
            this.outputs = outputs;
            this.floating = floating;
            String arch = file.path("arch").stringValue();
            this.spec = new NetworkSpec(
                    BackboneName.valueOf(arch.toUpperCase(Locale.ROOT)), 3, new HeadSpec(256, 0), outputs, mode);
            this.formula = new ReferenceFormula(file.path("seed").stringValue(), normGain(arch));
        }

        private static double normGain(String arch) {
            return ReferenceVectors.read("backbones.json")
                    .path("models")
                    .path(arch)
                    .path("bn_gain")
                    .doubleValue();
        }

        void follow(JsonNode expected, double[] lossTolerances, boolean inDetail) {
            Weights start = formula.weights(spec);
            JsonNode adam = run.path("optimizer");
            OptimizerSpec.Adam optimizer = new OptimizerSpec.Adam(
                    adam.path("lr").doubleValue(),
                    adam.path("betas").get(0).doubleValue(),
                    adam.path("betas").get(1).doubleValue(),
                    adam.path("eps").doubleValue(),
                    adam.path("weight_decay").doubleValue());
            try (Network network = Network.open(Engines.engine(), spec, start, floating)) {
                TrainingStep step = new TrainingStep(network, new Adam(optimizer, network.manager()));
                JsonNode steps = expected.path("steps");
                assertThat(steps.size()).isPositive();
                for (int s = 0; s < steps.size(); s++) {
                    try (NDManager manager = network.manager().newSubManager()) {
                        double loss = step.take(
                                images(manager, s), targets(manager, s), weights(manager), optimizer.learningRate());
                        assertThat(loss)
                                .as("loss of step %d", s)
                                .isCloseTo(
                                        steps.get(s).path("loss").doubleValue(),
                                        within(lossTolerances[Math.min(s, 2)]));
                    }
                    if (inDetail) {
                        checkParameters(start, network, steps.get(s));
                    }
                }
                if (inDetail) {
                    checkFinalLogits(network, expected.path("eval_logits_batch0_after"));
                }
            }
        }

        private void checkParameters(Weights start, Network network, JsonNode expected) {
            Weights now = network.weights();
            Set<String> trained = network.trainableParameters().keySet();
            expected.path("param_l2").forEachEntry((name, l2) -> {
                double moved = expected.path("param_moved_l2").path(name).doubleValue();
                assertThat(trained.contains(name))
                        .as("%s is trained", name)
                        .isEqualTo(!expected.path("grad_l2").path(name).isNull());
                assertThat(norm(now.tensor(name), null)).isCloseTo(l2.doubleValue(), within(1e-9 * l2.doubleValue()));
                assertThat(norm(now.tensor(name), start.tensor(name)))
                        .as("how far %s has moved", name)
                        .isCloseTo(moved, within(1e-7 * moved));
            });
            assertThat(sum(now.tensor("backbone.bn1.running_mean")))
                    .isCloseTo(expected.path("bn1_running_mean_sum").doubleValue(), within(STATISTICS_TOLERANCE));
            assertThat(sum(now.tensor("backbone.bn1.running_var")))
                    .isCloseTo(expected.path("bn1_running_var_sum").doubleValue(), within(STATISTICS_TOLERANCE));
        }

        private void checkFinalLogits(Network network, JsonNode expected) {
            try (NDManager manager = network.manager().newSubManager()) {
                double[] logits = network.forward(images(manager, 0), false).toDoubleArray();
                int i = 0;
                for (JsonNode row : expected) {
                    for (JsonNode value : row) {
                        assertThat(logits[i++]).isCloseTo(value.doubleValue(), within(FINAL_LOGITS_TOLERANCE));
                    }
                }
                assertThat(i).isEqualTo(logits.length);
            }
        }

        private NDArray images(NDManager manager, int step) {
            JsonNode shape = file.path("shape");
            int count = shape.get(0).intValue();
            int height = shape.get(2).intValue();
            int width = shape.get(3).intValue();
            float[] values = formula.images("batch" + step, count, 3, height, width);
            return floating(manager.create(values, new Shape(count, 3, height, width)));
        }

        private NDArray targets(NDManager manager, int step) {
            JsonNode labels = file.path("labels").get(step);
            float[] targets = new float[labels.size() * outputs];
            for (int i = 0; i < targets.length; i++) {
                boolean positive =
                        outputs == 1 ? labels.get(i).intValue() == 1 : formula.unit("multilabel" + step, i) < 0.3;
                targets[i] = positive ? 1 : 0;
            }
            return floating(manager.create(targets, new Shape(labels.size(), outputs)));
        }

        private NDArray weights(NDManager manager) {
            if (outputs == 1) {
                return manager.create(file.path("pos_weight").doubleValue());
            }
            double[] weights = run.path("pos_weight")
                    .valueStream()
                    .mapToDouble(JsonNode::doubleValue)
                    .toArray();
            return floating(manager.create(weights));
        }

        private NDArray floating(NDArray array) {
            return array.toType(floating == ElementType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32, true);
        }
    }

    private static double norm(Tensor tensor, Tensor origin) {
        double squares = 0;
        for (int i = 0; i < tensor.size(); i++) {
            double difference = element(tensor, i) - (origin == null ? 0 : element(origin, i));
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    private static double sum(Tensor tensor) {
        double sum = 0;
        for (int i = 0; i < tensor.size(); i++) {
            sum += element(tensor, i);
        }
        return sum;
    }

    private static double element(Tensor tensor, int index) {
        ByteBuffer bytes = tensor.bytes();
        return tensor.type() == ElementType.FLOAT64
                ? bytes.getDouble(index * Double.BYTES)
                : bytes.getFloat(index * Float.BYTES);
    }
}
