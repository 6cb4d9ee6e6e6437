package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import org.foldwise.learning.network.LossArithmetic;
import org.foldwise.learning.network.Sigmoid;

/**
 * The focal loss (Lin et al., 2017, Focal Loss for Dense Object Detection) as torchvision's sigmoid_focal_loss: for a logit z, a
 * target y in [0, 1], p = sigmoid(z) and the cross entropy c
 *
 * <pre>{@code
 * q = p (1 - y) + (1 - p) y
 * loss = (alpha y + (1 - alpha)(1 - y)) q^gamma c
 * }</pre>
 *
 * Images that are answered rightly, of which q is small, count little. torchvision computes q as 1 - (...), which becomes 0 for
 * large logits and makes gradients NaN where gamma is below 1; here q keeps its digits, and the gradients are 0 there.
 *
 * @param alpha weight of positives against 1 - alpha of negatives; below 0 both weigh 1
 * @param gamma 0 or more; 0 is cross entropy
 */
record FocalLoss(double alpha, double gamma) implements BinaryLoss {
    private static final BinaryCrossEntropy CROSS_ENTROPY = new BinaryCrossEntropy(1);

    FocalLoss {
        if (!(alpha <= 1) || !(gamma >= 0)) {
            throw new IllegalArgumentException(
                    "alpha must be at most 1 and gamma 0 or more, were " + alpha + " and " + gamma);
        }
    }

    @Override
    public double of(int output, double logit, double target) {
        double error = Sigmoid.of(logit) * (1 - target) + Sigmoid.of(-logit) * target;
        double weight = alpha < 0 ? 1 : alpha * target + (1 - alpha) * (1 - target);
        return weight
                * Math.pow(Math.max(error, LossArithmetic.SMALLEST_ERROR), gamma)
                * CROSS_ENTROPY.of(logit, target);
    }

    /** Without focus, which makes right answers cheap and wrong ones no dearer. */
    @Override
    public double chance(double[] targets) {
        return new FocalLoss(alpha, 0).of(new double[targets.length], targets);
    }

    @Override
    public NDArray mean(LossArithmetic arithmetic, NDArray logits, NDArray targets) {
        return arithmetic.focal(logits, targets, alpha, gamma);
    }
}
