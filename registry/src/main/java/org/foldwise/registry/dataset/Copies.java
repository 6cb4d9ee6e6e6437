package org.foldwise.registry.dataset;

import java.util.List;

/**
 * Images of a dataset that are copies of one picture.
 *
 * @param number of the group, {@link org.foldwise.learning.dataset.DuplicateGroups}
 * @param extent of the whole group
 * @param images the first of them in the order of their names, at least one
 */
public record Copies(int number, Extent extent, List<DatasetImage> images) {
    /**
     * What a group holds.
     *
     * @param images how many, 2 at least
     * @param patients how many they are of
     * @param identical whether all files are equal byte for byte
     */
    public record Extent(int images, int patients, boolean identical) {}

    public Copies {
        images = List.copyOf(images);
    }
}
