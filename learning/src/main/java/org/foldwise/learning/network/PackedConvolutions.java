package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.foldwise.learning.experiment.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The question asked once of a machine: does it have oneDNN's packed convolutions, and do they compute what ordinary ones do?
 * Builds of libtorch without oneDNN, and devices other than the CPU, do not know the operations; libtorch says so when it
 * compiles the text, as an exception.
 */
final class PackedConvolutions {
    private static final Logger LOGGER = LoggerFactory.getLogger(PackedConvolutions.class);
    private static final int CHANNELS = 8;
    private static final int SIDE = 9;

    private PackedConvolutions() {}

    /** Whether networks may be computed with them in that precision. */
    static boolean work(TorchEngine engine, Precision precision) {
        InferenceGraph everyForm = everyForm();
        return agree(
                () -> answer(engine, everyForm, InferenceProgram.Dialect.PACKED, precision),
                () -> answer(engine, everyForm, InferenceProgram.Dialect.PLAIN, precision),
                tolerance(precision));
    }

    /** What may lie between two orders of adding some hundred products near 1, layer upon layer. */
    private static float tolerance(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> 1e-4f;
            case BFLOAT16 -> 5e-2f;
            case FLOAT16 -> throw InferenceProgram.noFloat16();
        };
    }

    /** Whether {@code packed} can be computed and is what {@code plain} says. */
    static boolean agree(Supplier<float[]> packed, Supplier<float[]> plain, float tolerance) {
        float[] expected = plain.get();
        float[] found;
        try {
            found = packed.get();
        } catch (RuntimeException e) {
            LOGGER.info(
                    "oneDNN's packed convolutions are not to be had here, predictions do without: {}", e.toString());
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            // not the other way round: NaN is no agreement
            if (!(Math.abs(found[i] - expected[i]) <= tolerance)) {
                LOGGER.warn(
                        "oneDNN's packed convolutions yield {} where {} is right, predictions do without",
                        found[i],
                        expected[i]);
                return false;
            }
        }
        return true;
    }

    private static float[] answer(
            TorchEngine engine, InferenceGraph graph, InferenceProgram.Dialect dialect, Precision precision) {
        engine.prepareThread();
        try (InferenceNetwork network = InferenceNetwork.open(engine, graph, dialect, precision);
                NDManager manager = engine.newManager();
                NDArray images =
                        manager.create(values(2 * CHANNELS * SIDE * SIDE), new Shape(2, CHANNELS, SIDE, SIDE))) {
            return network.logits(images);
        }
    }

    /**
     * A graph in which a convolution stands alone, in groups, with stride, before each function, and before a sum with and without one,
     * whose shortcut it reads itself or nobody reads any more.
     */
    static InferenceGraph everyForm() {
        List<Operation> operations = new ArrayList<>();
        operations.add(convolution(0, 3, 1, 1));
        for (Operation.Function function : Operation.Function.values()) {
            operations.add(convolution(operations.size(), 3, 1, CHANNELS));
            operations.add(new Operation.Activation(operations.size(), function));
            int shortcut = operations.size();
            operations.add(convolution(shortcut, 1, 1, 1));
            operations.add(new Operation.Sum(operations.size(), shortcut));
            operations.add(new Operation.Activation(operations.size(), function));
            int second = operations.size();
            operations.add(convolution(second, 3, 1, 2));
            operations.add(new Operation.Sum(operations.size(), second));
            addResidual(operations);
            operations.add(new Operation.Activation(operations.size(), function));
        }
        addResidual(operations);
        operations.add(convolution(operations.size(), 3, 2, 1));
        operations.add(new Operation.GlobalMean(operations.size()));
        operations.add(new Operation.Flattening(operations.size()));
        return new InferenceGraph(CHANNELS, operations);
    }

    /** Two convolutions and a sum in the place of what the first one reads. */
    private static void addResidual(List<Operation> operations) {
        int shortcut = operations.size();
        operations.add(convolution(shortcut, 3, 1, 1));
        operations.add(convolution(operations.size(), 1, 1, 1));
        operations.add(new Operation.Sum(operations.size(), shortcut));
    }

    private static Operation convolution(int input, int kernel, int stride, int groups) {
        long inputs = CHANNELS / groups;
        int weights = Math.toIntExact(CHANNELS * inputs * kernel * kernel);
        float[] scaled = values(weights);
        for (int i = 0; i < weights; i++) {
            scaled[i] /= inputs * kernel;
        }
        return new Operation.Convolution(
                input,
                Tensor.of(List.of((long) CHANNELS, inputs, (long) kernel, (long) kernel), scaled),
                Tensor.of(List.of((long) CHANNELS), values(CHANNELS)),
                stride,
                kernel / 2,
                groups);
    }

    private static float[] values(int length) {
        SplittableRandom random = new SplittableRandom(length);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
