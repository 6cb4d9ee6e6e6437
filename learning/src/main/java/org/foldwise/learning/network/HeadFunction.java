package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.List;

/**
 * What follows a network's last feature map, as plain arithmetic in double: the mean over height and width, then linear maps, if any, with
 * ReLU between them. Its derivative has a closed form, so nothing is recorded and nothing is differentiated by the engine.
 * Immutable.
 */
final class HeadFunction {
    /** One linear map. */
    private static final class Linear {
        private final int inputs;
        private final float[] weight;
        private final float[] bias;

        Linear(Operation.Linear operation) {
            this.inputs = Math.toIntExact(operation.weight().shape().get(1));
            this.weight = operation.weight().floats();
            this.bias = operation.bias().floats();
        }

        double[] apply(double[] input) {
            if (input.length != inputs) {
                throw new IllegalArgumentException("a linear map of " + inputs + " was given " + input.length);
            }
            double[] output = new double[bias.length];
            for (int row = 0; row < output.length; row++) {
                double sum = bias[row];
                for (int column = 0; column < inputs; column++) {
                    sum += weight[row * inputs + column] * input[column];
                }
                output[row] = sum;
            }
            return output;
        }

        /** The gradient for the input, given that for the output. */
        double[] backward(double[] gradient) {
            double[] result = new double[inputs];
            for (int row = 0; row < gradient.length; row++) {
                if (gradient[row] != 0) {
                    for (int column = 0; column < inputs; column++) {
                        result[column] += weight[row * inputs + column] * gradient[row];
                    }
                }
            }
            return result;
        }
    }

    private final List<Linear> layers;

    private HeadFunction(List<Linear> layers) {
        this.layers = List.copyOf(layers);
    }

    /**
     * What that graph does after its last map.
     *
     * @throws IllegalStateException if that is anything but linear maps with ReLU between them
     */
    static HeadFunction of(InferenceGraph graph) {
        List<Operation.Linear> linears = new ArrayList<>();
        boolean expectsLinear = true;
        for (int array = graph.lastMap() + 1; array <= graph.logits(); array++) {
            Operation operation = graph.maker(array);
            boolean isChained = operation.inputs().equals(List.of(array - 1));
            if (operation instanceof Operation.Linear linear && isChained && expectsLinear) {
                linears.add(linear);
                expectsLinear = false;
            } else if (operation instanceof Operation.Activation activation
                    && activation.function() == Operation.Function.RELU
                    && isChained
                    && !expectsLinear) {
                expectsLinear = true;
            } else if (!linears.isEmpty() || !isMean(operation)) {
                throw new IllegalStateException("no closed form is known of a head with " + operation);
            }
        }
        if (expectsLinear && !linears.isEmpty()) {
            throw new IllegalStateException("a head must end with a linear map");
        }
        return new HeadFunction(linears.stream().map(Linear::new).toList());
    }

    private static boolean isMean(Operation operation) {
        return operation instanceof Operation.GlobalMean || operation instanceof Operation.Flattening;
    }

    /**
     * The gradient of one logit with respect to the features. ReLU's derivative at 0 is 0, as PyTorch has it.
     *
     * @param features means of the last map over height and width, one a channel
     * @param output which logit
     */
    double[] gradient(double[] features, int output) {
        List<double[]> sums = new ArrayList<>();
        double[] values = features;
        for (Linear layer : layers) {
            values = layer.apply(values);
            sums.add(values.clone());
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.max(0, values[i]);
            }
        }
        double[] gradient = new double[values.length];
        gradient[output] = 1;
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (i < layers.size() - 1) {
                double[] before = sums.get(i);
                for (int unit = 0; unit < gradient.length; unit++) {
                    if (before[unit] <= 0) {
                        gradient[unit] = 0;
                    }
                }
            }
            gradient = layers.get(i).backward(gradient);
        }
        return gradient;
    }
}
