package org.foldwise.standalone.architecture.planted.learning.evaluation;

import org.foldwise.standalone.architecture.planted.learning.augmentation.PlantedAugmenter;

/** Breaks R15. */
final class AugmentsImages {
    private final PlantedAugmenter augmenter = new PlantedAugmenter();

    @Override
    public String toString() {
        return augmenter.toString();
    }
}
