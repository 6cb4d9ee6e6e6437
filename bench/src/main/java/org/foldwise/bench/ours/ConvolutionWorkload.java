package org.foldwise.bench.ours;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.network.TorchEngine;

/** A large 3 x 3 convolution with channels last, which runs as near to the machine's limit as anything in a network. */
final class ConvolutionWorkload implements Workload {
    private static final int CHANNELS = 256;
    private static final int KERNEL = 3;
    private static final int SIDE = 28;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final NDManager manager;
    private final NDArray images;
    private final NDArray weight;
    private final int batch;
    private final int repetitions;

    ConvolutionWorkload(Settings settings) {
        this.engine = settings.engine();
        this.batch = settings.batch();
        this.repetitions = settings.repetitions();
        this.manager = engine.newManager();
        this.images = channelsLast(new Shape(batch, CHANNELS, SIDE, SIDE));
        this.weight = channelsLast(new Shape(CHANNELS, CHANNELS, KERNEL, KERNEL));
    }

    private NDArray channelsLast(Shape shape) {
        try (NDArray values = manager.randomNormal(shape)) {
            return engine.kernels().channelsLast(values);
        }
    }

    @Override
    public Measured measure() {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            long started = System.nanoTime();
            Conv2d.conv2d(images, weight, null, new Shape(1, 1), new Shape(1, 1))
                    .singletonOrThrow()
                    .close();
            seconds.add((System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
        }
        double multiplications = (double) CHANNELS * CHANNELS * KERNEL * KERNEL * SIDE * SIDE * batch;
        return new Measured(seconds, 2 * multiplications);
    }

    @Override
    public Map<String, String> versions() {
        return engine.libraries();
    }

    @Override
    public void close() {
        manager.close();
    }
}
