package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.foldwise.learning.experiment.Precision;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sum behind a packed convolution takes the place of its shortcut, but only where nobody needs the shortcut any more. The
 * oracle is the same graph in ordinary operations, which overwrite nothing.
 */
@Tag("engine")
class ShortcutTest {
    static final int CHANNELS = 8;
    private static final int SIDE = 16;
    private static final TorchEngine ENGINE = Engines.engine();

    static Stream<Arguments> graphs() {
        Operation first = convolution(0);
        Operation activation = new Operation.Activation(1, Operation.Function.RELU);
        return Stream.of(
                Arguments.of(
                        "of a block like ResNet's",
                        "_convolution_pointwise_(v2,",
                        List.of(
                                first,
                                activation,
                                convolution(2),
                                new Operation.Activation(3, Operation.Function.RELU),
                                convolution(4),
                                new Operation.Sum(5, 2),
                                new Operation.Activation(6, Operation.Function.RELU))),
                Arguments.of(
                        "with no activation behind it",
                        "_convolution_pointwise_(v2,",
                        List.of(first, activation, convolution(2), convolution(3), new Operation.Sum(4, 2))),
                Arguments.of(
                        "of what the convolution reads itself",
                        "_convolution_pointwise(v2, v2,",
                        List.of(first, activation, convolution(2), new Operation.Sum(3, 2))),
                Arguments.of(
                        "that is added again later",
                        "_convolution_pointwise(v3, v2,",
                        List.of(
                                first,
                                activation,
                                convolution(2),
                                convolution(3),
                                new Operation.Sum(4, 2),
                                convolution(5),
                                new Operation.Sum(6, 2))),
                Arguments.of(
                        "whose other reader is merged into a later sum",
                        "_convolution_pointwise(v3, v2,",
                        List.of(
                                first,
                                activation,
                                convolution(2),
                                convolution(2),
                                convolution(3),
                                new Operation.Sum(5, 2),
                                new Operation.Sum(4, 6))),
                Arguments.of(
                        "of the images themselves",
                        "_convolution_pointwise(v1, v0,",
                        List.of(first, convolution(1), new Operation.Sum(2, 0))));
    }

    private static InferenceGraph graph(List<Operation> maps) {
        List<Operation> operations = new ArrayList<>(maps);
        operations.add(new Operation.GlobalMean(maps.size()));
        operations.add(new Operation.Flattening(maps.size() + 1));
        return new InferenceGraph(CHANNELS, operations);
    }

    /** One of {@link #CHANNELS} channels whose sum is not in place, which oneDNN refuses for images of a single pixel. */
    static InferenceGraph refusedForOnePixel() {
        return graph(List.of(
                convolution(0),
                new Operation.Activation(1, Operation.Function.RELU),
                convolution(2),
                new Operation.Sum(3, 2)));
    }

    private static Operation.Convolution convolution(int input) {
        SplittableRandom random = new SplittableRandom(input);
        float[] weight = new float[CHANNELS * CHANNELS * 9];
        float[] bias = new float[CHANNELS];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextDouble(-0.1, 0.15);
        }
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) random.nextDouble(-1, 1);
        }
        return new Operation.Convolution(
                input,
                Tensor.of(List.of((long) CHANNELS, (long) CHANNELS, 3L, 3L), weight),
                Tensor.of(List.of((long) CHANNELS), bias),
                1,
                1,
                1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("graphs")
    void sumsAShortcut(String name, String written, List<Operation> maps) {
        assumeTrue(
                ENGINE.inferenceDialect(Precision.FLOAT32) == InferenceProgram.Dialect.PACKED,
                "skipped: this machine's libtorch has no oneDNN");
        InferenceGraph graph = graph(maps);

        assertThat(new InferenceProgram(graph, InferenceProgram.Dialect.PACKED, Precision.FLOAT32).methods())
                .contains(written);
        try (InferenceNetwork packed = open(graph, InferenceProgram.Dialect.PACKED);
                InferenceNetwork plain = open(graph, InferenceProgram.Dialect.PLAIN)) {
            for (int images : new int[] {1, 3}) {
                float[] expected = logits(plain, images);
                float[] found = logits(packed, images);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(found[i]).isCloseTo(expected[i], within(1e-5f * (1 + Math.abs(expected[i]))));
                }
                assertThat(logits(packed, images)).as("asked again").isEqualTo(found);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ordinaryOperationsRemainForSizesThatOneDnnDoesNotTake(int images) {
        float[] pixels = new float[images * CHANNELS];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i - 5;
        }
        Shape shape = new Shape(images, CHANNELS, 1, 1);
        try (InferenceNetwork network = open(refusedForOnePixel(), ENGINE.inferenceDialect(Precision.FLOAT32));
                InferenceNetwork plain = open(refusedForOnePixel(), InferenceProgram.Dialect.PLAIN);
                NDManager manager = ENGINE.newManager()) {
            float[] expected = plain.logits(manager.create(pixels, shape));
            assertThat(network.logits(manager.create(pixels, shape))).isEqualTo(expected);
            assertThat(network.logits(manager.create(pixels, shape)))
                    .as("asked again")
                    .isEqualTo(expected);
        }
    }

    private static InferenceNetwork open(InferenceGraph graph, InferenceProgram.Dialect dialect) {
        return InferenceNetwork.open(ENGINE, graph, dialect, Precision.FLOAT32);
    }

    private static float[] logits(InferenceNetwork network, int images) {
        SplittableRandom random = new SplittableRandom(images);
        float[] pixels = new float[images * CHANNELS * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        try (NDManager manager = ENGINE.newManager()) {
            return network.logits(manager.create(pixels, new Shape(images, CHANNELS, SIDE, SIDE)));
        }
    }
}
