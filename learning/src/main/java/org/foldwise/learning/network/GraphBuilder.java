package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.List;

/** Collects the operations of an {@link InferenceGraph} while layers describe themselves. Folding is done in double. */
final class GraphBuilder {
    private final Weights weights;
    private final List<Operation> operations = new ArrayList<>();
    private int lastShared;

    GraphBuilder(Weights weights) {
        this.weights = weights;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** The tensor of that state_dict name. */
    Tensor tensor(String name) {
        return weights.tensor(name);
    }

    /** Adds an operation and returns the number of the array it makes. */
    int add(Operation operation) {
        operations.add(operation);
        return operations.size();
    }

    /** Says that an array will be read again later, so that nothing may be folded into its maker any more. */
    void share(int array) {
        lastShared = Math.max(lastShared, array);
    }

    /**
     * Adds the normalisation {@code weight (x - mean) / sqrt(variance + epsilon) + bias}: into the convolution before it where
     * there is one, as a map of its own otherwise.
     *
     * @param name state_dict name of the normalisation
     */
    int addNormalization(int input, String name, double epsilon) {
        float[] weight = tensor(name + ".weight").floats();
        float[] bias = tensor(name + ".bias").floats();
        float[] mean = tensor(name + ".running_mean").floats();
        float[] variance = tensor(name + ".running_var").floats();
        double[] scale = new double[weight.length];
        double[] shift = new double[weight.length];
        for (int channel = 0; channel < scale.length; channel++) {
            scale[channel] = weight[channel] / Math.sqrt(variance[channel] + epsilon);
            shift[channel] = bias[channel] - mean[channel] * scale[channel];
        }
        boolean isReadHereOnly = input == operations.size() && input > lastShared;
        if (isReadHereOnly && operations.get(input - 1) instanceof Operation.Convolution convolution) {
            operations.set(input - 1, folded(convolution, scale, shift));
            return input;
        }
        return add(new Operation.ScaleShift(input, vector(scale), vector(shift)));
    }

    private static Operation.Convolution folded(Operation.Convolution convolution, double[] scale, double[] shift) {
        float[] weight = convolution.weight().floats();
        float[] bias = convolution.bias().floats();
        double[] foldedBias = new double[bias.length];
        int perChannel = weight.length / scale.length;
        for (int channel = 0; channel < scale.length; channel++) {
            for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
                weight[i] = (float) (weight[i] * scale[channel]);
            }
            foldedBias[channel] = bias[channel] * scale[channel] + shift[channel];
        }
        return new Operation.Convolution(
                convolution.input(),
                Tensor.of(convolution.weight().shape(), weight),
                vector(foldedBias),
                convolution.stride(),
                convolution.padding(),
                convolution.groups());
    }

    private static Tensor vector(double[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return Tensor.of(List.of((long) values.length), rounded);
    }
}
