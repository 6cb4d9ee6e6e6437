package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.experiment.OptimizerSpec;
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
 * saved. The moments live in the network's native memory, under the names of their parameters.
 */
final class Adam {
    private final OptimizerSpec.Adam spec;
    private final Network network;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private long steps;

    private record Moments(NDArray mean, NDArray meanSquare) {}

    /** Before the first step of training that network. */
    Adam(OptimizerSpec.Adam spec, Network network) {
        this.spec = spec;
        this.network = network;
    }

    /** As it was when {@code state} was taken. */
    static Adam resume(OptimizerSpec.Adam spec, Network network, AdamState state) {
        Adam adam = new Adam(spec, network);
        adam.steps = state.steps();
        state.means()
                .tensors()
                .forEach((name, mean) -> adam.moments.put(
                        name,
                        new Moments(
                                network.toParameterArray(mean),
                                network.toParameterArray(state.meanSquares().tensor(name)))));
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
        List<NDArray> weights = new ArrayList<>();
        List<NDArray> gradients = new ArrayList<>();
        List<NDArray> means = new ArrayList<>();
        List<NDArray> meanSquares = new ArrayList<>();
        try {
            parameters.forEach((name, parameter) -> {
                Moments held = moments.computeIfAbsent(name, absent -> zeros(parameter));
                weights.add(parameter);
                // every handle would stay with the parameter's manager until the training ends, so each is closed at
                // once
                gradients.add(parameter.getGradient());
                means.add(held.mean());
                meanSquares.add(held.meanSquare());
            });
            network.engine()
                    .kernels()
                    .adam(
                            weights,
                            gradients,
                            means,
                            meanSquares,
                            steps,
                            learningRate,
                            spec.beta1(),
                            spec.beta2(),
                            spec.weightDecay(),
                            spec.epsilon());
        } finally {
            gradients.forEach(NDArray::close);
        }
    }

    private Moments zeros(NDArray parameter) {
        return new Moments(zerosLike(parameter), zerosLike(parameter));
    }

    /** Of the parameter's memory format, which DJL's zerosLike does not keep. */
    private NDArray zerosLike(NDArray parameter) {
        try (NDArray weights = parameter.stopGradient()) {
            NDArray zeros = weights.sub(weights);
            zeros.attach(network.manager());
            return zeros;
        }
    }
}
