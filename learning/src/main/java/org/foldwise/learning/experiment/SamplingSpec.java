package org.foldwise.learning.experiment;

/**
 * Which training images an epoch shows, and how often. Anything but {@link Natural} shows the classes in other shares than the
 * training images have, which moves the network's probabilities; validation, held-out and test images are always as they are.
 * Draws are new in each epoch unless something else is said. Where an image can show several labels, no choice of images evens them
 * out, so that multi-label tasks allow {@link Natural} alone.
 */
public sealed interface SamplingSpec {

    /** Every image once. */
    record Natural() implements SamplingSpec {}

    /**
     * As many draws with replacement as there are images, each class equally likely, as PyTorch's WeightedRandomSampler with
     * weights that make it so.
     *
     * @param balance within what the images of a class are equally likely
     */
    record Weighted(Balance balance) implements SamplingSpec {
        /** Every image of a class as likely as the others. */
        public static final Weighted DEFAULT = new Weighted(Balance.CLASSES);
    }

    /** What is made equally likely. */
    enum Balance {
        /** All classes, and within a class each image. */
        CLASSES,
        /** All classes, within a class each patient and of a patient each image: many films of one patient do not dominate. */
        CLASSES_AND_PATIENTS
    }

    /**
     * Every image once, and images of each smaller class, drawn with replacement, until it has a share of the largest one.
     *
     * @param ratio images of a smaller class by those of the largest one, in (0, 1]; nothing is added where it is reached
     */
    record Oversampling(double ratio) implements SamplingSpec {
        /** All classes alike. */
        public static final Oversampling DEFAULT = new Oversampling(1);

        public Oversampling {
            requireRatio(ratio);
        }
    }

    /**
     * Every image of the smallest class once, and as many different ones of each larger class as make that ratio.
     *
     * @param ratio images of the smallest class by those of a larger one, in (0, 1]; nothing is left out where it is reached
     */
    record Undersampling(double ratio) implements SamplingSpec {
        /** All classes alike. */
        public static final Undersampling DEFAULT = new Undersampling(1);

        public Undersampling {
            requireRatio(ratio);
        }
    }

    /**
     * In every epoch all images of the smallest class and the same part of each larger one, equally many: one member of a balanced
     * ensemble (Liu, Wu and Zhou, 2009, Exploratory Undersampling for Class-Imbalance Learning: EasyEnsemble). Members of one
     * seed take parts that do not overlap where there are images enough, and leave none out where there are members enough.
     *
     * @param member 0, 1, ... up to {@code of}, exclusive
     * @param of number of members, 2 to 100
     */
    record BalancedSubset(int member, int of) implements SamplingSpec {
        public BalancedSubset {
            if (of < 2 || of > 100) {
                throw new IllegalArgumentException("sampling.of must be 2 to 100, was " + of);
            }
            if (member < 0) {
                throw new IllegalArgumentException("sampling.member must be 0 or more, was " + member);
            }
            if (member >= of) {
                throw new IllegalArgumentException(
                        "there is no member " + member + " of " + of + ", the first one is 0");
            }
        }
    }

    private static void requireRatio(double ratio) {
        if (!(ratio > 0 && ratio <= 1)) {
            throw new IllegalArgumentException("sampling.ratio must be in (0, 1], was " + ratio);
        }
    }
}
