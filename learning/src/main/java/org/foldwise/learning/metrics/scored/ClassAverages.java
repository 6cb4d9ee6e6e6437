package org.foldwise.learning.metrics.scored;

import org.foldwise.learning.metrics.Estimate;

/**
 * Figures of several classes, or of labels, averaged in the usual ways. Weighted areas and average precisions come with an interval that takes
 * the weights as given.
 *
 * @param rocAuc area under the ROC curve of each class against the others
 * @param averagePrecision average precision of each class against the others
 * @param precision share of right ones among those called so
 * @param recall share called so among those that show it
 * @param f1 harmonic mean of precision and recall
 */
public record ClassAverages(Average rocAuc, Average averagePrecision, Average precision, Average recall, Average f1) {
    /**
     * A figure, averaged.
     *
     * @param macro over the judged classes, each counting the same
     * @param weighted over the judged classes, each by its number of images
     * @param micro of all pairs of an image and a class at once, of classes that are not judged too
     */
    public record Average(Estimate macro, Estimate weighted, Estimate micro) {}
}
