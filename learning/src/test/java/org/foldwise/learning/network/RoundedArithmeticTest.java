package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.SplittableRandom;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.HeadSpec;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.network.Kernels.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engine")
class RoundedArithmeticTest {
    private static final TorchEngine ENGINE = Engines.engine();
    private static final Arithmetic PLAIN = new Arithmetic.Plain();

    private static Arithmetic arithmetic(Rounding rounding) {
        return new Arithmetic.Rounded(ENGINE.kernels(), rounding);
    }

    /** The nearest number of 8 or 11 significant bits, ties to the even one. */
    private static float rounded(double value, Rounding rounding) {
        int dropped = rounding == Rounding.BFLOAT16 ? 16 : 13;
        int bits = Float.floatToIntBits((float) value);
        int half = (1 << (dropped - 1)) - 1 + ((bits >>> dropped) & 1);
        return Float.intBitsToFloat((bits + half) & -(1 << dropped));
    }

    private static float[] values(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return values;
    }

    /**
     * Products of two factors of 8 bits and the sum of two of them fit into float32, so the result is exact before its rounding; of
     * 11 bits they do not always, and the sum may be a float32's last bit beside a tie.
     */
    @ParameterizedTest
    @EnumSource
    void roundsFactorsAndResultsAndNothingBetween(Rounding rounding) {
        float[] pixels = values(2 * 3 * 4, 1);
        float[] weights = values(2 * 2, 2);
        try (NDManager manager = ENGINE.newManager()) {
            NDArray output = arithmetic(rounding)
                    .convolution(
                            manager.create(pixels, new Shape(1, 2, 3, 4)),
                            manager.create(weights, new Shape(2, 2, 1, 1)),
                            null,
                            1,
                            0,
                            1);
            float[] found = exact(output);
            for (int channel = 0; channel < 2; channel++) {
                for (int i = 0; i < 12; i++) {
                    double sum = (double) rounded(pixels[i], rounding) * rounded(weights[2 * channel], rounding)
                            + (double) rounded(pixels[12 + i], rounding) * rounded(weights[2 * channel + 1], rounding);
                    assertThat(found[12 * channel + i]).isEqualTo(rounded(sum, rounding));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void computesEveryFormThatLayersAskFor(Rounding rounding) {
        Arithmetic arithmetic = arithmetic(rounding);
        try (NDManager manager = ENGINE.newManager()) {
            NDArray images = manager.create(values(2 * 4 * 9 * 9, 3), new Shape(2, 4, 9, 9));
            NDArray grouped = manager.create(values(8 * 2 * 3 * 3, 4), new Shape(8, 2, 3, 3));
            NDArray pointwise = manager.create(values(8 * 4, 5), new Shape(8, 4, 1, 1));
            NDArray bias = manager.create(values(8, 6));
            NDArray rows = manager.create(values(3 * 4, 7), new Shape(3, 4));
            NDArray dense = manager.create(values(8 * 4, 8), new Shape(8, 4));

            near(
                    arithmetic.convolution(images, grouped, null, 2, 1, 2),
                    PLAIN.convolution(images, grouped, null, 2, 1, 2));
            near(
                    arithmetic.convolution(images, pointwise, bias, 1, 0, 1),
                    PLAIN.convolution(images, pointwise, bias, 1, 0, 1));
            near(arithmetic.linear(rows, dense, bias), PLAIN.linear(rows, dense, bias));
        }
    }

    /** What comes out of a rounded convolution has a type that DJL does not know. */
    private static float[] exact(NDArray array) {
        try (NDArray exact = ENGINE.kernels().exact(array)) {
            return exact.toFloatArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void widensMeansAndNothingBefore(Rounding rounding) {
        Arithmetic arithmetic = arithmetic(rounding);
        try (NDManager manager = ENGINE.newManager()) {
            NDArray images = manager.create(values(2 * 4 * 3 * 3, 12), new Shape(2, 4, 3, 3));
            NDArray same =
                    manager.create(new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}, new Shape(4, 4, 1, 1));
            NDArray maps = arithmetic.convolution(images, same, null, 1, 0, 1);
            float[] pixels = exact(maps);
            float[] means = arithmetic.means(maps).toFloatArray();
            for (int map = 0; map < means.length; map++) {
                double total = 0;
                for (int i = 0; i < 9; i++) {
                    total += pixels[9 * map + i];
                }
                assertThat((double) means[map]).isCloseTo(total / 9, within(1e-6));
            }
            NDArray sum = maps.add(arithmetic.ones(maps, new Shape(2, 4, 3, 3)));
            float[] found = exact(sum);
            for (int i = 0; i < pixels.length; i++) {
                assertThat(found[i])
                        .as("a sum of two rounded arrays is rounded")
                        .isEqualTo(rounded(pixels[i] + 1, rounding));
            }
        }
    }

    /** Each of up to 36 terms below 4 is off by 2^-8 of itself at most, and hardly ever all in one direction. */
    private static void near(NDArray found, NDArray expected) {
        assertThat(found.getShape()).isEqualTo(expected.getShape());
        float[] exact = expected.toFloatArray();
        float[] values = exact(found);
        double difference = 0;
        for (int i = 0; i < exact.length; i++) {
            assertThat((double) values[i]).isCloseTo(exact[i], within(0.15));
            difference += Math.abs(values[i] - exact[i]);
        }
        assertThat(difference).as("it is rounded somewhere").isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void letsGradientsOfFloat32WeightsPass(Rounding rounding) {
        try (NDManager manager = ENGINE.newManager()) {
            NDArray images = manager.create(values(2 * 3 * 8 * 8, 9), new Shape(2, 3, 8, 8));
            NDArray weight = manager.create(values(4 * 3 * 3 * 3, 10), new Shape(4, 3, 3, 3));
            float[] exact = gradient(PLAIN, images, weight);
            float[] found = gradient(arithmetic(rounding), images, weight);
            for (int i = 0; i < exact.length; i++) {
                // the sum of some hundred pixels below 2, each rounded to 2^-8 of itself
                assertThat((double) found[i]).isCloseTo(exact[i], within(0.3));
            }
        }
    }

    private static float[] gradient(Arithmetic arithmetic, NDArray images, NDArray weight) {
        return gradient(arithmetic, images, weight, 1);
    }

    private static float[] gradient(Arithmetic arithmetic, NDArray images, NDArray weight, double scale) {
        weight.setRequiresGradient(false);
        weight.setRequiresGradient(true);
        try (GradientCollector collector = ENGINE.newGradientCollector();
                NDArray output = arithmetic.convolution(images, weight, null, 1, 1, 1);
                NDArray widened = ENGINE.kernels().exact(output);
                NDArray sum = widened.sum();
                NDArray scaled = sum.mul(scale)) {
            collector.backward(scaled);
        }
        try (NDArray gradient = weight.getGradient()) {
            float[] values = gradient.toFloatArray();
            gradient.subi(gradient);
            return values;
        }
    }

    @Test
    void holdsSmallGradientsInFloat16IfTheyAreScaled() {
        try (NDManager manager = ENGINE.newManager()) {
            NDArray images = manager.create(values(2 * 3 * 8 * 8, 9), new Shape(2, 3, 8, 8));
            NDArray weight = manager.create(values(4 * 3 * 3 * 3, 10), new Shape(4, 3, 3, 3));
            // below half of the smallest number of float16
            assertThat(scaledGradient(images, weight, 0x1p-26)).containsOnly(0f);
            assertThat(scaledGradient(images, weight, 0x1p-10)).doesNotContain(0f);
        }
    }

    private static float[] scaledGradient(NDArray images, NDArray weight, double scale) {
        return gradient(arithmetic(Rounding.FLOAT16), images, weight, scale);
    }

    /** Logits in training mode, batch statistics and all, in both precisions. */
    @ParameterizedTest
    @EnumSource(BackboneName.class)
    void trainsEveryBackbone(BackboneName backbone) {
        NetworkSpec spec =
                new NetworkSpec(backbone, 1, new HeadSpec(16, 0), 1, Freezing.NOTHING).withStochasticDepth(0);
        Weights weights = InitialWeights.draw(spec, 5);
        try (Network exact = Network.open(ENGINE, spec, weights, Precision.FLOAT32);
                Network rounded = Network.open(ENGINE, spec, weights, Precision.BFLOAT16);
                NDManager manager = ENGINE.newManager()) {
            NDArray images = manager.create(values(6 * 64 * 64, 11), new Shape(6, 1, 64, 64));
            float[] expected = lossGradient(exact, images);
            float[] found = lossGradient(rounded, images);

            double length = 0;
            double difference = 0;
            for (int i = 0; i < expected.length; i++) {
                length += expected[i] * expected[i];
                difference += (found[i] - expected[i]) * (found[i] - expected[i]);
            }
            // 2^-8 a product, and fresh weights on six images of noise amplify it through up to 120 layers; unrelated
            // gradients
            // of one length would differ by 1.4
            assertThat(Math.sqrt(difference / length)).as("relative difference").isBetween(1e-6, 0.5);
            assertThat(rounded.weights().tensors().keySet())
                    .isEqualTo(exact.weights().tensors().keySet());
        }
    }

    @Test
    void dropsWholeImagesInBfloat16() {
        NetworkSpec spec = new NetworkSpec(BackboneName.EFFICIENTNET_B0, 1, new HeadSpec(16, 0), 1, Freezing.NOTHING)
                .withStochasticDepth(0.5);
        try (Network rounded = Network.open(ENGINE, spec, InitialWeights.draw(spec, 5), Precision.BFLOAT16);
                NDManager manager = ENGINE.newManager()) {
            NDArray images = manager.create(values(2 * 64 * 64, 11), new Shape(2, 1, 64, 64));
            for (float value : lossGradient(rounded, images)) {
                assertThat(Float.isFinite(value)).isTrue();
            }
        }
    }

    /** The gradient at the head's first layer of the sum of all logits. */
    private static float[] lossGradient(Network network, NDArray images) {
        try (GradientCollector collector = ENGINE.newGradientCollector();
                NDArray logits = network.forward(images, true);
                NDArray sum = logits.sum()) {
            collector.backward(sum);
            try (NDArray gradient =
                    network.trainableParameters().get("classifier.1.weight").getGradient()) {
                return gradient.toFloatArray();
            }
        }
    }
}
