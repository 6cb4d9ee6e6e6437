package org.foldwise.learning.experiment;

import java.util.List;

/** What the loss of positive images is multiplied by. */
public sealed interface PositiveWeight {
    /**
     * The weight.
     *
     * @param train the fold's training images, each counted once whatever the sampling
     */
    double in(ClassBalance train);

    /**
     * The weight of each of several labels. A label that no training image shows, or that all show, has nothing to be weighed
     * against where the weight follows from both; its weight is 1.
     */
    default List<Double> in(List<ClassBalance> labels) {
        boolean several = labels.size() > 1;
        return labels.stream()
                .map(label -> several && needsBothClasses() && !label.hasBoth() ? 1.0 : in(label))
                .toList();
    }

    /** Whether it follows from images of both classes. */
    boolean needsBothClasses();

    /** Whether it may be other than 1. */
    boolean weighs();

    /** 1: every image counts the same. */
    record None() implements PositiveWeight {
        @Override
        public double in(ClassBalance train) {
            return 1;
        }

        @Override
        public boolean needsBothClasses() {
            return false;
        }

        @Override
        public boolean weighs() {
            return false;
        }
    }

    /** Negatives divided by positives, so that both classes weigh the same. */
    record Balanced() implements PositiveWeight {
        @Override
        public double in(ClassBalance train) {
            return (double) train.negatives() / train.positives();
        }

        @Override
        public boolean needsBothClasses() {
            return true;
        }

        @Override
        public boolean weighs() {
            return true;
        }
    }

    /**
     * The effective number of negatives divided by that of positives, where n images count as (1 - beta^n) / (1 - beta): the
     * more there are of a class, the less another one adds (Cui et al., 2019, Class-Balanced Loss Based on Effective Number of
     * Samples).
     *
     * @param beta in [0, 1); 0 is no weight, and towards 1 it becomes the balanced one
     */
    record EffectiveNumber(double beta) implements PositiveWeight {
        /** A class of some thousand images or more counts as a thousand. */
        public static final EffectiveNumber DEFAULT = new EffectiveNumber(0.999);

        public EffectiveNumber {
            if (!(beta >= 0 && beta < 1)) {
                throw new IllegalArgumentException("positiveWeight.beta must be in [0, 1), was " + beta);
            }
        }

        @Override
        public double in(ClassBalance train) {
            return effective(train.negatives()) / effective(train.positives());
        }

        /** Up to the factor 1 - beta; exact where beta to the power of n is all but 1. */
        private double effective(long images) {
            return beta == 0 ? 1 : -Math.expm1(images * Math.log(beta));
        }

        @Override
        public boolean needsBothClasses() {
            return true;
        }

        @Override
        public boolean weighs() {
            return beta > 0;
        }
    }

    /**
     * Weights that are given for each label of a multi-label task.
     *
     * @param values one for each label, in the order of the dataset's classes, each above 0 and at most 10000
     */
    record FixedPerLabel(List<Double> values) implements PositiveWeight {
        public FixedPerLabel {
            values = List.copyOf(values);
            if (values.isEmpty() || values.stream().anyMatch(value -> !(value > 0 && value <= 10_000))) {
                throw new IllegalArgumentException(
                        "positiveWeight.values must be one or more numbers in (0, 10000], were " + values);
            }
        }

        @Override
        public double in(ClassBalance train) {
            return in(List.of(train)).get(0);
        }

        @Override
        public List<Double> in(List<ClassBalance> labels) {
            if (labels.size() != values.size()) {
                throw new IllegalArgumentException(
                        "there are " + values.size() + " positive weights for " + labels.size() + " labels");
            }
            return values;
        }

        @Override
        public boolean needsBothClasses() {
            return false;
        }

        @Override
        public boolean weighs() {
            return values.stream().anyMatch(value -> value != 1);
        }
    }

    /**
     * A weight that is given.
     *
     * @param value above 0, at most 10000
     */
    record Fixed(double value) implements PositiveWeight {
        public Fixed {
            if (!(value > 0 && value <= 10_000)) {
                throw new IllegalArgumentException("positiveWeight.value must be in (0, 10000], was " + value);
            }
        }

        @Override
        public double in(ClassBalance train) {
            return value;
        }

        @Override
        public boolean needsBothClasses() {
            return false;
        }

        @Override
        public boolean weighs() {
            return value != 1;
        }
    }
}
