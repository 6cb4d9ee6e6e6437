package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What decisions would be worth at one threshold after another, each figure with its interval at that threshold. The intervals hold
 * pointwise: the curve as a whole leaves them more often than one figure does. To look at; who chose from it on a test subset would
 * take the figures' meaning away.
 *
 * @param points in the order of falling thresholds
 */
public record ThresholdCurve(List<Point> points) {
    public ThresholdCurve {
        points = List.copyOf(points);
    }

    /**
     * The figures at one threshold: those of {@link ConfusionMatrix}, with the intervals that {@link EvaluationReport} gives them.
     *
     * @param threshold what scores as high is called positive
     * @param recall share of the positives called positive
     * @param specificity share of the negatives called negative
     * @param precision share of true ones among those called positive
     * @param negativePredictiveValue share of true ones among those called negative
     * @param f1 harmonic mean of precision and recall
     * @param matthewsCorrelation correlation of decisions and truth; without interval
     */
    public record Point(
            double threshold,
            Estimate recall,
            Estimate specificity,
            Estimate precision,
            Estimate negativePredictiveValue,
            Estimate f1,
            Estimate matthewsCorrelation) {}

    /**
     * The different scores of cases, where figures over thresholds change. Of more than {@code most} those at equal steps in their order,
     * always with the lowest and the highest.
     *
     * @param most 2 or more
     * @return rising
     */
    public static List<Double> scores(List<ScoredCase> cases, int most) {
        if (most < 2) {
            throw new IllegalArgumentException("most must be 2 or more, was " + most);
        }
        double[] rising = cases.stream()
                .mapToDouble(ScoredCase::probability)
                .distinct()
                .sorted()
                .toArray();
        if (rising.length <= most) {
            return Arrays.stream(rising).boxed().toList();
        }
        List<Double> thinned = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            thinned.add(rising[(int) ((long) i * (rising.length - 1) / (most - 1))]);
        }
        return List.copyOf(thinned);
    }

    /**
     * The curve. Takes two passes over the cases, whatever the number of thresholds.
     *
     * @param cases at least one
     * @param thresholds each in [0, 1], in any order
     * @param level nominal coverage of each interval, in (0, 1)
     */
    public static ThresholdCurve of(List<ScoredCase> cases, List<Double> thresholds, double level) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a threshold curve needs cases, had none");
        }
        List<Double> falling =
                thresholds.stream().sorted(Comparator.reverseOrder()).toList();
        List<ScoredCase> ranked = cases.stream()
                .sorted(Comparator.comparingDouble(ScoredCase::probability).reversed())
                .toList();
        List<Optional<Interval>> ofNegativePredictions = ofNegativePredictions(ranked, falling, level);
        Sweep sweep = new Sweep(cases, level);
        List<Point> points = new ArrayList<>();
        int called = 0;
        for (double threshold : falling) {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold must be in [0, 1], was " + threshold);
            }
            while (called < ranked.size() && ranked.get(called).probability() >= threshold) {
                sweep.call(ranked.get(called));
                called++;
            }
            points.add(sweep.at(threshold, ofNegativePredictions.get(points.size())));
        }
        return new ThresholdCurve(points);
    }

    /**
     * The intervals of the negative predictive value, in the order of falling thresholds: from the lowest one on, more and more cases are
     * called negative.
     */
    private static List<Optional<Interval>> ofNegativePredictions(
            List<ScoredCase> ranked, List<Double> falling, double level) {
        PatientProportion negativesOfOthers = new PatientProportion();
        List<Optional<Interval>> intervals = new ArrayList<>();
        int left = ranked.size();
        for (int i = falling.size() - 1; i >= 0; i--) {
            while (left > 0 && ranked.get(left - 1).probability() < falling.get(i)) {
                left--;
                negativesOfOthers.add(
                        ranked.get(left).patient(), !ranked.get(left).positive());
            }
            intervals.add(negativesOfOthers.interval(level));
        }
        Collections.reverse(intervals);
        return intervals;
    }

    /** Calls positive one case after the other, and knows the shares at every moment. */
    private static final class Sweep {
        private final double level;
        private final PatientProportion calledOfPositives = new PatientProportion();
        private final PatientProportion calledOfNegatives = new PatientProportion();
        private final PatientProportion positivesOfCalled = new PatientProportion();
        /** True positives among images that are positive or called so: Jaccard's index J, of which F1 is 2 J / (1 + J). */
        private final PatientProportion hitsOfEither = new PatientProportion();

        private long positives;
        private long negatives;
        private long truePositives;
        private long falsePositives;

        Sweep(List<ScoredCase> cases, double level) {
            this.level = level;
            for (ScoredCase scored : cases) {
                if (scored.positive()) {
                    positives++;
                    calledOfPositives.add(scored.patient(), false);
                    hitsOfEither.add(scored.patient(), false);
                } else {
                    negatives++;
                    calledOfNegatives.add(scored.patient(), false);
                }
            }
        }

        void call(ScoredCase scored) {
            positivesOfCalled.add(scored.patient(), scored.positive());
            if (scored.positive()) {
                truePositives++;
                calledOfPositives.count(scored.patient());
                hitsOfEither.count(scored.patient());
            } else {
                falsePositives++;
                calledOfNegatives.count(scored.patient());
                hitsOfEither.add(scored.patient(), false);
            }
        }

        Point at(double threshold, Optional<Interval> ofNegativePredictions) {
            ConfusionMatrix matrix = new ConfusionMatrix(
                    /* trueNegatives= */ negatives - falsePositives,
                    falsePositives,
                    /* falseNegatives= */ positives - truePositives,
                    truePositives);
            return new Point(
                    threshold,
                    matrix.recall().with(calledOfPositives.interval(level)),
                    matrix.specificity().with(calledOfNegatives.interval(level).map(Sweep::mirrored)),
                    matrix.precision().with(positivesOfCalled.interval(level)),
                    matrix.negativePredictiveValue().with(ofNegativePredictions),
                    matrix.f1().with(ofF1()),
                    matrix.matthewsCorrelation());
        }

        private Optional<Interval> ofF1() {
            return hitsOfEither
                    .interval(level)
                    .map(share -> new Interval(f1(share.lower()), f1(share.upper()), share.level(), share.method()));
        }

        private static double f1(double jaccard) {
            return 2 * jaccard / (1 + jaccard);
        }

        private static Interval mirrored(Interval share) {
            return new Interval(1 - share.upper(), 1 - share.lower(), share.level(), share.method());
        }
    }
}
