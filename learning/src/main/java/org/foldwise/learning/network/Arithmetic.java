package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import org.jspecify.annotations.Nullable;

/** How products with weights are computed. Arrays that come in and go out have the network's floating type. */
sealed interface Arithmetic {
    /**
     * A 2-D convolution with a square kernel.
     *
     * @param input N x C x H x W
     * @param bias one number per output channel, where there is any
     */
    NDArray convolution(NDArray input, NDArray weight, @Nullable NDArray bias, int stride, int padding, int groups);

    /** {@code input weight^T + bias}, N x outputs. */
    NDArray linear(NDArray input, NDArray weight, NDArray bias);

    /** In the arrays' own type. */
    record Plain() implements Arithmetic {
        @Override
        public NDArray convolution(
                NDArray input, NDArray weight, @Nullable NDArray bias, int stride, int padding, int groups) {
            return Conv2d.conv2d(
                            input,
                            weight,
                            bias,
                            new Shape(stride, stride),
                            new Shape(padding, padding),
                            new Shape(1, 1),
                            groups)
                    .singletonOrThrow();
        }

        @Override
        public NDArray linear(NDArray input, NDArray weight, NDArray bias) {
            return Linear.linear(input, weight, bias).singletonOrThrow();
        }
    }

    /**
     * As PyTorch's autocast: factors are rounded, products summed in float32 and the result rounded. The arrays themselves are
     * float32, and so are gradients of weights, which have been rounded on their way, however.
     */
    record Rounded(Kernels kernels, Kernels.Rounding rounding) implements Arithmetic {
        @Override
        public NDArray convolution(
                NDArray input, NDArray weight, @Nullable NDArray bias, int stride, int padding, int groups) {
            return kernels.roundedConvolution(
                    input, weight, bias, new Kernels.Geometry(stride, padding, groups, rounding));
        }

        @Override
        public NDArray linear(NDArray input, NDArray weight, NDArray bias) {
            return kernels.roundedLinear(input, weight, bias, rounding);
        }
    }
}
