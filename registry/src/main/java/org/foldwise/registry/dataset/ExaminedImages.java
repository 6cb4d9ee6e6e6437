package org.foldwise.registry.dataset;

import java.util.List;
import org.foldwise.learning.dataset.DuplicateGroups;

/**
 * What the worker has seen on the images of a dataset.
 *
 * @param duplicates copies of pictures
 * @param measures of every image, or of none
 */
public record ExaminedImages(DuplicateGroups duplicates, List<MeasuredImage> measures) {
    /** Nothing was looked at. */
    public static final ExaminedImages NONE = new ExaminedImages(DuplicateGroups.NONE, List.of());

    public ExaminedImages {
        measures = List.copyOf(measures);
    }
}
