package org.foldwise.learning.network;

import java.util.List;

/**
 * One step of an {@link InferenceGraph}: plain arithmetic on arrays with its numbers at hand. Arrays are named by their place:
 * 0 is the images, and the operation at index i makes array i + 1.
 */
public sealed interface Operation {

    /** The arrays it reads, each made before it. */
    List<Integer> inputs();

    /** The numbers it holds, float32, in the order of its components. */
    List<Tensor> numbers();

    /** What a value becomes on its own. */
    enum Function {
        /** max(x, 0). */
        RELU,
        /** min(max(x, 0), 6). */
        RELU6,
        /** x / (1 + exp(-x)). */
        SILU,
        /** 1 / (1 + exp(-x)). */
        SIGMOID
    }

    /**
     * A 2-D convolution with a square kernel.
     *
     * @param weight output channels x input channels per group x kernel x kernel
     * @param bias one number per output channel
     */
    record Convolution(int input, Tensor weight, Tensor bias, int stride, int padding, int groups)
            implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of(weight, bias);
        }

        /** Height and width of the kernel. */
        public int kernel() {
            return weight.shape().get(2).intValue();
        }
    }

    /** Each channel of N x C x H x W times a number plus a number: a normalisation that no convolution could take in. */
    record ScaleShift(int input, Tensor scale, Tensor shift) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of(scale, shift);
        }
    }

    /** A function of each value. */
    record Activation(int input, Function function) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** The largest value of each square window; padding never wins. */
    record MaxPooling(int input, int kernel, int stride, int padding) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** The mean of square windows side by side. */
    record AveragePooling(int input, int kernel) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** The mean over height and width: N x C x H x W becomes N x C x 1 x 1. */
    record GlobalMean(int input) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** N x C x 1 x 1 becomes N x C. */
    record Flattening(int input) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** Two arrays of one shape, added. */
    record Sum(int left, int right) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** N x C x H x W, each channel times a factor of its own: {@code factors} is N x C x 1 x 1. */
    record ChannelProduct(int input, int factors) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input, factors);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /** The channels of one array, then those of the other. */
    record Concatenation(int first, int second) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(first, second);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of();
        }
    }

    /**
     * A linear map of N x inputs.
     *
     * @param weight outputs x inputs
     * @param bias one number per output
     */
    record Linear(int input, Tensor weight, Tensor bias) implements Operation {
        @Override
        public List<Integer> inputs() {
            return List.of(input);
        }

        @Override
        public List<Tensor> numbers() {
            return List.of(weight, bias);
        }
    }
}
