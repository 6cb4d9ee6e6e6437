package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;

/** The losses in DJL's own operations, each as its formula is written: what {@link Kernels} compute in one call. */
public record LossBlocks() implements LossArithmetic {
    private static final int CLASSES = 1;

    @Override
    public NDArray binaryCrossEntropy(NDArray logits, NDArray targets, List<Double> positiveWeights) {
        try (NDArray losses = binaryCrossEntropies(logits, targets, positiveWeights)) {
            return losses.mean();
        }
    }

    @Override
    public NDArray focal(NDArray logits, NDArray targets, double alpha, double gamma) {
        try (NDArray losses = focals(logits, targets, alpha, gamma)) {
            return losses.mean();
        }
    }

    @Override
    public NDArray crossEntropy(NDArray logits, NDArray targets, List<Double> classWeights, double labelSmoothing) {
        try (NDArray losses = crossEntropies(logits, targets, classWeights, labelSmoothing);
                NDArray sum = losses.sum();
                NDArray weights = numbers(classWeights, logits);
                NDArray weighted = targets.mul(weights);
                NDArray total = weighted.sum()) {
            return sum.div(total);
        }
    }

    /** The binary cross entropy of each output, N x outputs. */
    public NDArray binaryCrossEntropies(NDArray logits, NDArray targets, List<Double> positiveWeights) {
        // the two logarithms are the log-softmax of (z, 0), which has no kink at z = 0 where a gradient could go wrong
        int last = logits.getShape().dimension();
        try (NDArray zeros = logits.zerosLike();
                NDArray pairs = NDArrays.stack(new NDList(logits, zeros), last);
                NDArray logarithms = pairs.logSoftmax(last);
                NDArray logPositive = logarithms.get("..., 0");
                NDArray logNegative = logarithms.get("..., 1");
                NDArray positiveWeight = numbers(positiveWeights, logits);
                NDArray weightedTargets = targets.mul(positiveWeight);
                NDArray positiveTerm = weightedTargets.mul(logPositive);
                NDArray complement = targets.neg();
                NDArray negativeTargets = complement.add(1);
                NDArray negativeTerm = negativeTargets.mul(logNegative);
                NDArray sum = positiveTerm.add(negativeTerm)) {
            return sum.neg();
        }
    }

    /** The cross entropy of each image, N, multiplied by the weights of the classes. */
    public NDArray crossEntropies(NDArray logits, NDArray targets, List<Double> classWeights, double labelSmoothing) {
        double share = labelSmoothing / classWeights.size();
        try (NDArray logarithms = logits.logSoftmax(CLASSES);
                NDArray hard = targets.mul(1 - labelSmoothing);
                NDArray smooth = hard.add(share);
                NDArray weights = numbers(classWeights, logits);
                NDArray coefficients = smooth.mul(weights);
                NDArray terms = coefficients.mul(logarithms);
                NDArray sums = terms.sum(new int[] {CLASSES})) {
            return sums.neg();
        }
    }

    /** The focal loss of each output, N x outputs. */
    public NDArray focals(NDArray logits, NDArray targets, double alpha, double gamma) {
        try (NDArray crossEntropy = binaryCrossEntropies(logits, targets, List.of(1.0));
                NDArray opposite = logits.neg();
                NDArray positive = logits.getNDArrayInternal().sigmoid();
                NDArray negative = opposite.getNDArrayInternal().sigmoid();
                NDArray complement = targets.neg();
                NDArray negativeTargets = complement.add(1);
                NDArray falsePositive = positive.mul(negativeTargets);
                NDArray falseNegative = negative.mul(targets);
                NDArray error = falsePositive.add(falseNegative);
                NDArray bounded = error.clip(SMALLEST_ERROR, 1);
                NDArray modulation = bounded.pow(gamma);
                NDArray focused = crossEntropy.mul(modulation);
                NDArray weights = weights(targets, negativeTargets, alpha)) {
            return focused.mul(weights);
        }
    }

    private static NDArray weights(NDArray targets, NDArray negativeTargets, double alpha) {
        if (alpha < 0) {
            return targets.onesLike();
        }
        try (NDArray positive = targets.mul(alpha);
                NDArray negative = negativeTargets.mul(1 - alpha)) {
            return positive.add(negative);
        }
    }

    /** Of the array's type, where it is. */
    private static NDArray numbers(List<Double> values, NDArray array) {
        double[] each = values.stream().mapToDouble(Double::doubleValue).toArray();
        try (NDArray inDouble = array.getManager().create(each)) {
            return inDouble.toType(array.getDataType(), true);
        }
    }
}
