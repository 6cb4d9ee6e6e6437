package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;

/**
 * Adam (Kingma and Ba, 2015, Adam: A Method for Stochastic Optimization) with the arithmetic of {@code torch.optim.Adam}: for
 * a gradient g of weights w at step t
 *
 * <pre>{@code
 * g += decay w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g g
 * w -= rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 * }</pre>
 *
 * DJL's own Adam adds epsilon before the bias correction, which is another algorithm in the first steps, and it cannot be
 * saved. The moments live in native memory of the manager given, under the names of their parameters.
 */
final class Adam {
    private final OptimizerSpec.Adam spec;
    private final NDManager manager;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private long steps;

    private record Moments(NDArray mean, NDArray meanSquare) {}

    /** Before the first step. */
    Adam(OptimizerSpec.Adam spec, NDManager manager) {
        this.spec = spec;
        this.manager = manager;
    }

    /** As it was when {@code state} was taken. */
    static Adam resume(OptimizerSpec.Adam spec, NDManager manager, AdamState state, ElementType floating) {
        Adam adam = new Adam(spec, manager);
        adam.steps = state.steps();
        state.means()
                .tensors()
                .forEach((name, mean) -> adam.moments.put(
                        name,
                        new Moments(
                                Network.toArray(manager, mean, floating),
                                Network.toArray(manager, state.meanSquares().tensor(name), floating))));
        return adam;
    }

    /** A copy of all that the next step depends on. */
    AdamState state() {
        Map<String, Tensor> means = new LinkedHashMap<>();
        Map<String, Tensor> meanSquares = new LinkedHashMap<>();
        moments.forEach((name, held) -> {
            means.put(name, Network.toTensor(held.mean()));
            meanSquares.put(name, Network.toTensor(held.meanSquare()));
        });
        return new AdamState(steps, new Weights(means), new Weights(meanSquares));
    }

    /** Changes each parameter along its gradient, and sets the gradients to zero: the engine would add to them. */
    void update(Map<String, NDArray> parameters, double learningRate) {
        steps++;
        double rate = learningRate / (1 - Math.pow(spec.beta1(), (double) steps));
        double correction = Math.sqrt(1 - Math.pow(spec.beta2(), (double) steps));
        parameters.forEach((name, parameter) -> {
            Moments held = moments.computeIfAbsent(name, absent -> zeros(parameter));
            // every handle here would stay with the parameter's manager until the training ends, so each is closed at
            // once
            try (NDArray weights = parameter.stopGradient();
                    NDArray gradient = parameter.getGradient()) {
                follow(weights, gradient, held, rate, correction);
                gradient.muli(0);
            }
        });
    }

    private void follow(NDArray weights, NDArray gradient, Moments held, double rate, double correction) {
        if (spec.weightDecay() > 0) {
            try (NDArray decay = weights.mul(spec.weightDecay())) {
                gradient.addi(decay);
            }
        }
        try (NDArray share = gradient.mul(1 - spec.beta1())) {
            held.mean().muli(spec.beta1()).addi(share);
        }
        try (NDArray square = gradient.mul(gradient)) {
            square.muli(1 - spec.beta2());
            held.meanSquare().muli(spec.beta2()).addi(square);
        }
        try (NDArray denominator = held.meanSquare().sqrt()) {
            denominator.divi(correction).addi(spec.epsilon());
            try (NDArray change = held.mean().div(denominator)) {
                weights.subi(change.muli(rate));
            }
        }
    }

    private Moments zeros(NDArray parameter) {
        return new Moments(
                manager.zeros(parameter.getShape(), parameter.getDataType()),
                manager.zeros(parameter.getShape(), parameter.getDataType()));
    }
}
