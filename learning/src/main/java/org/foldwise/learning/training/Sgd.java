package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.ElementType;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent with the arithmetic of {@code torch.optim.SGD}: for a gradient g of weights w and momentum u
 *
 * <pre>{@code
 * g += decay w;  b = u b + (1 - dampening) g, at a parameter's first step b = g
 * w -= rate b,   with Nesterov's look ahead w -= rate (g + u b)
 * }</pre>
 *
 * The learning rate stands outside the velocity b, other than in Sutskever et al. (2013), On the Importance of Initialization and
 * Momentum in Deep Learning. Without momentum nothing is remembered.
 */
final class Sgd implements Optimizer {
    private static final String VELOCITIES = "velocities";

    private final OptimizerSpec.Sgd spec;
    private final NDManager manager;
    private final Map<String, NDArray> velocities = new LinkedHashMap<>();

    Sgd(OptimizerSpec.Sgd spec, NDManager manager, OptimizerState state, ElementType floating) {
        this.spec = spec;
        this.manager = manager;
        state.memory(VELOCITIES)
                .tensors()
                .forEach((name, velocity) -> velocities.put(name, Network.toArray(manager, velocity, floating)));
    }

    /**
     * A parameter has a velocity from its first step with momentum on, and the plan does not say when that was: a schedule may bring a
     * momentum or take it away. So velocities of some parameters are right, and none as well.
     */
    static void requireMatch(Map<String, List<Long>> shapes, OptimizerState state) {
        Map<String, List<Long>> remembered = new LinkedHashMap<>(shapes);
        remembered.keySet().retainAll(state.memory(VELOCITIES).tensors().keySet());
        state.requireShapes(state.memories().isEmpty() ? Map.of() : Map.of(VELOCITIES, remembered));
    }

    @Override
    public OptimizerState state() {
        if (velocities.isEmpty()) {
            return OptimizerState.INITIAL;
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        velocities.forEach((name, velocity) -> tensors.put(name, Network.toTensor(velocity)));
        return new OptimizerState(new TreeMap<>(Map.of(VELOCITIES, new Weights(tensors))));
    }

    @Override
    public void update(Map<String, NDArray> parameters, double learningRate, @Nullable Double momentum) {
        double share = momentum == null ? spec.momentum() : momentum;
        parameters.forEach((name, parameter) -> {
            // closed at once, as they would stay with the parameter's manager until the training ends
            try (NDArray weights = parameter.stopGradient();
                    NDArray gradient = parameter.getGradient()) {
                if (spec.weightDecay() > 0) {
                    try (NDArray decay = weights.mul(spec.weightDecay())) {
                        gradient.addi(decay);
                    }
                }
                if (share == 0) {
                    step(weights, gradient, learningRate);
                } else {
                    followWithMomentum(weights, gradient, velocity(name, gradient, share), learningRate, share);
                }
            }
        });
    }

    private NDArray velocity(String name, NDArray gradient, double momentum) {
        NDArray held = velocities.get(name);
        if (held == null) {
            NDArray first = gradient.duplicate();
            first.attach(manager);
            velocities.put(name, first);
            return first;
        }
        try (NDArray entering = gradient.mul(1 - spec.dampening())) {
            held.muli(momentum).addi(entering);
        }
        return held;
    }

    private void followWithMomentum(
            NDArray weights, NDArray gradient, NDArray velocity, double learningRate, double momentum) {
        if (!spec.nesterov()) {
            step(weights, velocity, learningRate);
            return;
        }
        try (NDArray ahead = velocity.mul(momentum)) {
            ahead.addi(gradient);
            step(weights, ahead, learningRate);
        }
    }

    private static void step(NDArray weights, NDArray direction, double learningRate) {
        try (NDArray change = direction.mul(learningRate)) {
            weights.subi(change);
        }
    }
}
