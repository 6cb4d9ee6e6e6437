package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.experiment.OptimizerSpec;
import org.foldwise.learning.network.AdamArithmetic;
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
    private final AdamArithmetic arithmetic;
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
        private NDArray mean;
        private NDArray meanSquare;
        private long steps;
        /** Whether both lie in memory as the parameter does; those read from a state do not at first. */
        private boolean isLaidOut;

        Moments(NDArray mean, NDArray meanSquare, long steps, boolean isLaidOut) {
            this.mean = mean;
            this.meanSquare = meanSquare;
            this.steps = steps;
            this.isLaidOut = isLaidOut;
        }
    }

    Adam(Settings settings, AdamArithmetic arithmetic, NDManager manager, OptimizerState state, ElementType floating) {
        this.settings = settings;
        this.arithmetic = arithmetic;
        this.manager = manager;
        state.memory(MEANS).tensors().forEach((name, mean) -> {
            Tensor meanSquare = state.memory(MEAN_SQUARES).tensor(name);
            moments.put(
                    name,
                    new Moments(
                            Network.toArray(manager, mean, floating),
                            Network.toArray(manager, meanSquare, floating),
                            state.memory(STEPS).tensor(name).longValue(),
                            false));
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
        SortedMap<Long, Map<String, NDArray>> bySteps = new TreeMap<>();
        parameters.forEach((name, parameter) -> {
            Moments held = moments.computeIfAbsent(name, absent -> zeros(parameter));
            layOut(held, parameter);
            held.steps++;
            bySteps.computeIfAbsent(held.steps, absent -> new LinkedHashMap<>()).put(name, parameter);
        });
        bySteps.forEach((step, alike) -> update(alike, step, learningRate, beta1));
    }

    private void update(Map<String, NDArray> parameters, long step, double learningRate, double beta1) {
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
                means.add(held.mean);
                meanSquares.add(held.meanSquare);
            });
            arithmetic.adam(
                    weights,
                    gradients,
                    means,
                    meanSquares,
                    new AdamArithmetic.AdamStep(
                            step,
                            learningRate,
                            beta1,
                            settings.beta2(),
                            settings.weightDecay(),
                            settings.decoupled(),
                            settings.epsilon()));
        } finally {
            gradients.forEach(NDArray::close);
        }
    }

    private void layOut(Moments held, NDArray parameter) {
        if (!held.isLaidOut) {
            held.mean = laidOut(held.mean, parameter);
            held.meanSquare = laidOut(held.meanSquare, parameter);
            held.isLaidOut = true;
        }
    }

    private NDArray laidOut(NDArray array, NDArray parameter) {
        try (array) {
            return arithmetic.laidOutLike(parameter, array, manager);
        }
    }

    private Moments zeros(NDArray parameter) {
        return new Moments(arithmetic.zerosLike(parameter, manager), arithmetic.zerosLike(parameter, manager), 0, true);
    }
}
