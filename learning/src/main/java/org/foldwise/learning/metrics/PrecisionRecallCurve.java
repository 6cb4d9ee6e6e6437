package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Precision against recall over all thresholds. A case is called positive when its score is at or above the threshold. Equal
 * to scikit-learn's {@code precision_recall_curve}.
 *
 * @param points thresholds rising, one point for each distinct score, and at last (precision 1, recall 0) without threshold
 */
public record PrecisionRecallCurve(List<Point> points) {
    static final String NO_POSITIVES = "needs positive cases";

    public PrecisionRecallCurve {
        points = List.copyOf(points);
    }

    /**
     * A point of the curve.
     *
     * @param threshold what scores as high is called positive; absent at the last point, where nothing is
     * @param precision share of true ones among those called positive, in [0, 1]
     * @param recall share of the positives called positive, in [0, 1]
     */
    public record Point(@Nullable Double threshold, double precision, double recall) {}

    /**
     * The curve of scored cases.
     *
     * @throws IllegalArgumentException if there are no positives
     */
    public static PrecisionRecallCurve of(List<ScoredCase> cases) {
        RankedScores ranked = RankedScores.of(cases);
        if (ranked.totalPositives() == 0) {
            throw new IllegalArgumentException("a precision-recall curve " + NO_POSITIVES + ", had none");
        }
        List<Point> falling = new ArrayList<>();
        falling.add(new Point(null, 1, 0));
        long truePositives = 0;
        long falsePositives = 0;
        for (int rank = 0; rank < ranked.size(); rank++) {
            truePositives += ranked.positives(rank);
            falsePositives += ranked.negatives(rank);
            falling.add(new Point(
                    ranked.score(rank),
                    (double) truePositives / (truePositives + falsePositives),
                    (double) truePositives / ranked.totalPositives()));
        }
        Collections.reverse(falling);
        return new PrecisionRecallCurve(falling);
    }

    /**
     * The sum over thresholds of precision times the gain in recall, without interpolation; scikit-learn's {@code
     * average_precision_score}. Undefined without positives; 1 without negatives.
     */
    public static Estimate averagePrecision(List<ScoredCase> cases) {
        return averagePrecision(RankedScores.of(cases));
    }

    /**
     * The average precision of any scores, not only probabilities.
     *
     * @param scores higher is more positive; not NaN
     * @param positive whether the case of that index is positive; as many
     */
    public static Estimate averagePrecision(double[] scores, boolean[] positive) {
        return averagePrecision(RankedScores.of(scores, positive));
    }

    private static Estimate averagePrecision(RankedScores ranked) {
        if (ranked.totalPositives() == 0) {
            return Estimate.undefined(NO_POSITIVES);
        }
        return Estimate.of(RocCurve.sums(ranked).averagePrecision());
    }

    /**
     * The area under the straight lines between the points, in [0, 1]; scikit-learn's {@code auc} of its curve. Precision does not
     * run straight between two points, so this area is mostly too large (Davis and Goadrich 2006, The Relationship Between
     * Precision-Recall and ROC Curves); it is here for comparison with publications that give it. Undefined without positives.
     */
    public static Estimate trapezoidalArea(List<ScoredCase> cases) {
        if (cases.stream().noneMatch(ScoredCase::positive)) {
            return Estimate.undefined(NO_POSITIVES);
        }
        List<Point> points = of(cases).points();
        double area = 0;
        for (int i = 1; i < points.size(); i++) {
            Point left = points.get(i);
            Point right = points.get(i - 1);
            area += (right.recall() - left.recall()) * (right.precision() + left.precision()) / 2;
        }
        return Estimate.of(area);
    }
}
