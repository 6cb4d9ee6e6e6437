package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.List;

/**
 * Scores in falling order with ties put together: how many positives and negatives have each distinct score. Curves, areas and
 * thresholds are all read off it, so ties are treated alike everywhere.
 */
final class RankedScores {
    private final double[] scores;
    private final int[] positives;
    private final int[] negatives;
    private final long totalPositives;
    private final long totalNegatives;

    private RankedScores(double[] scores, int[] positives, int[] negatives) {
        this.scores = scores;
        this.positives = positives;
        this.negatives = negatives;
        this.totalPositives = Arrays.stream(positives).asLongStream().sum();
        this.totalNegatives = Arrays.stream(negatives).asLongStream().sum();
    }

    static RankedScores of(List<ScoredCase> cases) {
        double[] scores = new double[cases.size()];
        boolean[] positive = new boolean[cases.size()];
        int next = 0;
        for (ScoredCase scored : cases) {
            scores[next] = scored.probability();
            positive[next++] = scored.positive();
        }
        return of(scores, positive);
    }

    /**
     * Ranks any scores.
     *
     * @param scores higher is more positive; infinite ones count as such
     * @param positive as many
     * @throws IllegalArgumentException if a score is NaN, which has no rank
     */
    static RankedScores of(double[] scores, boolean[] positive) {
        if (scores.length != positive.length) {
            throw new IllegalArgumentException(scores.length + " scores need as many classes, had " + positive.length);
        }
        requireRanks(scores);
        double[] ofPositives = rising(scores, positive, true);
        double[] ofNegatives = rising(scores, positive, false);
        double[] distinct = new double[scores.length];
        int[] positives = new int[scores.length];
        int[] negatives = new int[scores.length];
        int last = -1;
        int positiveLeft = ofPositives.length;
        int negativeLeft = ofNegatives.length;
        while (positiveLeft + negativeLeft > 0) {
            boolean isPositive = negativeLeft == 0
                    || (positiveLeft > 0 && ofPositives[positiveLeft - 1] >= ofNegatives[negativeLeft - 1]);
            double score = isPositive ? ofPositives[--positiveLeft] : ofNegatives[--negativeLeft];
            // == rather than compare: -0.0 and 0.0 are one score
            if (last < 0 || score != distinct[last]) {
                distinct[++last] = score;
            }
            (isPositive ? positives : negatives)[last]++;
        }
        return new RankedScores(
                Arrays.copyOf(distinct, last + 1),
                Arrays.copyOf(positives, last + 1),
                Arrays.copyOf(negatives, last + 1));
    }

    /**
     * Refuses scores that have no order.
     *
     * @throws IllegalArgumentException if one is NaN
     */
    static void requireRanks(double[] scores) {
        for (int i = 0; i < scores.length; i++) {
            if (Double.isNaN(scores[i])) {
                throw new IllegalArgumentException("score " + i + " of " + scores.length + " is not a number");
            }
        }
    }

    private static double[] rising(double[] scores, boolean[] positive, boolean wanted) {
        double[] rising = new double[scores.length];
        int next = 0;
        for (int i = 0; i < scores.length; i++) {
            if (positive[i] == wanted) {
                rising[next++] = scores[i];
            }
        }
        rising = Arrays.copyOf(rising, next);
        Arrays.sort(rising);
        return rising;
    }

    /** Number of distinct scores. */
    int size() {
        return scores.length;
    }

    /** The distinct score of that rank; rank 0 is the highest. */
    double score(int rank) {
        return scores[rank];
    }

    int positives(int rank) {
        return positives[rank];
    }

    int negatives(int rank) {
        return negatives[rank];
    }

    long totalPositives() {
        return totalPositives;
    }

    long totalNegatives() {
        return totalNegatives;
    }

    /** The confusion matrix of calling positive what scores at least as high as that rank. */
    ConfusionMatrix[] confusionMatrices() {
        ConfusionMatrix[] matrices = new ConfusionMatrix[scores.length];
        long truePositives = 0;
        long falsePositives = 0;
        for (int rank = 0; rank < scores.length; rank++) {
            truePositives += positives[rank];
            falsePositives += negatives[rank];
            matrices[rank] = new ConfusionMatrix(
                    totalNegatives - falsePositives, falsePositives, totalPositives - truePositives, truePositives);
        }
        return matrices;
    }
}
