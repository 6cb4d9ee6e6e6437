package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;

/** Computes activations of feature maps, and the gradients that go back through them. */
sealed interface ActivationArithmetic permits Kernels, ActivationBlocks {
    /**
     * Negative values become 0.
     *
     * @param input nobody else reads it, nor does the gradient of what made it: the result may lie in its memory
     */
    NDArray reluInPlace(NDArray input);

    /** Negative values become 0, and those above 6 become 6; nothing passes back at either end. The input is left as it is. */
    NDArray relu6(NDArray input);

    /** {@link #relu6} of an input as {@link #reluInPlace} takes it. */
    NDArray relu6InPlace(NDArray input);

    /** x sigmoid(x). The input is left as it is. */
    NDArray silu(NDArray input);
}
