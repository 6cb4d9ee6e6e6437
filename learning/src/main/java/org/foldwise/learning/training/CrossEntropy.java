package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.foldwise.learning.network.LossArithmetic;

/**
 * Cross entropy of exclusive classes on logits, as PyTorch's CrossEntropyLoss with class weights w and label smoothing s (Szegedy
 * et al., 2016, Rethinking the Inception Architecture for Computer Vision): for an image of class k among K
 *
 * <pre>{@code loss = -(1 - s) w_k log(p_k) - s / K sum_c w_c log(p_c),   p = softmax(z)}</pre>
 *
 * The mean over a batch divides by the sum of the images' weights w_k, not by their number.
 *
 * @param classWeights one per class, above 0
 * @param labelSmoothing in [0, 1)
 */
record CrossEntropy(List<Double> classWeights, double labelSmoothing) implements Loss {
    CrossEntropy {
        classWeights = List.copyOf(classWeights);
        if (classWeights.size() < 2) {
            throw new IllegalArgumentException("there must be 2 classes or more, were " + classWeights.size());
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("labelSmoothing must be in [0, 1), was " + labelSmoothing);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @param targets N x classes: 1 for an image's class and 0 for the others
     */
    @Override
    public NDArray mean(LossArithmetic arithmetic, NDArray logits, NDArray targets) {
        return arithmetic.crossEntropy(logits, targets, classWeights, labelSmoothing);
    }

    @Override
    public double of(double[] logits, double[] targets) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double exponentials = 0;
        for (double logit : logits) {
            exponentials += Math.exp(logit - largest);
        }
        double logSum = largest + Math.log(exponentials);
        double loss = 0;
        for (int k = 0; k < logits.length; k++) {
            double asked = (1 - labelSmoothing) * targets[k] + labelSmoothing / classWeights.size();
            loss -= classWeights.get(k) * asked * (logits[k] - logSum);
        }
        return loss;
    }

    @Override
    public double weight(double[] targets) {
        double weight = 0;
        for (int k = 0; k < targets.length; k++) {
            weight += targets[k] * classWeights.get(k);
        }
        return weight;
    }
}
