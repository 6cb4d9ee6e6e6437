package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("engine")
class KernelsTest {
    private static final Kernels KERNELS = Engines.engine().kernels();
    private static final Kernels.AdamStep STEP = new Kernels.AdamStep(1, 0.1, 0.9, 0.999, 0, false, 1e-8);

    @Test
    void channelsLastChangesNoValueAndNoOrder() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray images = manager.arange(2 * 3 * 4 * 5f).reshape(2, 3, 4, 5);

            NDArray channelsLast = KERNELS.channelsLast(images);

            assertThat(channelsLast.getShape()).isEqualTo(images.getShape());
            assertThat(channelsLast.toFloatArray()).isEqualTo(images.toFloatArray());
            assertThat(Network.toTensor(channelsLast)).isEqualTo(Network.toTensor(images));
        }
    }

    /** Convolutions yield gradients that lie like their weights; moments must be brought there, and are refused otherwise. */
    @Test
    void adamRefusesArraysThatLieDifferentlyInMemory() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray weights = KERNELS.channelsLast(manager.ones(new Shape(4, 3, 2, 2)));
            weights.setRequiresGradient(true);
            giveGradient(manager, weights);
            NDArray rowMajor = manager.zeros(weights.getShape());
            float[] before = weights.toFloatArray();
            try (NDArray gradient = weights.getGradient()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> KERNELS.adam(
                                List.of(weights), List.of(gradient), List.of(rowMajor), List.of(rowMajor), STEP))
                        .withMessageContaining("lie alike in memory");
                assertThat(weights.toFloatArray()).isEqualTo(before);

                NDArray mean = KERNELS.zerosLike(weights, manager);
                NDArray meanSquare = KERNELS.laidOutLike(weights, rowMajor, manager);
                float[] given = gradient.toFloatArray();
                KERNELS.adam(List.of(weights), List.of(gradient), List.of(mean), List.of(meanSquare), STEP);

                assertThat(gradient.toFloatArray()).isEqualTo(given);
            }
            // the first step is as long as the learning rate, whatever the gradient
            assertThat(weights.toFloatArray())
                    .usingComparatorWithPrecision(0.001f)
                    .containsOnly(0.9f);
        }
    }

    /** Each number follows its own gradient, however the arrays lie in memory, one of length 1 in some direction among them. */
    @ParameterizedTest
    @ValueSource(strings = {"4 3 2 2", "4 3 1 1", "4 1 3 3", "1 3 2 2", "6 5", "7"})
    void adamMovesEachNumberByItsOwnGradient(String sizes) {
        long[] shape =
                Arrays.stream(sizes.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        Kernels.AdamStep step = new Kernels.AdamStep(3, 0.1, 0.9, 0.99, 0.01, false, 1e-8);
        try (NDManager manager = Engines.engine().newManager()) {
            List<float[]> numbers = new ArrayList<>();
            List<NDArray> arrays = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                NDArray values = manager.arange((float) new Shape(shape).size())
                        .add(i + 1)
                        .mul(i + 2)
                        .sin()
                        .abs()
                        .reshape(shape);
                numbers.add(values.toFloatArray());
                arrays.add(shape.length == 4 ? KERNELS.channelsLast(values) : values);
            }
            KERNELS.adam(
                    List.of(arrays.get(0)),
                    List.of(arrays.get(1)),
                    List.of(arrays.get(2)),
                    List.of(arrays.get(3)),
                    step);
            for (int i = 0; i < numbers.get(0).length; i++) {
                double weight = numbers.get(0)[i];
                double gradient = numbers.get(1)[i] + 0.01 * weight;
                double mean = 0.9 * numbers.get(2)[i] + 0.1 * gradient;
                double meanSquare = 0.99 * numbers.get(3)[i] + 0.01 * gradient * gradient;
                double moved = 0.1
                        * (mean / (1 - Math.pow(0.9, 3)))
                        / (Math.sqrt(meanSquare / (1 - Math.pow(0.99, 3))) + 1e-8);
                assertThat((double) arrays.get(0).toFloatArray()[i]).isCloseTo(weight - moved, within(1e-6));
                assertThat((double) arrays.get(2).toFloatArray()[i]).isCloseTo(mean, within(1e-6));
                assertThat((double) arrays.get(3).toFloatArray()[i]).isCloseTo(meanSquare, within(1e-6));
            }
        }
    }

    /** One pass forward and back in both memory formats: the same numbers but for the order of sums. */
    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void bothMemoryFormatsComputeTheSame(BackboneName backbone) {
        NetworkSpec spec =
                new NetworkSpec(backbone, 1, new HeadSpec(16, 0), 1, Freezing.NOTHING).withStochasticDepth(0);
        Weights weights = InitialWeights.draw(spec, 5);
        float[] pixels = new float[6 * 64 * 64];
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        try (Network fast = Network.open(Engines.engine(), spec, weights);
                Network reference = Network.open(Engines.engine(), spec, weights, ElementType.FLOAT32);
                NDManager manager = Engines.engine().newManager()) {
            NDArray images = manager.create(pixels, new Shape(6, 1, 64, 64));

            assertThat(logits(fast, images))
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(logits(reference, images));
            assertThat(lossAndGradient(fast, images))
                    .usingComparatorWithPrecision(1e-3f)
                    .containsExactly(lossAndGradient(reference, images));
            assertThat(fast.weights().tensors().keySet())
                    .containsExactlyElementsOf(reference.weights().tensors().keySet());
        }
    }

    private static float[] logits(Network network, NDArray images) {
        try (NDArray logits = network.forward(images, false)) {
            return logits.toFloatArray();
        }
    }

    /** The sum of the logits in training mode, and its gradient at the first weights of the head. */
    private static float[] lossAndGradient(Network network, NDArray images) {
        try (GradientCollector collector = Engines.engine().newGradientCollector();
                NDArray logits = network.forward(images, true);
                NDArray sum = logits.sum()) {
            collector.backward(sum);
            float[] figures = new float[9];
            figures[0] = sum.getFloat();
            NDArray weight = network.trainableParameters().get("classifier.4.weight");
            try (NDArray gradient = weight.getGradient()) {
                System.arraycopy(gradient.toFloatArray(), 0, figures, 1, 8);
            }
            return figures;
        }
    }

    @Test
    void layingOutLikeAnotherArrayKeepsValues() {
        try (NDManager manager = Engines.engine().newManager()) {
            NDArray values = manager.arange(3 * 2 * 2 * 2f).reshape(3, 2, 2, 2);
            NDArray model = KERNELS.channelsLast(values);

            assertThat(KERNELS.laidOutLike(model, values, manager).toFloatArray())
                    .isEqualTo(values.toFloatArray());
            assertThat(KERNELS.zerosLike(model, manager).toFloatArray())
                    .hasSize(24)
                    .containsOnly(0);
        }
    }

    /**
     * libtorch's compiler watches a method's first calls and may compute later ones otherwise. A training that goes on in another process
     * has its first calls later, and must come to the same bits.
     */
    @Test
    void gradientsAreTheSameToTheBitAtEachCall() {
        Kernels fresh = Engines.withKernels(text -> text).kernels();
        List<BinaryOperator<NDArray>> losses = List.of(
                (logits, targets) -> fresh.roundedLinear(
                                logits,
                                targets.get("0:4, :"),
                                targets.get("4, :").concat(targets.get("3, 0").reshape(1)),
                                Kernels.Rounding.BFLOAT16)
                        .sin()
                        .mean(),
                (logits, targets) -> fresh.binaryCrossEntropy(logits, targets, List.of(2.5)),
                (logits, targets) -> fresh.crossEntropy(logits, targets, List.of(0.5, 2.0, 1.25), 0.1),
                (logits, targets) -> fresh.focal(logits, targets, 0.25, 1.5));
        for (BinaryOperator<NDArray> loss : losses) {
            float[] full = lossAndGradient(loss, 16);
            float[] last = lossAndGradient(loss, 5);
            for (int epoch = 0; epoch < 5; epoch++) {
                assertThat(lossAndGradient(loss, 16)).isEqualTo(full);
                assertThat(lossAndGradient(loss, 16)).isEqualTo(full);
                assertThat(lossAndGradient(loss, 5)).isEqualTo(last);
            }
        }
    }

    private static float[] lossAndGradient(BinaryOperator<NDArray> loss, int images) {
        SplittableRandom random = new SplittableRandom(images);
        float[] numbers = new float[3 * images];
        float[] exclusive = new float[3 * images];
        for (int image = 0; image < images; image++) {
            exclusive[3 * image + random.nextInt(3)] = 1;
            for (int output = 0; output < 3; output++) {
                numbers[3 * image + output] = (float) random.nextDouble(-4, 4);
            }
        }
        try (NDManager manager = Engines.engine().newManager();
                GradientCollector collector = Engines.engine().newGradientCollector()) {
            NDArray logits = manager.create(numbers, new Shape(images, 3));
            logits.setRequiresGradient(true);
            NDArray mean = loss.apply(logits, manager.create(exclusive, new Shape(images, 3)));
            collector.backward(mean);
            float[] both = Arrays.copyOf(logits.getGradient().toFloatArray(), 3 * images + 1);
            both[3 * images] = mean.getFloat();
            return both;
        }
    }

    private static void giveGradient(NDManager manager, NDArray weights) {
        NDArray images = KERNELS.channelsLast(manager.ones(new Shape(1, 3, 5, 5)));
        try (GradientCollector collector = Engines.engine().newGradientCollector()) {
            NDArray output = Conv2d.conv2d(images, weights, null, new Shape(1, 1), new Shape(0, 0), new Shape(1, 1))
                    .singletonOrThrow();
            collector.backward(output.sum());
        }
    }
}
