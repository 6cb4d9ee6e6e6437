package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.foldwise.learning.experiment.Precision;

/**
 * Times convolutions as a training and as a prediction have them, in float32 and in bfloat16 by turns, so that both meet the same
 * disturbances, and takes the shortest time of each: whatever else runs on the machine makes work longer, never shorter. Each takes
 * below a second.
 */
final class PrecisionProbe {
    /** A processor that imitates bfloat16 takes a fifth of a second for each. */
    private static final int LEAST_ROUNDS = 4;

    private static final int MOST_ROUNDS = 60;
    /** Spent on rounds above the least. */
    private static final double SECONDS = 0.5;

    private static final double NANOSECONDS_PER_SECOND = 1e9;
    /** The middle of a ResNet-18 at 128 pixels and batch 16. */
    private static final Shape IMAGES = new Shape(16, 128, 16, 16);

    private static final Shape IMAGE = new Shape(1, 128, 16, 16);
    private static final Shape WEIGHT = new Shape(128, 128, 3, 3);
    private static final int LAYERS = 6;

    private PrecisionProbe() {}

    /** A convolution, forward and back: the shortest of both. Needs the engine's one gradient collector for itself. */
    static PrecisionChoice.Times training(TorchEngine engine) {
        Arithmetic plain = new Arithmetic.Plain();
        Arithmetic bfloat16 = new Arithmetic.Rounded(engine.kernels(), Kernels.Rounding.BFLOAT16);
        try (NDManager manager = engine.newManager();
                NDArray images = engine.kernels().channelsLast(values(manager, IMAGES));
                NDArray weight = engine.kernels().channelsLast(values(manager, WEIGHT))) {
            weight.setRequiresGradient(true);
            return byTurns(
                    () -> seconds(() -> forwardAndBack(engine, plain, images, weight)),
                    () -> seconds(() -> forwardAndBack(engine, bfloat16, images, weight)));
        }
    }

    /** One image through some convolutions, as answers are computed here: the shortest of both. */
    static PrecisionChoice.Times prediction(TorchEngine engine) {
        InferenceGraph graph = convolutions();
        try (InferenceNetwork float32 = open(engine, graph, Precision.FLOAT32);
                InferenceNetwork bfloat16 = open(engine, graph, Precision.BFLOAT16);
                NDManager manager = engine.newManager();
                NDArray image = values(manager, IMAGE)) {
            return byTurns(() -> seconds(() -> float32.logits(image)), () -> seconds(() -> bfloat16.logits(image)));
        }
    }

    private static InferenceNetwork open(TorchEngine engine, InferenceGraph graph, Precision precision) {
        return InferenceNetwork.open(engine, graph, engine.inferenceDialect(precision), precision);
    }

    private static InferenceGraph convolutions() {
        List<Operation> operations = new ArrayList<>();
        long channels = WEIGHT.get(0);
        Tensor weight = Tensor.of(Arrays.stream(WEIGHT.getShape()).boxed().toList(), values(WEIGHT));
        Tensor bias = Tensor.of(List.of(channels), new float[(int) channels]);
        for (int layer = 0; layer < LAYERS; layer++) {
            operations.add(new Operation.Convolution(operations.size(), weight, bias, 1, 1, 1));
            operations.add(new Operation.Activation(operations.size(), Operation.Function.RELU));
        }
        operations.add(new Operation.GlobalMean(operations.size()));
        operations.add(new Operation.Flattening(operations.size()));
        return new InferenceGraph((int) channels, operations);
    }

    /**
     * The shortest times of two works that take turns, the first time included, in which kernels are chosen.
     *
     * @param float32 does its work and says how many seconds it took
     * @param bfloat16 the same
     */
    static PrecisionChoice.Times byTurns(DoubleSupplier float32, DoubleSupplier bfloat16) {
        double shortestFloat32 = Double.POSITIVE_INFINITY;
        double shortestBfloat16 = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int round = 0; round < LEAST_ROUNDS || (round < MOST_ROUNDS && spent < SECONDS); round++) {
            double first = float32.getAsDouble();
            double second = bfloat16.getAsDouble();
            shortestFloat32 = Math.min(shortestFloat32, first);
            shortestBfloat16 = Math.min(shortestBfloat16, second);
            spent += first + second;
        }
        return new PrecisionChoice.Times(shortestFloat32, shortestBfloat16);
    }

    private static double seconds(Runnable work) {
        long started = System.nanoTime();
        work.run();
        return (System.nanoTime() - started) / NANOSECONDS_PER_SECOND;
    }

    private static NDArray values(NDManager manager, Shape shape) {
        return manager.create(values(shape), shape);
    }

    private static float[] values(Shape shape) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static void forwardAndBack(TorchEngine engine, Arithmetic arithmetic, NDArray images, NDArray weight) {
        try (GradientCollector collector = engine.newGradientCollector();
                NDArray output = arithmetic.convolution(images, weight, null, 1, 1, 1);
                NDArray means = arithmetic.means(output);
                NDArray sum = means.sum()) {
            collector.backward(sum);
        }
    }
}
