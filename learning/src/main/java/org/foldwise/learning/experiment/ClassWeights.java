package org.foldwise.learning.experiment;

import java.util.List;

/** What the loss of an image of exclusive classes is multiplied by, according to its class. */
public sealed interface ClassWeights {
    /**
     * The weights, one for each class.
     *
     * @param images number of the fold's training images of each class, each image counted once whatever the sampling
     */
    List<Double> in(List<Long> images);

    /** Whether they follow from images of all classes. */
    boolean needsAllClasses();

    /** Whether they may differ. */
    boolean weighs();

    /** 1: every image counts the same. */
    record None() implements ClassWeights {
        @Override
        public List<Double> in(List<Long> images) {
            return images.stream().map(ofClass -> 1.0).toList();
        }

        @Override
        public boolean needsAllClasses() {
            return false;
        }

        @Override
        public boolean weighs() {
            return false;
        }
    }

    /** n / (K n_k) for n images of K classes, n_k of them of the class: all classes weigh the same, and the mean image weighs 1. */
    record Balanced() implements ClassWeights {
        @Override
        public List<Double> in(List<Long> images) {
            double all = images.stream().mapToLong(Long::longValue).sum();
            return images.stream()
                    .map(ofClass -> all / (images.size() * ofClass))
                    .toList();
        }

        @Override
        public boolean needsAllClasses() {
            return true;
        }

        @Override
        public boolean weighs() {
            return true;
        }
    }

    /**
     * Weights that are given.
     *
     * @param values one for each class, in the order of the dataset's classes, each above 0 and at most 10000
     */
    record Fixed(List<Double> values) implements ClassWeights {
        public Fixed {
            values = List.copyOf(values);
            if (values.isEmpty() || values.stream().anyMatch(value -> !(value > 0 && value <= 10_000))) {
                throw new IllegalArgumentException(
                        "classWeights.values must be one or more numbers in (0, 10000], were " + values);
            }
        }

        @Override
        public List<Double> in(List<Long> images) {
            if (images.size() != values.size()) {
                throw new IllegalArgumentException(
                        "there are " + values.size() + " class weights for " + images.size() + " classes");
            }
            return values;
        }

        @Override
        public boolean needsAllClasses() {
            return false;
        }

        @Override
        public boolean weighs() {
            return values.stream().distinct().count() > 1;
        }
    }
}
