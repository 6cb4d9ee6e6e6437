package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/** Activations in DJL's own operations, each result in memory of its own: what {@link Kernels} compute in one call, in place where they may. */
record ActivationBlocks() implements ActivationArithmetic {
    @Override
    public NDArray reluInPlace(NDArray input) {
        return Activation.relu(input);
    }

    @Override
    public NDArray relu6(NDArray input) {
        // the gradient at 0 is 0 as in PyTorch's ReLU6; clipping alone would let it pass there
        try (NDArray positive = Activation.relu(input)) {
            return positive.clip(0, 6);
        }
    }

    @Override
    public NDArray relu6InPlace(NDArray input) {
        return relu6(input);
    }

    @Override
    public NDArray silu(NDArray input) {
        try (NDArray gate = Activation.sigmoid(input)) {
            return input.mul(gate);
        }
    }
}
