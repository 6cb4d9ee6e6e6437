package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/**
 * Binary cross entropy on logits, the positive term multiplied by a weight w: for a logit z and a target y in [0, 1]
 *
 * <pre>{@code loss = -w y log(sigmoid(z)) - (1 - y) log(1 - sigmoid(z))}</pre>
 *
 * as PyTorch's BCEWithLogitsLoss with pos_weight. Stable for logits of any size: the logarithms are computed from z without a
 * sigmoid between.
 */
final class BinaryCrossEntropy {
    private BinaryCrossEntropy() {}

    /** The loss of one output, in double. */
    static double of(double logit, double target, double positiveWeight) {
        // log(sigmoid(z)) = min(z, 0) - log(1 + exp(-|z|)), and log(1 - sigmoid(z)) = log(sigmoid(-z))
        double tail = Math.log1p(Math.exp(-Math.abs(logit)));
        double logPositive = Math.min(logit, 0) - tail;
        double logNegative = Math.min(-logit, 0) - tail;
        return -positiveWeight * target * logPositive - (1 - target) * logNegative;
    }

    /**
     * The mean loss over all outputs, differentiable with respect to the logits.
     *
     * @param logits N x outputs
     * @param targets N x outputs, in [0, 1]
     * @param positiveWeights one per output, or a scalar
     */
    static NDArray mean(NDArray logits, NDArray targets, NDArray positiveWeights) {
        try (NDArray losses = elementwise(logits, targets, positiveWeights)) {
            return losses.mean();
        }
    }

    /** The loss of each output, N x outputs. */
    static NDArray elementwise(NDArray logits, NDArray targets, NDArray positiveWeights) {
        // the two logarithms are the log-softmax of (z, 0), which has no kink at z = 0 where a gradient could go wrong
        int last = logits.getShape().dimension();
        try (NDArray zeros = logits.zerosLike();
                NDArray pairs = NDArrays.stack(new NDList(logits, zeros), last);
                NDArray logarithms = pairs.logSoftmax(last);
                NDArray logPositive = logarithms.get("..., 0");
                NDArray logNegative = logarithms.get("..., 1");
                NDArray weightedTargets = targets.mul(positiveWeights);
                NDArray positiveTerm = weightedTargets.mul(logPositive);
                NDArray complement = targets.neg();
                NDArray negativeTargets = complement.add(1);
                NDArray negativeTerm = negativeTargets.mul(logNegative);
                NDArray sum = positiveTerm.add(negativeTerm)) {
            return sum.neg();
        }
    }
}
