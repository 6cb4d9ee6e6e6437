package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import org.jspecify.annotations.Nullable;

/**
 * How products with weights are computed, and in which type feature maps are kept between them. Images come in and means go out in the network's floating type,
 * and so do the arrays of linear maps.
 */
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

    /** The means of feature maps N x C x H x W in the network's floating type, N x C. */
    NDArray means(NDArray maps);

    /** Ones in the type of those feature maps. */
    NDArray ones(NDArray maps, Shape shape);

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

        @Override
        public NDArray means(NDArray maps) {
            return Pool.globalAvgPool2d(maps);
        }

        @Override
        public NDArray ones(NDArray maps, Shape shape) {
            return maps.getManager().ones(shape, maps.getDataType());
        }
    }

    /**
     * As PyTorch's autocast: factors are rounded, products summed in float32 and the result rounded, and feature maps stay so from the first convolution to the means
     * over them: half the memory to go through. Sums and statistics within an operation are float32, and so are weights and their gradients, which have been
     * rounded on their way, however.
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

        @Override
        public NDArray means(NDArray maps) {
            return kernels.exactMeans(maps);
        }

        @Override
        public NDArray ones(NDArray maps, Shape shape) {
            try (NDArray exact = maps.getManager().ones(shape)) {
                return kernels.roundedLike(maps, exact);
            }
        }
    }
}
