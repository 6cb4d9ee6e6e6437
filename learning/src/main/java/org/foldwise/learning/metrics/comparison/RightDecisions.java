package org.foldwise.learning.metrics.comparison;

import java.util.List;
import java.util.Set;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Which of two models decides how many images rightly: the table behind {@link McNemar}'s test, which takes every image for a patient of
 * its own.
 *
 * @param both images that both models get right
 * @param onlyFirst images that only the first model gets right
 * @param onlySecond images that only the second model gets right
 * @param neither images that both models get wrong
 */
public record RightDecisions(int both, int onlyFirst, int onlySecond, int neither) {
    public RightDecisions {
        if (both < 0 || onlyFirst < 0 || onlySecond < 0 || neither < 0) {
            throw new IllegalArgumentException(
                    "counts must be 0 or more, were " + both + ", " + onlyFirst + ", " + onlySecond + ", " + neither);
        }
    }

    /**
     * Counts images.
     *
     * @param images all of them
     * @param first names of those that the first model gets right
     * @param second names of those that the second model gets right
     */
    static RightDecisions of(List<ScoredCase> images, Set<String> first, Set<String> second) {
        int[] counts = new int[4];
        for (ScoredCase one : images) {
            counts[(first.contains(one.image()) ? 2 : 0) + (second.contains(one.image()) ? 1 : 0)]++;
        }
        return new RightDecisions(counts[3], counts[2], counts[1], counts[0]);
    }

    /** All images. */
    public int images() {
        return both + onlyFirst + onlySecond + neither;
    }

    /** The test of whether the two are right equally often, as if no two images were of one patient. */
    public McNemar test() {
        return new McNemar(onlyFirst, onlySecond);
    }
}
