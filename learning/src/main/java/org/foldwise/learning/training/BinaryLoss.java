package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;

/** A loss that looks at each output by itself, positive or negative. */
sealed interface BinaryLoss extends Loss permits BinaryCrossEntropy, FocalLoss {

    /** The loss of each output, N x outputs. */
    NDArray elementwise(NDArray logits, NDArray targets);

    @Override
    default NDArray mean(NDArray logits, NDArray targets) {
        try (NDArray losses = elementwise(logits, targets)) {
            return losses.mean();
        }
    }

    /** The loss of the first output, in double. */
    double of(double logit, double target);

    /** What an output of no information costs, by which a loss is called too large. */
    default double chance(double target) {
        return of(0, target);
    }
}
