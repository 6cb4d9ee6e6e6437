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
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.Precision;

/**
 * Times convolutions as a training and as a prediction of a backbone have them, in float32 and in bfloat16 by turns, so that both meet the same
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
    private static final int BATCH = 16;
    private static final int LAYERS = 6;

    private PrecisionProbe() {}

    /** What most of a backbone's time goes into. A processor may gain in one and lose in the other. */
    enum Convolutions {
        /** Every output channel sums over all input channels: the middle of a ResNet-18 at 128 pixels. */
        DENSE,
        /** Pixel by pixel to six times the channels, channel by channel, and back: the middle of a MobileNetV2 at 128 pixels. */
        SEPARABLE;

        private static final int SIZE = 16;

        static Convolutions of(BackboneName backbone) {
            return switch (backbone) {
                case RESNET18, RESNET50, DENSENET121 -> DENSE;
                case EFFICIENTNET_B0, MOBILENET_V2 -> SEPARABLE;
            };
        }

        /** In the order in which they follow one another; what comes out has as many channels as went in. */
        private List<Shape> weights() {
            return switch (this) {
                case DENSE -> List.of(new Shape(128, 128, 3, 3));
                case SEPARABLE -> List.of(new Shape(192, 32, 1, 1), new Shape(192, 1, 3, 3), new Shape(32, 192, 1, 1));
            };
        }

        private long channels() {
            return weights().get(0).get(1);
        }

        private Shape images(int count) {
            return new Shape(count, channels(), SIZE, SIZE);
        }

        /** Keeps the size of feature maps. */
        private static int padding(Shape weight) {
            return (int) weight.get(2) / 2;
        }

        /** How many groups of channels keep apart, where {@code given} channels come in. */
        private static int groups(Shape weight, long given) {
            return (int) (given / weight.get(1));
        }
    }

    /** Convolutions, forward and back: the shortest of both. Needs the engine's one gradient collector for itself. */
    static PrecisionChoice.Times training(TorchEngine engine, Convolutions convolutions) {
        Arithmetic plain = new Arithmetic.Plain();
        Arithmetic bfloat16 = new Arithmetic.Rounded(engine.kernels(), Kernels.Rounding.BFLOAT16);
        try (NDManager manager = engine.newManager();
                NDArray images = engine.kernels().channelsLast(values(manager, convolutions.images(BATCH)))) {
            List<NDArray> weights = new ArrayList<>();
            for (Shape shape : convolutions.weights()) {
                NDArray weight = engine.kernels().channelsLast(values(manager, shape));
                weight.setRequiresGradient(true);
                weights.add(weight);
            }
            return byTurns(
                    () -> seconds(() -> forwardAndBack(engine, plain, images, weights)),
                    () -> seconds(() -> forwardAndBack(engine, bfloat16, images, weights)));
        }
    }

    /** One image through some convolutions, as answers are computed here: the shortest of both. */
    static PrecisionChoice.Times prediction(TorchEngine engine, Convolutions convolutions) {
        InferenceGraph graph = graph(convolutions);
        try (InferenceNetwork float32 = open(engine, graph, Precision.FLOAT32);
                InferenceNetwork bfloat16 = open(engine, graph, Precision.BFLOAT16);
                NDManager manager = engine.newManager();
                NDArray image = values(manager, convolutions.images(1))) {
            return byTurns(() -> seconds(() -> float32.logits(image)), () -> seconds(() -> bfloat16.logits(image)));
        }
    }

    private static InferenceNetwork open(TorchEngine engine, InferenceGraph graph, Precision precision) {
        return InferenceNetwork.open(engine, graph, engine.inferenceDialect(precision), precision);
    }

    private static InferenceGraph graph(Convolutions convolutions) {
        List<Operation> operations = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            long given = convolutions.channels();
            for (Shape shape : convolutions.weights()) {
                Tensor weight =
                        Tensor.of(Arrays.stream(shape.getShape()).boxed().toList(), values(shape));
                Tensor bias = Tensor.of(List.of(shape.get(0)), new float[(int) shape.get(0)]);
                operations.add(new Operation.Convolution(
                        operations.size(),
                        weight,
                        bias,
                        1,
                        Convolutions.padding(shape),
                        Convolutions.groups(shape, given)));
                operations.add(new Operation.Activation(operations.size(), Operation.Function.RELU));
                given = shape.get(0);
            }
        }
        operations.add(new Operation.GlobalMean(operations.size()));
        operations.add(new Operation.Flattening(operations.size()));
        return new InferenceGraph((int) convolutions.channels(), operations);
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

    private static void forwardAndBack(
            TorchEngine engine, Arithmetic arithmetic, NDArray images, List<NDArray> weights) {
        try (GradientCollector collector = engine.newGradientCollector();
                NDManager manager = images.getManager().newSubManager()) {
            NDArray maps = images;
            for (NDArray weight : weights) {
                Shape shape = weight.getShape();
                maps = arithmetic.convolution(
                        maps,
                        weight,
                        null,
                        1,
                        Convolutions.padding(shape),
                        Convolutions.groups(shape, maps.getShape().get(1)));
                maps.attach(manager);
            }
            NDArray means = arithmetic.means(maps);
            means.attach(manager);
            NDArray sum = means.sum();
            sum.attach(manager);
            collector.backward(sum);
        }
    }
}
