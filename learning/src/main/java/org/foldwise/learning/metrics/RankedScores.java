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
        ScoredCase[] falling = cases.toArray(ScoredCase[]::new);
        Arrays.sort(falling, (one, other) -> Double.compare(other.probability(), one.probability()));
        double[] scores = new double[falling.length];
        int[] positives = new int[falling.length];
        int[] negatives = new int[falling.length];
        int last = -1;
        for (ScoredCase scored : falling) {
            // == rather than compare: -0.0 and 0.0 are one score
            if (last < 0 || scored.probability() != scores[last]) {
                last++;
                scores[last] = scored.probability();
            }
            (scored.positive() ? positives : negatives)[last]++;
        }
        int distinct = last + 1;
        return new RankedScores(
                Arrays.copyOf(scores, distinct),
                Arrays.copyOf(positives, distinct),
                Arrays.copyOf(negatives, distinct));
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
