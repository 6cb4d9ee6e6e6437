package org.foldwise.learning.metrics;

import org.foldwise.learning.dataset.PatientId;

/**
 * One image of a known class and the probability that a model gave it.
 *
 * @param image the image's name within its cohort
 * @param patient whose image it is; intervals resample patients, not images
 * @param positive whether the image shows the positive class
 * @param probability of the positive class, in [0, 1]
 */
public record ScoredCase(String image, PatientId patient, boolean positive, double probability) {
    public ScoredCase {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "the probability of image '" + image + "' must be in [0, 1], was " + probability);
        }
    }
}
