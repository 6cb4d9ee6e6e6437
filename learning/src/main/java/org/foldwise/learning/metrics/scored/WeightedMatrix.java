package org.foldwise.learning.metrics.scored;

import java.util.List;

/** Figures of a matrix of decisions over exclusive classes, for resamples: the formulas of {@code ClassMatrix} on plain arrays. */
final class WeightedMatrix {
    private final List<Integer> judged;
    private final long[][] counts;
    private final long[] truths;
    private final long[] decisions;

    private long cases;

    /** @param judged the classes that averages are taken over */
    WeightedMatrix(int classes, List<Integer> judged) {
        this.judged = judged;
        this.counts = new long[classes][classes];
        this.truths = new long[classes];
        this.decisions = new long[classes];
    }

    void add(int truth, int decision, long weight) {
        counts[truth][decision] += weight;
        truths[truth] += weight;
        decisions[decision] += weight;
        cases += weight;
    }

    /** The mean recall; NaN where a class has no cases. */
    double meanRecall() {
        double sum = 0;
        for (int k : judged) {
            sum += (double) counts[k][k] / truths[k];
        }
        return sum / judged.size();
    }

    /** The mean F1; NaN where a class has neither cases nor decisions. */
    double meanF1() {
        double sum = 0;
        for (int k : judged) {
            sum += 2.0 * counts[k][k] / (truths[k] + decisions[k]);
        }
        return sum / judged.size();
    }

    /** The mean precision; NaN where a class has no decisions. */
    double meanPrecision() {
        double sum = 0;
        for (int k : judged) {
            sum += (double) counts[k][k] / decisions[k];
        }
        return sum / judged.size();
    }

    /** The mean precision weighted by cases; NaN where a class with cases has no decisions. */
    double weightedPrecision() {
        double sum = 0;
        double weights = 0;
        for (int k : judged) {
            if (truths[k] > 0) {
                sum += (double) truths[k] * counts[k][k] / decisions[k];
                weights += truths[k];
            }
        }
        return sum / weights;
    }

    /** The mean recall weighted by cases. */
    double weightedRecall() {
        double hits = 0;
        double weights = 0;
        for (int k : judged) {
            hits += counts[k][k];
            weights += truths[k];
        }
        return hits / weights;
    }

    /** The mean F1 weighted by cases. */
    double weightedF1() {
        double sum = 0;
        double weights = 0;
        for (int k : judged) {
            if (truths[k] > 0) {
                sum += truths[k] * 2.0 * counts[k][k] / (truths[k] + decisions[k]);
                weights += truths[k];
            }
        }
        return sum / weights;
    }

    /** Matthews' correlation of all classes; NaN where all cases or all decisions are of one. */
    double matthewsCorrelation() {
        double together = 0;
        double ofTruth = (double) cases * cases;
        double ofDecisions = (double) cases * cases;
        for (int k = 0; k < truths.length; k++) {
            together += (double) truths[k] * decisions[k];
            ofTruth -= (double) truths[k] * truths[k];
            ofDecisions -= (double) decisions[k] * decisions[k];
        }
        double correlation = (diagonal() * (double) cases - together) / Math.sqrt(ofTruth) / Math.sqrt(ofDecisions);
        // rounding may lead out of the range; NaN stays NaN
        return Math.max(-1, Math.min(1, correlation));
    }

    /** Cohen's kappa; NaN where chance agrees fully. */
    double kappa() {
        double expected = 0;
        for (int k = 0; k < truths.length; k++) {
            expected += (double) truths[k] * decisions[k] / cases;
        }
        return (diagonal() - expected) / (cases - expected);
    }

    private long diagonal() {
        long sum = 0;
        for (int k = 0; k < truths.length; k++) {
            sum += counts[k][k];
        }
        return sum;
    }
}
