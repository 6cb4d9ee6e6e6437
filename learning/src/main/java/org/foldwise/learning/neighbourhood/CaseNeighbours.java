package org.foldwise.learning.neighbourhood;

import java.util.List;
import org.foldwise.learning.dataset.ImageRecord;
import org.jspecify.annotations.Nullable;

/**
 * The training patients nearest to a case, and how near that is.
 *
 * @param image the case
 * @param nearest one image each of different patients, none of them the case's, the nearest first; at least one
 * @param fartherThanTraining share of training patients who lie nearer to another training patient than the case to any, in [0, 1]; absent
 *     where there are none to compare with
 * @param fartherThanUnseen share of patients whom the weights were not fitted to who lie nearer to a training patient than the case, in
 *     [0, 1]; absent where there are none to compare with
 */
public record CaseNeighbours(
        ImageRecord image,
        List<Neighbour> nearest,
        @Nullable Double fartherThanTraining,
        @Nullable Double fartherThanUnseen) {
    public CaseNeighbours {
        nearest = List.copyOf(nearest);
        if (nearest.isEmpty()) {
            throw new IllegalArgumentException("a case must have 1 neighbour or more");
        }
    }

    /** The distance of the nearest training patient. */
    public double nearestDistance() {
        return nearest.get(0).distance();
    }
}
