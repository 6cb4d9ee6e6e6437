package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Times a convolution as a training has it, forward and back, in float32 and in bfloat16 by turns, so that both meet the same
 * disturbances. Takes well below a second.
 */
final class PrecisionProbe {
    private static final int WARM_UPS = 2;
    private static final int ROUNDS = 5;
    private static final double NANOSECONDS_PER_SECOND = 1e9;
    /** The middle of a ResNet-18 at 128 pixels and batch 16. */
    private static final Shape IMAGES = new Shape(16, 128, 16, 16);

    private static final Shape WEIGHT = new Shape(128, 128, 3, 3);

    private PrecisionProbe() {}

    /** Medians of both. Needs the engine's one gradient collector for itself. */
    static PrecisionChoice.Times measure(TorchEngine engine) {
        Arithmetic plain = new Arithmetic.Plain();
        Arithmetic bfloat16 = new Arithmetic.Bfloat16(engine.kernels());
        double[] plainSeconds = new double[ROUNDS];
        double[] bfloat16Seconds = new double[ROUNDS];
        try (NDManager manager = engine.newManager();
                NDArray images = engine.kernels().channelsLast(values(manager, IMAGES));
                NDArray weight = engine.kernels().channelsLast(values(manager, WEIGHT))) {
            weight.setRequiresGradient(true);
            for (int round = -WARM_UPS; round < ROUNDS; round++) {
                double first = seconds(engine, plain, images, weight);
                double second = seconds(engine, bfloat16, images, weight);
                if (round >= 0) {
                    plainSeconds[round] = first;
                    bfloat16Seconds[round] = second;
                }
            }
        }
        return new PrecisionChoice.Times(median(plainSeconds), median(bfloat16Seconds));
    }

    private static NDArray values(NDManager manager, Shape shape) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return manager.create(values, shape);
    }

    private static double seconds(TorchEngine engine, Arithmetic arithmetic, NDArray images, NDArray weight) {
        long started = System.nanoTime();
        try (GradientCollector collector = engine.newGradientCollector();
                NDArray output = arithmetic.convolution(images, weight, null, 1, 1, 1);
                NDArray sum = output.sum()) {
            collector.backward(sum);
        }
        return (System.nanoTime() - started) / NANOSECONDS_PER_SECOND;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
