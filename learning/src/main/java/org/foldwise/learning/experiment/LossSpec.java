package org.foldwise.learning.experiment;

/** Which loss a run minimises. */
public sealed interface LossSpec {

    /**
     * Binary cross entropy on logits, mean over the batch; the positive term is multiplied by a positive weight.
     *
     * @param positiveWeight how that weight is found
     */
    record BinaryCrossEntropy(PositiveWeight positiveWeight) implements LossSpec {}

    /**
     * The focal loss (Lin et al., 2017, Focal Loss for Dense Object Detection), mean over the batch: the cross entropy of each
     * image, multiplied by the probability given to the wrong answer to the power of {@code gamma}.
     *
     * @param alpha weight of positives, against 1 - alpha of negatives, in (0, 1)
     * @param gamma how little images count that are answered rightly, in [0, 10]; 0 is cross entropy
     */
    record Focal(double alpha, double gamma) implements LossSpec {
        /** The paper's values. */
        public static final Focal DEFAULT = new Focal(0.25, 2);

        public Focal {
            if (!(alpha > 0 && alpha < 1)) {
                throw new IllegalArgumentException("loss.alpha must be in (0, 1), was " + alpha);
            }
            if (!(gamma >= 0 && gamma <= 10)) {
                throw new IllegalArgumentException("loss.gamma must be in [0, 10], was " + gamma);
            }
        }
    }

    /** How the weight of positive images is found. */
    enum PositiveWeight {
        /** 1: every image counts the same. */
        NONE,
        /** Negatives divided by positives among the training images of the fold, so that both classes weigh the same. */
        BALANCED
    }
}
