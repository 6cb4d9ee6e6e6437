package org.foldwise.learning.metrics.scored;

import java.util.List;
import java.util.Optional;
import org.foldwise.learning.metrics.DeLong;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Figures of several classes, or of labels, averaged in the usual ways. The micro average precision comes without an interval, and
 * weighted areas and average precisions with one that takes the weights as given.
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

    /**
     * The area over all pairs of image and class, with the interval that it has where each patient's pairs are taken together.
     *
     * @param area of the pairs
     * @param pairs each image with every class
     */
    static Estimate microRocAuc(Estimate area, List<ScoredCase> pairs, double level) {
        boolean fewPatients = patients(pairs, true) < 2 || patients(pairs, false) < 2;
        Optional<Interval> interval =
                fewPatients ? Optional.empty() : DeLong.ofPatients(pairs).patientInterval(level);
        return area.with(interval);
    }

    private static long patients(List<ScoredCase> pairs, boolean positive) {
        return pairs.stream()
                .filter(pair -> pair.positive() == positive)
                .map(ScoredCase::patient)
                .distinct()
                .limit(2)
                .count();
    }
}
