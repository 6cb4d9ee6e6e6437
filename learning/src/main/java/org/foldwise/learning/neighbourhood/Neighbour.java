package org.foldwise.learning.neighbourhood;

import org.foldwise.learning.dataset.ImageRecord;

/**
 * A training patient near a case.
 *
 * @param image the patient's image that is nearest
 * @param distance cosine distance of the features, in [0, 2]; 0 for the same direction
 */
public record Neighbour(ImageRecord image, double distance) {
    public Neighbour {
        if (!(distance >= 0 && distance <= 2)) {
            throw new IllegalArgumentException("distance must be in [0, 2], was " + distance);
        }
    }
}
