package org.foldwise.learning.experiment;

/** Which loss a run minimises. */
public sealed interface LossSpec {
    /** What an image of that class should be answered with, in [0, 1]. */
    default double target(boolean positive) {
        return positive ? 1 : 0;
    }

    /**
     * Binary cross entropy on logits, mean over the batch; the positive term is multiplied by a positive weight.
     *
     * @param positiveWeight how that weight is found
     * @param labelSmoothing s in [0, 1): a positive image is asked to be so with 1 - s / 2, a negative one with s / 2 (Szegedy et
     *     al., 2016, Rethinking the Inception Architecture for Computer Vision); 0 means as they are
     */
    record BinaryCrossEntropy(PositiveWeight positiveWeight, double labelSmoothing) implements LossSpec {
        /** Classes of equal weight, labels as they are. */
        public static final BinaryCrossEntropy DEFAULT = new BinaryCrossEntropy(new PositiveWeight.Balanced(), 0);

        public BinaryCrossEntropy {
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw new IllegalArgumentException("loss.labelSmoothing must be in [0, 1), was " + labelSmoothing);
            }
        }

        @Override
        public double target(boolean positive) {
            return positive ? 1 - labelSmoothing / 2 : labelSmoothing / 2;
        }
    }

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
}
