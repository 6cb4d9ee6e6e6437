package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Adam's steps in DJL's own operations, one array after the other: what {@link Kernels#adam} computes in one call. */
public record AdamBlocks() implements AdamArithmetic {
    @Override
    public NDArray zerosLike(NDArray array, NDManager manager) {
        NDArray zeros = array.zerosLike();
        zeros.attach(manager);
        return zeros;
    }

    @Override
    public NDArray laidOutLike(NDArray model, NDArray values, NDManager manager) {
        NDArray copy = values.duplicate();
        copy.attach(manager);
        return copy;
    }

    @Override
    public void adam(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> means,
            List<NDArray> meanSquares,
            AdamStep numbers) {
        for (int i = 0; i < weights.size(); i++) {
            // handles of their own, since weights that record gradients refuse to be changed
            try (NDArray weight = weights.get(i).stopGradient();
                    NDArray gradient = gradients.get(i).duplicate()) {
                step(weight, gradient, means.get(i), meanSquares.get(i), numbers);
            }
        }
    }

    private static void step(NDArray weight, NDArray gradient, NDArray mean, NDArray meanSquare, AdamStep numbers) {
        if (numbers.decoupled()) {
            weight.muli(1 - numbers.learningRate() * numbers.weightDecay());
        } else if (numbers.weightDecay() > 0) {
            try (NDArray decay = weight.mul(numbers.weightDecay())) {
                gradient.addi(decay);
            }
        }
        double correction1 = 1 - Math.pow(numbers.beta1(), (double) numbers.step());
        double correction2 = 1 - Math.pow(numbers.beta2(), (double) numbers.step());
        try (NDArray entering = gradient.mul(1 - numbers.beta1());
                NDArray square = gradient.mul(gradient);
                NDArray enteringSquare = square.mul(1 - numbers.beta2())) {
            mean.muli(numbers.beta1()).addi(entering);
            meanSquare.muli(numbers.beta2()).addi(enteringSquare);
        }
        try (NDArray length = meanSquare.sqrt();
                NDArray change = mean.mul(numbers.learningRate() / correction1)) {
            length.divi(Math.sqrt(correction2)).addi(numbers.epsilon());
            change.divi(length);
            weight.subi(change);
        }
    }
}
