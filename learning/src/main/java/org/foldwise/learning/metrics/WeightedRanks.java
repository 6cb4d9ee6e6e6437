package org.foldwise.learning.metrics;

import java.util.List;
import java.util.stream.IntStream;

/** The scores of cases in falling order, for resamples: nothing is sorted again when a case counts more or less often. */
public final class WeightedRanks {
    private final int[] unitOf;
    private final double[] scores;
    private final boolean[] positive;

    private WeightedRanks(int[] unitOf, double[] scores, boolean[] positive) {
        this.unitOf = unitOf;
        this.scores = scores;
        this.positive = positive;
    }

    /** The ranks of cases. */
    public static WeightedRanks of(List<ScoredCase> cases) {
        return of(cases, IntStream.range(0, cases.size()).toArray());
    }

    /** The ranks of cases that count as often as their patients do: weights are by patient. */
    static WeightedRanks ofPatients(List<ScoredCase> cases, NumberedPatients numbers) {
        return of(cases, numbers.ofCases());
    }

    private static WeightedRanks of(List<ScoredCase> cases, int[] unitOf) {
        int[] falling = Order.falling(
                cases.stream().mapToDouble(ScoredCase::probability).toArray());
        int[] units = new int[falling.length];
        double[] scores = new double[falling.length];
        boolean[] positive = new boolean[falling.length];
        for (int rank = 0; rank < falling.length; rank++) {
            units[rank] = unitOf[falling[rank]];
            scores[rank] = cases.get(falling[rank]).probability();
            positive[rank] = cases.get(falling[rank]).positive();
        }
        return new WeightedRanks(units, scores, positive);
    }

    /**
     * Figures of the cases.
     *
     * @param weights how often each case counts, in the order in which the cases were given, or each patient
     * @return the area under the ROC curve, NaN where one class has no weight, and the average precision, NaN where the positives have none
     */
    public double[] areaAndAveragePrecision(int[] weights) {
        RankSums sums = new RankSums();
        long positives = 0;
        long negatives = 0;
        for (int rank = 0; rank < unitOf.length; rank++) {
            int weight = weights[unitOf[rank]];
            if (positive[rank]) {
                positives += weight;
            } else {
                negatives += weight;
            }
            if (rank + 1 == unitOf.length || scores[rank + 1] != scores[rank]) {
                sums.add(positives, negatives);
                positives = 0;
                negatives = 0;
            }
        }
        return new double[] {sums.areaUnderRoc(), sums.averagePrecision()};
    }
}
