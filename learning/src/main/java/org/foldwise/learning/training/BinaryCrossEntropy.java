package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.foldwise.learning.network.LossArithmetic;

/**
 * Binary cross entropy on logits, the positive term multiplied by a weight w: for a logit z and a target y in [0, 1]
 *
 * <pre>{@code loss = -w y log(sigmoid(z)) - (1 - y) log(1 - sigmoid(z))}</pre>
 *
 * as PyTorch's BCEWithLogitsLoss with pos_weight. Stable for logits of any size: the logarithms are computed from z without a
 * sigmoid between.
 *
 * @param positiveWeights one per output, or a single one for all of them
 */
record BinaryCrossEntropy(List<Double> positiveWeights) implements BinaryLoss {
    BinaryCrossEntropy {
        positiveWeights = List.copyOf(positiveWeights);
        if (positiveWeights.isEmpty()) {
            throw new IllegalArgumentException("at least one positive weight is needed");
        }
    }

    /** The same weight for every output. */
    BinaryCrossEntropy(double positiveWeight) {
        this(List.of(positiveWeight));
    }

    @Override
    public double of(int output, double logit, double target) {
        // log(sigmoid(z)) = min(z, 0) - log(1 + exp(-|z|)), and log(1 - sigmoid(z)) = log(sigmoid(-z))
        double tail = Math.log1p(Math.exp(-Math.abs(logit)));
        double logPositive = Math.min(logit, 0) - tail;
        double logNegative = Math.min(-logit, 0) - tail;
        double positiveWeight = positiveWeights.get(positiveWeights.size() == 1 ? 0 : output);
        return -positiveWeight * target * logPositive - (1 - target) * logNegative;
    }

    @Override
    public NDArray mean(LossArithmetic arithmetic, NDArray logits, NDArray targets) {
        return arithmetic.binaryCrossEntropy(logits, targets, positiveWeights);
    }
}
