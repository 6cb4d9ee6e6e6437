package org.foldwise.learning.experiment;

import org.foldwise.learning.dataset.Task;

/** Which loss a run minimises. */
public sealed interface LossSpec {
    /** The loss of a plan that names none: cross entropy that makes up for unequal classes. */
    static LossSpec defaultFor(Task task) {
        return switch (task) {
            case BINARY, MULTILABEL -> BinaryCrossEntropy.DEFAULT;
            case MULTICLASS -> CrossEntropy.DEFAULT;
        };
    }

    /** Whether it is made for the outputs of that task. */
    boolean fits(Task task);

    /**
     * Whether it may count images of one class for more than those of another. Weights that are computed may still come to the same, as
     * where classes are equal.
     */
    boolean weighsClasses();

    /** What an output should answer for an image that is, or is not, what it tells; in [0, 1]. */
    default double target(boolean positive) {
        return positive ? 1 : 0;
    }

    /**
     * Binary cross entropy on logits, mean over the batch, of several labels over all of them; the positive term is multiplied by
     * a positive weight. For binary and multi-label tasks.
     *
     * @param positiveWeight how that weight is found, for each label by itself
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
        public boolean fits(Task task) {
            return task != Task.MULTICLASS;
        }

        @Override
        public boolean weighsClasses() {
            return positiveWeight.weighs();
        }

        @Override
        public double target(boolean positive) {
            return positive ? 1 - labelSmoothing / 2 : labelSmoothing / 2;
        }
    }

    /**
     * Cross entropy of exclusive classes on logits, mean over the batch, where each image counts by its class's weight. For
     * multiclass tasks.
     *
     * @param classWeights how the weights are found
     * @param labelSmoothing s in [0, 1): of K classes an image's own is asked for with 1 - s + s / K, each other with s / K (Szegedy
     *     et al., 2016); 0 means as they are
     */
    record CrossEntropy(ClassWeights classWeights, double labelSmoothing) implements LossSpec {
        /** Classes of equal weight, labels as they are. */
        public static final CrossEntropy DEFAULT = new CrossEntropy(new ClassWeights.Balanced(), 0);

        public CrossEntropy {
            if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw new IllegalArgumentException("loss.labelSmoothing must be in [0, 1), was " + labelSmoothing);
            }
        }

        @Override
        public boolean fits(Task task) {
            return task == Task.MULTICLASS;
        }

        @Override
        public boolean weighsClasses() {
            return classWeights.weighs();
        }
    }

    /**
     * The focal loss (Lin et al., 2017, Focal Loss for Dense Object Detection), mean over the batch: the cross entropy of each
     * image, multiplied by the probability given to the wrong answer to the power of {@code gamma}. For binary and multi-label tasks.
     *
     * @param alpha weight of positives, against 1 - alpha of negatives, in (0, 1); {@link #WITHOUT_ALPHA}: both weigh 1
     * @param gamma how little images count that are answered rightly, in [0, 10]; 0 is cross entropy
     */
    record Focal(double alpha, double gamma) implements LossSpec {
        /** The paper's values. */
        public static final Focal DEFAULT = new Focal(0.25, 2);
        /** The alpha that weighs nothing, as torchvision's sigmoid_focal_loss has it. */
        public static final double WITHOUT_ALPHA = -1;

        public Focal {
            if (!(alpha > 0 && alpha < 1) && alpha != WITHOUT_ALPHA) {
                throw new IllegalArgumentException("loss.alpha must be in (0, 1), or -1 for no weights, was " + alpha);
            }
            if (!(gamma >= 0 && gamma <= 10)) {
                throw new IllegalArgumentException("loss.gamma must be in [0, 10], was " + gamma);
            }
        }

        /** What positive images count against negative ones, before gamma; 1 without alpha. */
        double positiveWeight() {
            return alpha == WITHOUT_ALPHA ? 1 : alpha / (1 - alpha);
        }

        @Override
        public boolean weighsClasses() {
            return positiveWeight() != 1;
        }

        @Override
        public boolean fits(Task task) {
            return task != Task.MULTICLASS;
        }
    }
}
