package org.foldwise.learning.experiment;

/** Which loss a run minimises. */
public sealed interface LossSpec {

    /**
     * Binary cross entropy on logits, mean over the batch; the positive term is multiplied by a positive weight.
     *
     * @param positiveWeight how that weight is found
     */
    record BinaryCrossEntropy(PositiveWeight positiveWeight) implements LossSpec {}

    /** How the weight of positive images is found. */
    enum PositiveWeight {
        /** 1: every image counts the same. */
        NONE,
        /** Negatives divided by positives among the training images of the fold, so that both classes weigh the same. */
        BALANCED
    }
}
