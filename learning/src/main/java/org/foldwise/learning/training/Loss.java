package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import org.foldwise.learning.network.LossArithmetic;

/** What a training minimises: a number that follows from logits and targets, differentiable with respect to the logits. */
interface Loss {

    /**
     * The mean loss over a batch, a scalar.
     *
     * @param arithmetic computes it
     * @param logits N x outputs
     * @param targets N x outputs, of the logits' type
     */
    NDArray mean(LossArithmetic arithmetic, NDArray logits, NDArray targets);

    /**
     * The loss of one image before the mean, in double.
     *
     * @param logits one for each output
     * @param targets as many
     */
    double of(double[] logits, double[] targets);

    /** What an image counts in the mean over a batch: 1, but where classes have weights. */
    default double weight(double[] targets) {
        return 1;
    }

    /** What an answer without information costs for one image, by which a loss is called too large. */
    default double chance(double[] targets) {
        return of(new double[targets.length], targets);
    }
}
