package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.jspecify.annotations.Nullable;

/**
 * By how much the inner figure of what a search chose flatters. The inner figure is the highest of many, on patients who had a say in the
 * choice; the outer one is of patients who had none. Their difference also holds that outer runs learn from more patients than inner
 * ones, which makes it smaller.
 *
 * @param folds of the outer cross-validation, by index
 * @param mean mean difference, inner less outer, with the interval of the corrected resampled t-test over the folds; undefined if one
 *     fold's outer area is
 */
public record SelectionOptimism(List<OfFold> folds, Estimate mean) {
    private static final double LEVEL = 0.95;

    public SelectionOptimism {
        folds = List.copyOf(folds);
    }

    /**
     * One outer fold.
     *
     * @param fold its index
     * @param innerRocAuc mean area of the chosen candidate over the inner folds
     * @param outerRocAuc area of the outer run on the held-out patients; absent where it is undefined
     * @param difference inner less outer, in [-1, 1]; absent where the outer area is undefined
     */
    public record OfFold(int fold, double innerRocAuc, @Nullable Double outerRocAuc, @Nullable Double difference) {
        /** The difference of both. */
        public static OfFold of(int fold, double innerRocAuc, @Nullable Double outerRocAuc) {
            return new OfFold(
                    fold, innerRocAuc, outerRocAuc, outerRocAuc == null ? null : (Double) (innerRocAuc - outerRocAuc));
        }
    }

    /**
     * The optimism over all outer folds.
     *
     * @param folds one at least
     * @param testToTrain held-out images over training images of an outer fold, above 0
     */
    public static SelectionOptimism of(List<OfFold> folds, double testToTrain) {
        List<Double> differences = new ArrayList<>();
        for (OfFold fold : folds) {
            Double difference = fold.difference();
            if (difference == null) {
                return new SelectionOptimism(
                        folds, Estimate.undefined("the outer area of fold " + fold.fold() + " is undefined"));
            }
            differences.add(difference);
        }
        Estimate mean = new FoldSummary(differences).corrected(LEVEL, testToTrain);
        Interval interval = mean.interval();
        return new SelectionOptimism(
                folds,
                interval == null
                        ? mean
                        : new Estimate(
                                mean.value(),
                                new Interval(
                                        Math.max(-1, interval.lower()),
                                        Math.min(1, interval.upper()),
                                        interval.level(),
                                        interval.method()),
                                null));
    }
}
