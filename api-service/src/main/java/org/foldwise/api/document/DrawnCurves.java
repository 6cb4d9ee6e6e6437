package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.foldwise.document.Layer;
import org.foldwise.document.Layer.Curve;
import org.foldwise.document.Layer.Mark;
import org.foldwise.document.Layer.Point;
import org.foldwise.document.Layer.Region;
import org.foldwise.document.Layer.Stroke;
import org.foldwise.document.Layer.Upright;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ClassCurves;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdCurve;
import org.jspecify.annotations.Nullable;

/** The curves of one class against everything else as points to be drawn, with what their shades join. */
final class DrawnCurves {
    private static final int MOST_INTERVALS = 200;

    private final List<ScoredCase> cases;
    private final ClassCurves curves;
    private final double level;
    private final int mostDrawn;

    /**
     * Curves to be drawn.
     *
     * @param cases what they were computed from
     * @param level nominal coverage of the intervals
     * @param mostDrawn most points of a curve
     */
    DrawnCurves(List<ScoredCase> cases, ClassCurves curves, double level, int mostDrawn) {
        this.cases = cases;
        this.curves = curves;
        this.level = level;
        this.mostDrawn = mostDrawn;
    }

    /**
     * A bin of the reliability diagram.
     *
     * @param patients whose images it holds
     * @param share observed in it, with its interval
     */
    record Bin(Calibration.Bin stored, int patients, Estimate share) {
        Mark mark() {
            Interval interval = share.interval();
            return new Mark(
                    new Point(stored.meanProbability(), stored.positiveShare()),
                    interval == null ? null : interval.lower(),
                    interval == null ? null : interval.upper());
        }
    }

    List<Point> roc() {
        return thinned(curves.rocCurve(), mostDrawn).stream()
                .map(point -> new Point(point.falsePositiveRate(), point.truePositiveRate()))
                .toList();
    }

    /** The envelope of the rectangles that the two intervals span at each threshold. */
    List<Point> rocRegion() {
        List<Point> upper = new ArrayList<>();
        List<Point> lower = new ArrayList<>();
        double highest = 0;
        for (ThresholdCurve.Point point : curveAt(thresholds(curves.rocCurve(), RocCurve.Point::threshold))) {
            Interval recall = point.recall().interval();
            Interval specificity = point.specificity().interval();
            if (recall != null && specificity != null) {
                highest = Math.max(highest, recall.upper());
                upper.add(new Point(1 - specificity.upper(), highest));
                lower.add(new Point(1 - specificity.lower(), recall.lower()));
            }
        }
        Collections.reverse(lower);
        double lowest = 1;
        List<Point> outline = new ArrayList<>(upper);
        if (!upper.isEmpty()) {
            outline.add(new Point(1, 1));
        }
        for (Point point : lower) {
            lowest = Math.min(lowest, point.y());
            outline.add(new Point(point.x(), lowest));
        }
        if (!upper.isEmpty()) {
            outline.add(new Point(0, 0));
        }
        return outline;
    }

    List<Point> precisionRecall() {
        return thinned(curves.precisionRecallCurve(), mostDrawn).stream()
                .map(point -> new Point(point.recall(), point.precision()))
                .toList();
    }

    /** What lies between the ends of the intervals of precision. */
    List<Point> precisionRegion() {
        List<Point> upper = new ArrayList<>();
        List<Point> lower = new ArrayList<>();
        for (ThresholdCurve.Point point :
                curveAt(thresholds(curves.precisionRecallCurve(), PrecisionRecallCurve.Point::threshold))) {
            Interval precision = point.precision().interval();
            Double recall = point.recall().value();
            if (precision != null && recall != null) {
                upper.add(new Point(recall, precision.upper()));
                lower.add(new Point(recall, precision.lower()));
            }
        }
        return between(upper, lower);
    }

    /** The bins that hold images, in rising order. */
    List<Bin> bins() {
        List<Bin> bins = new ArrayList<>();
        for (Calibration.Bin bin : curves.calibrationBins()) {
            boolean isFirst = bins.isEmpty();
            PatientProportion share = PatientProportion.among(
                    cases.stream()
                            .filter(scored -> (isFirst || scored.probability() > bin.lower())
                                    && scored.probability() <= bin.upper())
                            .toList(),
                    ScoredCase::patient,
                    ScoredCase::positive);
            bins.add(new Bin(
                    bin, share.patients(), Estimate.of(bin.positiveShare()).with(share.interval(level))));
        }
        return bins;
    }

    private List<ThresholdCurve.Point> curveAt(List<Double> thresholds) {
        return ThresholdCurve.of(cases, thresholds, level).points();
    }

    private static <T> List<Double> thresholds(List<T> points, Function<T, @Nullable Double> thresholdOf) {
        List<Double> thresholds = new ArrayList<>();
        for (T point : thinned(points, MOST_INTERVALS)) {
            Double threshold = thresholdOf.apply(point);
            if (threshold != null) {
                thresholds.add(threshold);
            }
        }
        return thresholds;
    }

    /** A mark at two rates, with the interval of the second; none where one of them is undefined. */
    static List<Mark> mark(@Nullable Double x, Estimate y) {
        Double value = y.value();
        if (x == null || value == null) {
            return List.of();
        }
        Interval interval = y.interval();
        return List.of(new Mark(
                new Point(x, value),
                interval == null ? null : interval.lower(),
                interval == null ? null : interval.upper()));
    }

    /**
     * How much is called rightly, over thresholds, with the intervals of both rates.
     *
     * @param used the threshold that is
     */
    static List<Layer> ratesOverThresholds(List<ThresholdCurve.Point> points, Upright used) {
        return List.of(
                band("interval of sensitivity, pointwise", Stroke.SOLID, points, ThresholdCurve.Point::recall),
                band("interval of specificity, pointwise", Stroke.DASHED, points, ThresholdCurve.Point::specificity),
                new Curve("sensitivity", Stroke.SOLID, defined(points, ThresholdCurve.Point::recall)),
                new Curve("specificity", Stroke.DASHED, defined(points, ThresholdCurve.Point::specificity)),
                new Curve("F1", Stroke.DOTTED, defined(points, ThresholdCurve.Point::f1)),
                used);
    }

    /**
     * How far calls can be relied upon, over thresholds, with the intervals of both predictive values.
     *
     * @param used the threshold that is
     */
    static List<Layer> valuesOverThresholds(List<ThresholdCurve.Point> points, Upright used) {
        return List.of(
                band("interval of positive predictive value", Stroke.SOLID, points, ThresholdCurve.Point::precision),
                band(
                        "interval of negative predictive value",
                        Stroke.DASHED,
                        points,
                        ThresholdCurve.Point::negativePredictiveValue),
                new Curve("positive predictive value", Stroke.SOLID, defined(points, ThresholdCurve.Point::precision)),
                new Curve(
                        "negative predictive value",
                        Stroke.DASHED,
                        defined(points, ThresholdCurve.Point::negativePredictiveValue)),
                new Curve(
                        "Matthews correlation",
                        Stroke.DOTTED,
                        defined(points, ThresholdCurve.Point::matthewsCorrelation)),
                used);
    }

    /** What lies between the ends of a figure's intervals, where it has them, edged as the figure's curve is stroked. */
    private static Region band(
            String name,
            Stroke edge,
            List<ThresholdCurve.Point> points,
            Function<ThresholdCurve.Point, Estimate> figure) {
        List<Point> upper = new ArrayList<>();
        List<Point> lower = new ArrayList<>();
        for (ThresholdCurve.Point point : points) {
            Interval interval = figure.apply(point).interval();
            if (interval != null) {
                upper.add(new Point(point.threshold(), interval.upper()));
                lower.add(new Point(point.threshold(), interval.lower()));
            }
        }
        return new Region(name, edge, between(upper, lower));
    }

    /** A figure over thresholds, where it is defined. */
    private static List<Point> defined(
            List<ThresholdCurve.Point> points, Function<ThresholdCurve.Point, Estimate> figure) {
        List<Point> defined = new ArrayList<>();
        for (ThresholdCurve.Point point : points) {
            Double value = figure.apply(point).value();
            if (value != null) {
                defined.add(new Point(point.threshold(), value));
            }
        }
        return defined;
    }

    static @Nullable Double complement(@Nullable Double share) {
        return share == null ? null : 1 - share;
    }

    /** The outline of what lies between two lines. */
    static List<Point> between(List<Point> upper, List<Point> lower) {
        List<Point> outline = new ArrayList<>(upper);
        List<Point> back = new ArrayList<>(lower);
        Collections.reverse(back);
        outline.addAll(back);
        return outline;
    }

    /** At most that many of the points, evenly chosen, the first and the last among them. */
    static <T> List<T> thinned(List<T> points, int most) {
        if (points.size() <= most) {
            return points;
        }
        List<T> chosen = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            chosen.add(points.get((int) ((long) i * (points.size() - 1) / (most - 1))));
        }
        return chosen;
    }
}
