package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vocabulary of which networks are built: values that declare their parameters and can be applied to an array. Names are
 * complete state_dict names of a PyTorch module, without the last part.
 *
 * <p>Ownership of native memory: a layer never closes its input and closes every intermediate array it made. Closing an array
 * that a gradient still needs is safe, as the engine keeps its own reference; waiting for a manager instead costs about a
 * fifth of the time in page faults.
 */
sealed interface Layer {

    /** The entries of the state_dict in torchvision's order. */
    List<ParameterSpec> parameters();

    /** A new array, {@code input} mapped through this layer. */
    NDArray apply(NDArray input, ForwardPass pass);

    /** The same of an input that nobody else reads, nor the gradient of what made it: the result may lie in its memory. */
    default NDArray applyInPlace(NDArray input, ForwardPass pass) {
        return apply(input, pass);
    }

    /** Whether what comes out lies in memory of its own that no gradient reads, so that the next layer may write there. */
    default boolean isOutputFree() {
        return false;
    }

    /** Adds what this layer does outside a training to {@code graph}; returns the number of the array that comes out. */
    int describe(int input, GraphBuilder graph);

    /**
     * A 2-D convolution with a square kernel and without bias.
     *
     * @param groups each group of output channels sees one group of input channels; as many groups as channels make it depthwise
     */
    record Convolution(
            String name, int inputChannels, int outputChannels, int kernel, int stride, int padding, int groups)
            implements Layer {
        public Convolution {
            if (inputChannels % groups != 0 || outputChannels % groups != 0) {
                throw new IllegalArgumentException(name + ": " + groups + " groups do not divide " + inputChannels
                        + " and " + outputChannels + " channels");
            }
        }

        /** One group: every output channel sees every input channel. */
        Convolution(String name, int inputChannels, int outputChannels, int kernel, int stride, int padding) {
            this(name, inputChannels, outputChannels, kernel, stride, padding, 1);
        }

        @Override
        public List<ParameterSpec> parameters() {
            return List.of(new ParameterSpec(
                    name + ".weight",
                    List.of((long) outputChannels, (long) inputChannels / groups, (long) kernel, (long) kernel),
                    ParameterSpec.Kind.CONVOLUTION_WEIGHT));
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return pass.arithmetic()
                    .convolution(input, pass.parameter(name + ".weight"), null, stride, padding, groups);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            Tensor noBias = Tensor.of(List.of((long) outputChannels), new float[outputChannels]);
            return graph.add(
                    new Operation.Convolution(input, graph.tensor(name + ".weight"), noBias, stride, padding, groups));
        }
    }

    /** A 1 x 1 convolution with bias: the same linear map at every point. */
    record PointwiseConvolution(String name, int inputChannels, int outputChannels) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of(
                    new ParameterSpec(
                            name + ".weight",
                            List.of((long) outputChannels, (long) inputChannels, 1L, 1L),
                            ParameterSpec.Kind.CONVOLUTION_WEIGHT),
                    new ParameterSpec(
                            name + ".bias", List.of((long) outputChannels), ParameterSpec.Kind.CONVOLUTION_BIAS));
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return pass.arithmetic()
                    .convolution(input, pass.parameter(name + ".weight"), pass.parameter(name + ".bias"), 1, 0, 1);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Convolution(
                    input, graph.tensor(name + ".weight"), graph.tensor(name + ".bias"), 1, 0, 1));
        }
    }

    /**
     * Batch normalisation over N x C x H x W (Ioffe and Szegedy, 2015, Batch Normalization) with PyTorch's defaults, which all
     * the networks here use: epsilon 1e-5, momentum 0.1, running variance of the unbiased batch variance.
     */
    record BatchNormalization(String name, int channels) implements Layer {
        private static final double EPSILON = 1e-5;
        private static final double MOMENTUM = 0.1;

        @Override
        public List<ParameterSpec> parameters() {
            List<Long> shape = List.of((long) channels);
            return List.of(
                    new ParameterSpec(name + ".weight", shape, ParameterSpec.Kind.NORM_WEIGHT),
                    new ParameterSpec(name + ".bias", shape, ParameterSpec.Kind.NORM_BIAS),
                    new ParameterSpec(name + ".running_mean", shape, ParameterSpec.Kind.RUNNING_MEAN),
                    new ParameterSpec(name + ".running_var", shape, ParameterSpec.Kind.RUNNING_VARIANCE),
                    new ParameterSpec(name + ".num_batches_tracked", List.of(), ParameterSpec.Kind.BATCHES_TRACKED));
        }

        /** Calls the engine itself: DJL's public way takes epsilon and momentum as floats, 2e-7 beside PyTorch's. */
        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            if (pass.training()) {
                pass.countBatch(name + ".num_batches_tracked");
            }
            // the engine wants the statistics first, whatever its parameters are called
            return JniUtils.batchNorm(
                    (PtNDArray) input,
                    (PtNDArray) pass.parameter(name + ".running_mean"),
                    (PtNDArray) pass.parameter(name + ".running_var"),
                    (PtNDArray) pass.parameter(name + ".weight"),
                    (PtNDArray) pass.parameter(name + ".bias"),
                    pass.training(),
                    MOMENTUM,
                    EPSILON);
        }

        @Override
        public boolean isOutputFree() {
            return true;
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.addNormalization(input, name, EPSILON);
        }
    }

    /** Negative values become 0. */
    record Relu() implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return Activation.relu(input);
        }

        @Override
        public NDArray applyInPlace(NDArray input, ForwardPass pass) {
            return pass.activations().reluInPlace(input);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Activation(input, Operation.Function.RELU));
        }
    }

    /** Negative values become 0, and those above 6 become 6. */
    record Relu6() implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return pass.activations().relu6(input);
        }

        @Override
        public NDArray applyInPlace(NDArray input, ForwardPass pass) {
            return pass.activations().relu6InPlace(input);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Activation(input, Operation.Function.RELU6));
        }
    }

    /** x sigmoid(x) (Hendrycks and Gimpel, 2016, Gaussian Error Linear Units; Ramachandran et al., 2017, "Swish"). */
    record Silu() implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return pass.activations().silu(input);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Activation(input, Operation.Function.SILU));
        }
    }

    /** 1 / (1 + exp(-x)). */
    record SigmoidLayer() implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return Activation.sigmoid(input);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Activation(input, Operation.Function.SIGMOID));
        }
    }

    /** The largest value of each square window; padding never wins. */
    record MaxPooling(int kernel, int stride, int padding) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return Pool.maxPool2d(
                    input, new Shape(kernel, kernel), new Shape(stride, stride), new Shape(padding, padding), false);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.MaxPooling(input, kernel, stride, padding));
        }
    }

    /** The mean of each square window; windows lie side by side, and what is left over at the edges is dropped. */
    record AveragePooling(int kernel) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            Shape window = new Shape(kernel, kernel);
            return Pool.avgPool2d(input, window, window, new Shape(0, 0), false, true);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.AveragePooling(input, kernel));
        }
    }

    /** The mean over height and width: N x C x H x W becomes N x C. */
    record GlobalAveragePooling() implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return pass.arithmetic().means(input);
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Flattening(graph.add(new Operation.GlobalMean(input))));
        }
    }

    /** A linear layer with bias on N x inputs. */
    record Dense(String name, int inputs, int outputs) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of(
                    new ParameterSpec(
                            name + ".weight", List.of((long) outputs, (long) inputs), ParameterSpec.Kind.LINEAR_WEIGHT),
                    new ParameterSpec(name + ".bias", List.of((long) outputs), ParameterSpec.Kind.LINEAR_BIAS));
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return pass.arithmetic().linear(input, pass.parameter(name + ".weight"), pass.parameter(name + ".bias"));
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return graph.add(new Operation.Linear(input, graph.tensor(name + ".weight"), graph.tensor(name + ".bias")));
        }
    }

    /** While training, each value is dropped with that probability and the others are scaled up. */
    record DropoutLayer(double probability) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return JniUtils.dropout((PtNDArray) input, probability, pass.training());
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return input;
        }
    }

    /**
     * Stochastic depth (Huang et al., 2016, Deep Networks with Stochastic Depth) as torchvision's mode "row": while training,
     * each image of a batch loses all its values with that probability, and the others are scaled up so that the expected
     * value stays.
     */
    record StochasticDepth(double probability) implements Layer {
        public StochasticDepth {
            if (!(probability >= 0 && probability < 1)) {
                throw new IllegalArgumentException("probability must be in [0, 1), was " + probability);
            }
        }

        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            if (!pass.training()) {
                // a handle of its own on the same memory: nothing is computed or copied
                return JniUtils.dropout((PtNDArray) input, probability, false);
            }
            // dropout of ones is 0 or 1 / (1 - p), which is what an image's values are multiplied by
            Shape perImage = new Shape(input.getShape().get(0), 1, 1, 1);
            try (NDArray ones = pass.arithmetic().ones(input, perImage);
                    NDArray factors = JniUtils.dropout((PtNDArray) ones, probability, true)) {
                return input.mul(factors);
            }
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            return input;
        }
    }

    /**
     * Each channel times a factor between 0 and 1 that follows from the means of all channels (Hu et al., 2018,
     * Squeeze-and-Excitation Networks).
     *
     * @param factors N x C x 1 x 1 means to N x C x 1 x 1 factors
     */
    record ChannelAttention(Layer factors) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return factors.parameters();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            Shape shape = input.getShape();
            try (NDArray means = Pool.globalAvgPool2d(input);
                    NDArray squeezed = means.reshape(shape.get(0), shape.get(1), 1, 1);
                    NDArray excitation = factors.apply(squeezed, pass)) {
                return input.mul(excitation);
            }
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            graph.share(input);
            int means = graph.add(new Operation.GlobalMean(input));
            return graph.add(new Operation.ChannelProduct(input, factors.describe(means, graph)));
        }
    }

    /** One layer after the other. */
    record Sequence(List<Layer> layers) implements Layer {
        public Sequence {
            layers = List.copyOf(layers);
            if (layers.isEmpty()) {
                throw new IllegalArgumentException("a sequence needs at least one layer");
            }
        }

        static Sequence of(Layer... layers) {
            return new Sequence(List.of(layers));
        }

        @Override
        public List<ParameterSpec> parameters() {
            return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            NDArray output = layers.get(0).apply(input, pass);
            for (int i = 1; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                try (NDArray intermediate = output) {
                    output = layers.get(i - 1).isOutputFree()
                            ? layer.applyInPlace(intermediate, pass)
                            : layer.apply(intermediate, pass);
                }
            }
            return output;
        }

        @Override
        public boolean isOutputFree() {
            return layers.get(layers.size() - 1).isOutputFree();
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            int array = input;
            for (Layer layer : layers) {
                array = layer.describe(array, graph);
            }
            return array;
        }
    }

    /**
     * The sum of two ways from input to output.
     *
     * @param body the long way; its last layer must be one whose output no gradient needs, such as a batch normalisation,
     *     since the sum is built in its place
     * @param shortcut the short way; absent where it is the input itself
     */
    record Residual(Layer body, @Nullable Layer shortcut) implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            List<ParameterSpec> parameters = new ArrayList<>(body.parameters());
            if (shortcut != null) {
                parameters.addAll(shortcut.parameters());
            }
            return parameters;
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            NDArray sum = body.apply(input, pass);
            if (shortcut == null) {
                sum.addi(input);
            } else {
                try (NDArray detour = shortcut.apply(input, pass)) {
                    sum.addi(detour);
                }
            }
            return sum;
        }

        @Override
        public boolean isOutputFree() {
            return true;
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            graph.share(input);
            int sum = body.describe(input, graph);
            int detour = shortcut == null ? input : shortcut.describe(input, graph);
            return graph.add(new Operation.Sum(sum, detour));
        }
    }

    /** The input's channels, followed by those that {@code body} makes of them. */
    record Concatenation(Layer body) implements Layer {
        private static final int CHANNELS = 1;

        @Override
        public List<ParameterSpec> parameters() {
            return body.parameters();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            try (NDArray added = body.apply(input, pass)) {
                return input.concat(added, CHANNELS);
            }
        }

        @Override
        public int describe(int input, GraphBuilder graph) {
            graph.share(input);
            return graph.add(new Operation.Concatenation(input, body.describe(input, graph)));
        }
    }
}
