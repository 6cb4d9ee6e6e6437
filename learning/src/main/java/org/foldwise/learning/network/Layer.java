package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
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

    /** A 2-D convolution with a square kernel and without bias. */
    record Convolution(String name, int inputChannels, int outputChannels, int kernel, int stride, int padding)
            implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of(new ParameterSpec(
                    name + ".weight",
                    List.of((long) outputChannels, (long) inputChannels, (long) kernel, (long) kernel),
                    ParameterSpec.Kind.CONVOLUTION_WEIGHT));
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return Conv2d.conv2d(
                            input,
                            pass.parameter(name + ".weight"),
                            null,
                            new Shape(stride, stride),
                            new Shape(padding, padding),
                            new Shape(1, 1))
                    .singletonOrThrow();
        }
    }

    /** Batch normalisation over N x C x H x W with PyTorch's defaults: epsilon 1e-5, momentum 0.1. */
    record BatchNormalization(String name, int channels) implements Layer {
        private static final float EPSILON = 1e-5f;
        /** DJL counts the share that stays, PyTorch the share that moves. */
        private static final float DJL_MOMENTUM = 0.9f;
        /** The engine's own order of axes; asking for axis 1 would swap axes to and fro. */
        private static final int CHANNELS_AS_IN_PYTORCH = -1;

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

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            if (pass.normalizesByBatch()) {
                pass.countBatch(name + ".num_batches_tracked");
            }
            return BatchNorm.batchNorm(
                            input,
                            pass.parameter(name + ".running_mean"),
                            pass.parameter(name + ".running_var"),
                            pass.parameter(name + ".weight"),
                            pass.parameter(name + ".bias"),
                            CHANNELS_AS_IN_PYTORCH,
                            DJL_MOMENTUM,
                            EPSILON,
                            pass.normalizesByBatch())
                    .singletonOrThrow();
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
    }

    /** The mean over height and width: N x C x H x W becomes N x C. */
    record GlobalAveragePooling() implements Layer {
        @Override
        public List<ParameterSpec> parameters() {
            return List.of();
        }

        @Override
        public NDArray apply(NDArray input, ForwardPass pass) {
            return Pool.globalAvgPool2d(input);
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
            return Linear.linear(input, pass.parameter(name + ".weight"), pass.parameter(name + ".bias"))
                    .singletonOrThrow();
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
            return Dropout.dropout(input, (float) probability, pass.training()).singletonOrThrow();
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
            for (Layer layer : layers.subList(1, layers.size())) {
                try (NDArray intermediate = output) {
                    output = layer.apply(intermediate, pass);
                }
            }
            return output;
        }
    }

    /**
     * ReLU of the sum of two ways from input to output.
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
            try (NDArray sum = body.apply(input, pass)) {
                if (shortcut == null) {
                    sum.addi(input);
                } else {
                    try (NDArray detour = shortcut.apply(input, pass)) {
                        sum.addi(detour);
                    }
                }
                return Activation.relu(sum);
            }
        }
    }
}
