package org.foldwise.registry.neighbourhood;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case and its neighbours as a worker has found them.
 *
 * @param image the case, an image of the dataset that was judged
 * @param called the classes that the model called
 * @param model which of the report's models, counted from 0
 * @param fartherThanTraining share in [0, 1]; absent where there was nobody to compare with
 * @param fartherThanUnseen share in [0, 1]; absent where there was nobody to compare with
 * @param nearest of different patients, the nearest first; at least one
 */
public record FoundCase(
        UUID image,
        List<String> called,
        int model,
        @Nullable Double fartherThanTraining,
        @Nullable Double fartherThanUnseen,
        List<FoundNeighbour> nearest) {
    public FoundCase {
        called = List.copyOf(called);
        nearest = List.copyOf(nearest);
        if (nearest.isEmpty()) {
            throw new IllegalArgumentException("a case must have 1 neighbour or more");
        }
    }

    /**
     * A neighbour.
     *
     * @param image a training image
     * @param distance in [0, 2]
     */
    public record FoundNeighbour(UUID image, double distance) {}
}
