package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Compares what trainings ask of the kernels with the blocks, on a few small arrays: a convolution forward and back with channels next
 * to each other, activations, the losses and their gradients, and some steps of Adam and AdamW. Takes some milliseconds, and the engine's one gradient collector for itself.
 */
final class PathProbe {
    /** Of numbers of about 1, in float32. */
    private static final double TOLERANCE = 1e-4;

    private static final int STEPS = 3;
    private static final Shape LOGITS = new Shape(4, 3);
    private static final float[] TARGETS = {0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0};
    private static final List<Double> LOSS_WEIGHTS = List.of(0.5, 2.0, 1.25);
    private static final List<NamedLoss> LOSSES = List.of(
            new NamedLoss(
                    "binary cross entropy",
                    (by, logits, targets) -> by.binaryCrossEntropy(logits, targets, LOSS_WEIGHTS)),
            new NamedLoss(
                    "cross entropy", (by, logits, targets) -> by.crossEntropy(logits, targets, LOSS_WEIGHTS, 0.1)),
            new NamedLoss("focal loss", (by, logits, targets) -> by.focal(logits, targets, 0.25, 2)));
    private static final Shape IMAGES = new Shape(2, 3, 9, 9);
    private static final List<Shape> WEIGHTS =
            List.of(new Shape(4, 3, 3, 3), new Shape(4, 1, 3, 3), new Shape(5, 4, 1, 1), new Shape(5, 4), new Shape(7));

    private record NamedLoss(String name, MeanLoss mean) {}

    @FunctionalInterface
    private interface MeanLoss {
        NDArray of(LossArithmetic arithmetic, NDArray logits, NDArray targets);
    }

    private final TorchEngine engine;
    private final Kernels kernels;

    private PathProbe(TorchEngine engine, Kernels kernels) {
        this.engine = engine;
        this.kernels = kernels;
    }

    /**
     * What the kernels compute otherwise than the blocks, in words; absent where nothing.
     *
     * @throws RefusedArchiveException if the engine does not take them
     * @throws RuntimeException if something else is in the way
     */
    static @Nullable String difference(TorchEngine engine) {
        PathProbe probe = new PathProbe(engine, engine.kernels());
        try (NDManager manager = engine.newManager()) {
            double convolution = probe.convolution(manager);
            if (!(convolution <= TOLERANCE)) {
                return "a convolution is off by " + convolution;
            }
            double activations = probe.activations(manager);
            if (!(activations <= TOLERANCE)) {
                return "an activation is off by " + activations;
            }
            for (NamedLoss loss : LOSSES) {
                double off = probe.loss(manager, loss.mean());
                if (!(off <= TOLERANCE)) {
                    return "the " + loss.name() + " is off by " + off;
                }
            }
            for (boolean decoupled : new boolean[] {false, true}) {
                double step = probe.steps(manager, decoupled);
                if (!(step <= TOLERANCE)) {
                    return (decoupled ? "AdamW" : "Adam") + " is off by " + step;
                }
            }
            return null;
        }
    }

    /** The largest difference of what comes out of a convolution, and of its gradient. */
    private double convolution(NDManager manager) {
        NDArray images = values(manager, IMAGES, 1);
        NDArray weight = values(manager, WEIGHTS.get(0), 2);
        NDArray lastImages = attached(kernels.channelsLast(images), manager);
        NDArray lastWeight = attached(kernels.channelsLast(weight), manager);
        return difference(forwardAndBack(manager, images, weight), forwardAndBack(manager, lastImages, lastWeight));
    }

    private float[] forwardAndBack(NDManager manager, NDArray images, NDArray weight) {
        weight.setRequiresGradient(true);
        try (GradientCollector collector = engine.newGradientCollector();
                NDManager step = manager.newSubManager()) {
            NDArray maps = new Arithmetic.Plain().convolution(images, weight, null, 1, 1, 1);
            maps.attach(step);
            NDArray squares = maps.mul(maps);
            squares.attach(step);
            NDArray mean = squares.mean();
            mean.attach(step);
            collector.backward(mean);
            try (NDArray gradient = weight.getGradient()) {
                return joined(maps.toFloatArray(), gradient.toFloatArray());
            }
        }
    }

    /** The largest difference of activations and of their gradients. */
    private double activations(NDManager manager) {
        return difference(activated(manager, new ActivationBlocks()), activated(manager, kernels));
    }

    private float[] activated(NDManager manager, ActivationArithmetic arithmetic) {
        List<UnaryOperator<NDArray>> activations =
                List.of(arithmetic::reluInPlace, arithmetic::relu6, arithmetic::relu6InPlace, arithmetic::silu);
        float[] all = new float[0];
        for (UnaryOperator<NDArray> activation : activations) {
            NDArray maps = values(manager, IMAGES, 4);
            maps.setRequiresGradient(true);
            // to -9 and 9, in an array of its own that may be written to
            try (GradientCollector collector = engine.newGradientCollector();
                    NDManager step = manager.newSubManager()) {
                NDArray wide = attached(maps.mul(9), step);
                NDArray out = attached(activation.apply(wide), step);
                NDArray squares = attached(out.mul(out), step);
                collector.backward(attached(squares.mean(), step));
                try (NDArray gradient = maps.getGradient()) {
                    all = joined(joined(all, out.toFloatArray()), gradient.toFloatArray());
                }
            }
        }
        return all;
    }

    /** The largest difference of a loss and of its gradient. */
    private double loss(NDManager manager, MeanLoss loss) {
        return difference(lossAndGradient(manager, new LossBlocks(), loss), lossAndGradient(manager, kernels, loss));
    }

    private float[] lossAndGradient(NDManager manager, LossArithmetic arithmetic, MeanLoss loss) {
        NDArray logits = values(manager, LOGITS, 3);
        NDArray targets = manager.create(TARGETS, LOGITS);
        logits.setRequiresGradient(true);
        try (GradientCollector collector = engine.newGradientCollector();
                NDArray mean = loss.of(arithmetic, logits, targets)) {
            collector.backward(mean);
            try (NDArray gradient = logits.getGradient()) {
                return joined(mean.toFloatArray(), gradient.toFloatArray());
            }
        }
    }

    /** The largest difference of weights and moments after some steps. */
    private double steps(NDManager manager, boolean decoupled) {
        return difference(
                stepped(manager, new AdamBlocks(), decoupled, false), stepped(manager, kernels, decoupled, true));
    }

    private float[] stepped(NDManager manager, AdamArithmetic arithmetic, boolean decoupled, boolean isChannelsLast) {
        List<NDArray> weights = new ArrayList<>();
        List<NDArray> means = new ArrayList<>();
        List<NDArray> meanSquares = new ArrayList<>();
        for (int i = 0; i < WEIGHTS.size(); i++) {
            NDArray weight = laidOut(values(manager, WEIGHTS.get(i), 10 + i), isChannelsLast, manager);
            weights.add(weight);
            means.add(arithmetic.zerosLike(weight, manager));
            // as those of a checkpoint, which lie row by row
            meanSquares.add(arithmetic.laidOutLike(
                    weight, values(manager, WEIGHTS.get(i), 20 + i).abs(), manager));
        }
        for (int step = 1; step <= STEPS; step++) {
            List<NDArray> gradients = new ArrayList<>();
            for (int i = 0; i < WEIGHTS.size(); i++) {
                gradients.add(laidOut(values(manager, WEIGHTS.get(i), 100 * step + i), isChannelsLast, manager));
            }
            arithmetic.adam(
                    weights,
                    gradients,
                    means,
                    meanSquares,
                    new AdamArithmetic.AdamStep(step, 0.1, 0.9, 0.99, 0.01, decoupled, 1e-3));
        }
        float[] all = new float[0];
        for (List<NDArray> arrays : List.of(weights, means, meanSquares)) {
            for (NDArray array : arrays) {
                all = joined(all, array.toFloatArray());
            }
        }
        return all;
    }

    private NDArray laidOut(NDArray array, boolean isChannelsLast, NDManager manager) {
        return isChannelsLast && array.getShape().dimension() == 4
                ? attached(kernels.channelsLast(array), manager)
                : array;
    }

    private static NDArray attached(NDArray array, NDManager manager) {
        array.attach(manager);
        return array;
    }

    private static NDArray values(NDManager manager, Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return manager.create(values, shape);
    }

    private static float[] joined(float[] one, float[] other) {
        float[] both = new float[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** Infinite where the lengths differ or a number is none. */
    private static double difference(float[] one, float[] other) {
        double largest = one.length == other.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            double difference = Math.abs((double) one[i] - other[i]);
            largest =
                    difference <= largest ? largest : Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        }
        return largest;
    }
}
