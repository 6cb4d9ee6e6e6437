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
 * Adam (Kingma and Ba, 2015, Adam: A Method for Stochastic Optimization) with the arithmetic of {@code torch.optim.Adam}: for
 * a gradient g of weights w at the parameter's step t
 *
 * <pre>{@code
 * g += decay w;  m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g g
 * w -= rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 * }</pre>
 *
 * and AdamW (Loshchilov and Hutter, 2019, Decoupled Weight Decay Regularization) with that of {@code torch.optim.AdamW}, which
 * instead of the first assignment has {@code w *= 1 - rate decay}.
 *
 * <p>DJL's own Adam adds epsilon before the bias correction, which is another algorithm in the first steps, and it cannot be
 * saved. Steps are counted for each parameter, so one that is unfrozen later begins with its own first step.
 */
final class Adam implements Optimizer {
    private static final String STEPS = "steps";
    private static final String MEANS = "means";
    private static final String MEAN_SQUARES = "meanSquares";

    private final Settings settings;
    private final NDManager manager;
    private final Map<String, Moments> moments = new LinkedHashMap<>();

    /**
     * The numbers of a plan.
     *
     * @param decoupled whether weight decay acts on the weights themselves, as in AdamW
     */
    record Settings(double beta1, double beta2, double epsilon, double weightDecay, boolean decoupled) {
        Settings(OptimizerSpec.Adam spec) {
            this(spec.beta1(), spec.beta2(), spec.epsilon(), spec.weightDecay(), false);
        }

        Settings(OptimizerSpec.AdamW spec) {
            this(spec.beta1(), spec.beta2(), spec.epsilon(), spec.weightDecay(), true);
        }
    }

    /** What is remembered of one parameter. */
    private static final class Moments {
        private final NDArray mean;
        private final NDArray meanSquare;
        private long steps;

        Moments(NDArray mean, NDArray meanSquare, long steps) {
            this.mean = mean;
            this.meanSquare = meanSquare;
            this.steps = steps;
        }
    }

    Adam(Settings settings, NDManager manager, OptimizerState state, ElementType floating) {
        this.settings = settings;
        this.manager = manager;
        state.memory(MEANS).tensors().forEach((name, mean) -> {
            Tensor meanSquare = state.memory(MEAN_SQUARES).tensor(name);
            moments.put(
                    name,
                    new Moments(
                            Network.toArray(manager, mean, floating),
                            Network.toArray(manager, meanSquare, floating),
                            state.memory(STEPS).tensor(name).longValue()));
        });
    }

    static void requireMatch(Map<String, List<Long>> shapes, OptimizerState state) {
        Map<String, List<Long>> scalars = new LinkedHashMap<>();
        shapes.keySet().forEach(name -> scalars.put(name, List.of()));
        state.requireShapes(Map.of(STEPS, scalars, MEANS, shapes, MEAN_SQUARES, shapes));
    }

    @Override
    public OptimizerState state() {
        Map<String, Tensor> steps = new LinkedHashMap<>();
        Map<String, Tensor> means = new LinkedHashMap<>();
        Map<String, Tensor> meanSquares = new LinkedHashMap<>();
        moments.forEach((name, held) -> {
            steps.put(name, Tensor.of(held.steps));
            means.put(name, Network.toTensor(held.mean));
            meanSquares.put(name, Network.toTensor(held.meanSquare));
        });
        return new OptimizerState(new TreeMap<>(
                Map.of(STEPS, new Weights(steps), MEANS, new Weights(means), MEAN_SQUARES, new Weights(meanSquares))));
    }

    @Override
    public void update(Map<String, NDArray> parameters, double learningRate, @Nullable Double momentum) {
        double beta1 = momentum == null ? settings.beta1() : momentum;
        parameters.forEach((name, parameter) -> {
            Moments held = moments.computeIfAbsent(name, absent -> zeros(parameter));
            held.steps++;
            // every handle here would stay with the parameter's manager until the training ends, so each is closed at
            // once
            try (NDArray weights = parameter.stopGradient();
                    NDArray gradient = parameter.getGradient()) {
                decay(weights, gradient, learningRate);
                follow(weights, gradient, held, learningRate, beta1);
                gradient.muli(0);
            }
        });
    }

    private void decay(NDArray weights, NDArray gradient, double learningRate) {
        if (settings.weightDecay() == 0) {
            return;
        }
        if (settings.decoupled()) {
            weights.muli(1 - learningRate * settings.weightDecay());
            return;
        }
        try (NDArray decay = weights.mul(settings.weightDecay())) {
            gradient.addi(decay);
        }
    }

    private void follow(NDArray weights, NDArray gradient, Moments held, double learningRate, double beta1) {
        double rate = learningRate / (1 - Math.pow(beta1, (double) held.steps));
        double correction = Math.sqrt(1 - Math.pow(settings.beta2(), (double) held.steps));
        try (NDArray share = gradient.mul(1 - beta1)) {
            held.mean.muli(beta1).addi(share);
        }
        try (NDArray square = gradient.mul(gradient)) {
            square.muli(1 - settings.beta2());
            held.meanSquare.muli(settings.beta2()).addi(square);
        }
        try (NDArray denominator = held.meanSquare.sqrt()) {
            denominator.divi(correction).addi(settings.epsilon());
            try (NDArray change = held.mean.div(denominator)) {
                weights.subi(change.muli(rate));
            }
        }
    }

    private Moments zeros(NDArray parameter) {
        return new Moments(
                manager.zeros(parameter.getShape(), parameter.getDataType()),
                manager.zeros(parameter.getShape(), parameter.getDataType()),
                0);
    }
}
