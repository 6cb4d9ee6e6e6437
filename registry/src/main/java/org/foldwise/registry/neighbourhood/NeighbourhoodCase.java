package org.foldwise.registry.neighbourhood;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case and its neighbours as they are stored. Those of patients who were withdrawn since are gone, and so are cases of theirs.
 *
 * @param image the case
 * @param called the classes that the model called
 * @param model which of the report's models, counted from 0
 * @param nearestDistance of the nearest neighbour when they were looked for
 * @param fartherThanTraining share in [0, 1]; absent where there was nobody to compare with
 * @param fartherThanUnseen share in [0, 1]; absent where there was nobody to compare with
 * @param nearest of different patients, the nearest first
 */
public record NeighbourhoodCase(
        SeenImage image,
        List<String> called,
        int model,
        double nearestDistance,
        @Nullable Double fartherThanTraining,
        @Nullable Double fartherThanUnseen,
        List<StoredNeighbour> nearest) {
    public NeighbourhoodCase {
        called = List.copyOf(called);
        nearest = List.copyOf(nearest);
    }

    /** How many neighbours show what the case shows. */
    public int agreeingWithLabel() {
        return agreeing(image.labels());
    }

    /** How many neighbours show what the model called. */
    public int agreeingWithCalled() {
        return agreeing(called);
    }

    private int agreeing(List<String> classes) {
        return (int) nearest.stream()
                .filter(neighbour -> neighbour.image().shows(classes))
                .count();
    }

    /**
     * An image of a dataset.
     *
     * @param name in its dataset
     * @param labels the classes that it shows
     */
    public record SeenImage(UUID id, String name, String patient, List<String> labels) {
        public SeenImage {
            labels = List.copyOf(labels);
        }

        /** Whether it shows these classes and no others, in whatever order. */
        public boolean shows(List<String> classes) {
            return labels.stream()
                    .sorted()
                    .toList()
                    .equals(classes.stream().sorted().toList());
        }
    }

    /**
     * A neighbour.
     *
     * @param image a training image
     * @param distance in [0, 2]
     */
    public record StoredNeighbour(SeenImage image, double distance) {}
}
