package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;

/** What a training minimises: a number that follows from logits and targets, differentiable with respect to the logits. */
interface Loss {

    /**
     * The mean loss over a batch, a scalar.
     *
     * @param logits N x outputs
     * @param targets N x outputs, of the logits' type
     */
    NDArray mean(NDArray logits, NDArray targets);
}
