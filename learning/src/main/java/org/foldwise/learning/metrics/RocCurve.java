package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receiver operating characteristic: the trade-off between true and false positives over all thresholds. A case is called
 * positive when its score is at or above the threshold. Equal to scikit-learn's {@code roc_curve}, except that the first point
 * has no threshold where scikit-learn puts infinity.
 *
 * @param points from (0, 0) to (1, 1), one more than there are distinct scores, thresholds falling
 */
public record RocCurve(List<Point> points) {
    static final String ONE_CLASS = "needs positive and negative cases";

    public RocCurve {
        points = List.copyOf(points);
    }

    /**
     * A point of the curve.
     *
     * @param threshold what scores as high is called positive; absent at the first point, where nothing is
     * @param falsePositiveRate share of the negatives called positive, in [0, 1]
     * @param truePositiveRate share of the positives called positive, in [0, 1]
     */
    public record Point(@Nullable Double threshold, double falsePositiveRate, double truePositiveRate) {}

    /**
     * The curve with one point for each distinct score ({@code drop_intermediate=False}).
     *
     * @throws IllegalArgumentException if there are no positives or no negatives
     */
    public static RocCurve of(List<ScoredCase> cases) {
        return of(RankedScores.of(cases), false);
    }

    /**
     * The curve without the points between which both counts grow by equal steps, as scikit-learn's default leaves them out.
     * The shape and the area are the same; the first and the last score always stay.
     *
     * @throws IllegalArgumentException if there are no positives or no negatives
     */
    public static RocCurve withoutCollinearPoints(List<ScoredCase> cases) {
        return of(RankedScores.of(cases), true);
    }

    /**
     * The area under the curve: the probability that a positive case scores higher than a negative one, ties counting half
     * (Hanley and McNeil 1982, The Meaning and Use of the Area under a ROC Curve). Undefined unless both classes are present.
     */
    public static Estimate area(List<ScoredCase> cases) {
        return area(RankedScores.of(cases));
    }

    /**
     * The area for any scores, not only probabilities.
     *
     * @param scores higher is more positive; not NaN
     * @param positive whether the case of that index is positive; as many
     */
    public static Estimate area(double[] scores, boolean[] positive) {
        return area(RankedScores.of(scores, positive));
    }

    private static Estimate area(RankedScores ranked) {
        if (ranked.totalPositives() == 0 || ranked.totalNegatives() == 0) {
            return Estimate.undefined(ONE_CLASS);
        }
        return Estimate.of(sums(ranked).areaUnderRoc());
    }

    static RankSums sums(RankedScores ranked) {
        RankSums sums = new RankSums();
        for (int rank = 0; rank < ranked.size(); rank++) {
            sums.add(ranked.positives(rank), ranked.negatives(rank));
        }
        return sums;
    }

    private static RocCurve of(RankedScores ranked, boolean dropCollinear) {
        if (ranked.totalPositives() == 0 || ranked.totalNegatives() == 0) {
            throw new IllegalArgumentException("a ROC curve " + ONE_CLASS + ", had " + ranked.totalPositives()
                    + " positive and " + ranked.totalNegatives() + " negative");
        }
        List<Point> points = new ArrayList<>();
        points.add(new Point(null, 0, 0));
        long truePositives = 0;
        long falsePositives = 0;
        for (int rank = 0; rank < ranked.size(); rank++) {
            truePositives += ranked.positives(rank);
            falsePositives += ranked.negatives(rank);
            if (!dropCollinear || isCorner(ranked, rank)) {
                points.add(new Point(
                        ranked.score(rank),
                        (double) falsePositives / ranked.totalNegatives(),
                        (double) truePositives / ranked.totalPositives()));
            }
        }
        return new RocCurve(points);
    }

    private static boolean isCorner(RankedScores ranked, int rank) {
        return rank == 0
                || rank == ranked.size() - 1
                || ranked.positives(rank) != ranked.positives(rank + 1)
                || ranked.negatives(rank) != ranked.negatives(rank + 1);
    }
}
