package org.foldwise.learning.metrics;

import java.util.Collection;

/**
 * Images of one kind that somebody will judge, positives or negatives, and how much they tell together.
 *
 * @param images how many
 * @param patients of how many patients
 * @param effectiveImages how many single images of different patients tell as much, at most {@code images}
 * @param degreesOfFreedom how well a variance by these patients will be known, 1 or more; of patients of one size one less than there are
 */
public record PlannedCases(int images, int patients, double effectiveImages, double degreesOfFreedom) {
    /** Single images, each of another patient. */
    public static PlannedCases single(int images) {
        return new PlannedCases(images, images, images, Math.max(1.0, images - 1.0));
    }

    /**
     * Images of patients: their number divided by {@code 1 + (sum of squares / sum - 1) * correlation}.
     *
     * @param imagesPerPatient number of images of each patient, each 1 or more
     * @param correlation of the scores of one patient's images, in [0, 1]
     */
    public static PlannedCases of(Collection<Integer> imagesPerPatient, double correlation) {
        if (!(correlation >= 0 && correlation <= 1)) {
            throw new IllegalArgumentException("correlation must be in [0, 1], was " + correlation);
        }
        PatientJackknife jackknife = new PatientJackknife();
        int sum = 0;
        double squares = 0;
        for (int images : imagesPerPatient) {
            jackknife.add(images, 1);
            sum += images;
            squares += (double) images * images;
        }
        return new PlannedCases(
                sum,
                imagesPerPatient.size(),
                sum == 0 ? 0 : sum / (1 + (squares / sum - 1) * correlation),
                sum == 0 ? 1 : jackknife.degreesOfFreedom());
    }
}
