package org.foldwise.learning.metrics;

/**
 * Sums over scores in falling order from which the area under the ROC curve and the average precision follow. Fed one distinct
 * score after the other, each with the (weighted) number of its positives and negatives.
 */
final class RankSums {
    private long truePositives;
    private long falsePositives;
    /** Twice the number of pairs of a positive and a negative that are in right order, ties counting half. */
    private long twiceOrderedPairs;

    private double precisionSum;

    void add(long positives, long negatives) {
        twiceOrderedPairs += negatives * (2 * truePositives + positives);
        truePositives += positives;
        falsePositives += negatives;
        if (positives > 0) {
            precisionSum += positives * ((double) truePositives / (truePositives + falsePositives));
        }
    }

    long positives() {
        return truePositives;
    }

    long negatives() {
        return falsePositives;
    }

    /** NaN where one of the classes is missing. */
    double areaUnderRoc() {
        return twiceOrderedPairs / (2.0 * truePositives * falsePositives);
    }

    /** NaN where there are no positives. */
    double averagePrecision() {
        return precisionSum / truePositives;
    }
}
