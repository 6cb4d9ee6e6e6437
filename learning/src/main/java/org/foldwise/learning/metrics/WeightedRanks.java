package org.foldwise.learning.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The scores of cases in falling order, for resamples: nothing is sorted again when a case counts more or less often. */
public final class WeightedRanks {
    private final int[] order;
    private final double[] scores;
    private final boolean[] positive;

    private WeightedRanks(int[] order, double[] scores, boolean[] positive) {
        this.order = order;
        this.scores = scores;
        this.positive = positive;
    }

    /** The ranks of cases. */
    public static WeightedRanks of(List<ScoredCase> cases) {
        int[] order = IntStream.range(0, cases.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cases.get(i).probability()))
                .mapToInt(i -> i)
                .toArray();
        double[] scores = new double[order.length];
        boolean[] positive = new boolean[order.length];
        for (int rank = 0; rank < order.length; rank++) {
            scores[rank] = cases.get(order[rank]).probability();
            positive[rank] = cases.get(order[rank]).positive();
        }
        return new WeightedRanks(order, scores, positive);
    }

    /**
     * Figures of the cases.
     *
     * @param weights how often each case counts, in the order in which the cases were given
     * @return the area under the ROC curve, NaN where one class has no weight, and the average precision, NaN where the positives have none
     */
    public double[] areaAndAveragePrecision(int[] weights) {
        RankSums sums = new RankSums();
        long positives = 0;
        long negatives = 0;
        for (int rank = 0; rank < order.length; rank++) {
            int weight = weights[order[rank]];
            if (positive[rank]) {
                positives += weight;
            } else {
                negatives += weight;
            }
            if (rank + 1 == order.length || scores[rank + 1] != scores[rank]) {
                sums.add(positives, negatives);
                positives = 0;
                negatives = 0;
            }
        }
        return new double[] {sums.areaUnderRoc(), sums.averagePrecision()};
    }
}
