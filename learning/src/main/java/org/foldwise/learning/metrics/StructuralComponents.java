package org.foldwise.learning.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The part that each case has in an area under the ROC curve (DeLong, DeLong and Clarke-Pearson 1988, Comparing the Areas under
 * Two or More Correlated Receiver Operating Characteristic Curves): for a positive the share of the negatives that score lower,
 * for a negative the share of the positives that score higher, ties counting half. By midranks in n log n steps (Sun and Xu 2014,
 * Fast Implementation of DeLong's Algorithm).
 */
final class StructuralComponents {
    private final double[] components;
    private final double area;

    private StructuralComponents(double[] components, double area) {
        this.components = components;
        this.area = area;
    }

    /**
     * The components.
     *
     * @param scores higher is more positive; infinite ones count as such
     * @param positive as many; both classes present
     * @throws IllegalArgumentException if a score is NaN, which has no rank
     */
    static StructuralComponents of(double[] scores, boolean[] positive) {
        RankedScores.requireRanks(scores);
        int n = scores.length;
        int[] rising = Order.rising(scores);
        long positives = IntStream.range(0, n).filter(i -> positive[i]).count();
        long negatives = n - positives;
        double[] components = new double[n];
        long positivesBelow = 0;
        long negativesBelow = 0;
        double ordered = 0;
        int from = 0;
        while (from < n) {
            int to = from;
            long tiedPositives = 0;
            // == rather than compare: -0.0 and 0.0 are one score
            while (to < n && scores[rising[to]] == scores[rising[from]]) {
                tiedPositives += positive[rising[to]] ? 1 : 0;
                to++;
            }
            long tiedNegatives = to - from - tiedPositives;
            double ofPositive = (negativesBelow + tiedNegatives / 2.0) / negatives;
            double ofNegative = (positives - positivesBelow - tiedPositives + tiedPositives / 2.0) / positives;
            for (int i = from; i < to; i++) {
                components[rising[i]] = positive[rising[i]] ? ofPositive : ofNegative;
            }
            ordered += tiedPositives * (negativesBelow + tiedNegatives / 2.0);
            positivesBelow += tiedPositives;
            negativesBelow += tiedNegatives;
            from = to;
        }
        return new StructuralComponents(components, ordered / ((double) positives * negatives));
    }

    double area() {
        return area;
    }

    /**
     * Sums the components' deviations from the area.
     *
     * @param clusters number of groups
     * @param clusterOf the group of each case
     * @return the sums of the positives and of the negatives, by group
     */
    double[][] deviations(boolean[] positive, int[] clusterOf, int clusters) {
        double[][] sums = new double[2][clusters];
        for (int i = 0; i < components.length; i++) {
            sums[positive[i] ? 0 : 1][clusterOf[i]] += components[i] - area;
        }
        return sums;
    }

    @Override
    public String toString() {
        return "area " + area + ", components " + Arrays.toString(components);
    }
}
