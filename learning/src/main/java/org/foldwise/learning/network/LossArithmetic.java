package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Computes the losses of trainings: means over a batch, differentiable with respect to the logits. */
public sealed interface LossArithmetic permits Kernels, LossBlocks {
    /** Where the focal loss's error is smaller, it is taken as this and its derivative as 0; powers of it stay finite in float32. */
    double SMALLEST_ERROR = Float.MIN_NORMAL;

    /**
     * Binary cross entropy, the mean over images and outputs, as PyTorch's BCEWithLogitsLoss with pos_weight.
     *
     * @param logits N x outputs
     * @param targets N x outputs, in [0, 1], of the logits' type
     * @param positiveWeights of the positive term: one per output, or a single one for all of them
     * @return a scalar
     */
    NDArray binaryCrossEntropy(NDArray logits, NDArray targets, List<Double> positiveWeights);

    /**
     * Cross entropy of exclusive classes, the sum over the images divided by the sum of their classes' weights, as PyTorch's
     * CrossEntropyLoss with weight and label_smoothing.
     *
     * @param logits N x classes
     * @param targets N x classes, of the logits' type: 1 for an image's class and 0 for the others
     * @param classWeights one per class
     * @param labelSmoothing in [0, 1)
     * @return a scalar
     */
    NDArray crossEntropy(NDArray logits, NDArray targets, List<Double> classWeights, double labelSmoothing);

    /**
     * The focal loss, the mean over images and outputs, as torchvision's sigmoid_focal_loss.
     *
     * @param logits N x outputs
     * @param targets N x outputs, in [0, 1], of the logits' type
     * @param alpha weight of positives against 1 - alpha of negatives; below 0 both weigh 1
     * @param gamma 0 or more
     * @return a scalar
     */
    NDArray focal(NDArray logits, NDArray targets, double alpha, double gamma);
}
