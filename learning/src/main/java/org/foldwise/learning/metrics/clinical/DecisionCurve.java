package org.foldwise.learning.metrics.clinical;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.Quantiles;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Net benefit over threshold probabilities (Vickers and Elkin 2006, Decision Curve Analysis: A Novel Method for Evaluating
 * Prediction Models): TP / n - FP / n * t / (1 - t), where a case is called positive when its probability is at or above t.
 *
 * @param points in the order of the thresholds asked for
 */
public record DecisionCurve(List<Point> points) {
    private static final String METHOD = "patientSandwich";
    /** A smaller standard error is rounding of patients who all say the same. */
    private static final double SMALLEST_ERROR = 1e-12;

    public DecisionCurve {
        points = List.copyOf(points);
    }

    /**
     * One threshold.
     *
     * @param threshold the probability from which on one would act, in [0, 1)
     * @param model net benefit of acting as the model says, at most the prevalence; its interval takes patients as clusters, and
     *     there is none where all patients say the same
     * @param treatAll net benefit of acting always
     * @param interventionsAvoided how many interventions fewer than acting always the model leads to in 100 cases without missing
     *     more positives: 100 (model - treatAll) (1 - t) / t; undefined at threshold 0
     */
    public record Point(double threshold, Estimate model, double treatAll, Estimate interventionsAvoided) {
        /** Net benefit of never acting. */
        public double treatNone() {
            return 0;
        }
    }

    /**
     * The curve. Takes a pass over the cases for each threshold.
     *
     * @param cases at least one
     * @param thresholds each in [0, 1)
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    public static DecisionCurve of(List<ScoredCase> cases, List<Double> thresholds, double level) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a decision curve needs cases, had none");
        }
        List<ScoredCase> ordered =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        int[] patientOf = new int[ordered.size()];
        Map<PatientId, Integer> indexOf = new HashMap<>();
        for (int i = 0; i < patientOf.length; i++) {
            Integer known = indexOf.putIfAbsent(ordered.get(i).patient(), indexOf.size());
            patientOf[i] = known == null ? indexOf.size() - 1 : known;
        }
        List<Point> points = new ArrayList<>();
        for (double threshold : thresholds) {
            points.add(point(ordered, patientOf, indexOf.size(), threshold, level));
        }
        return new DecisionCurve(points);
    }

    private static Point point(List<ScoredCase> cases, int[] patientOf, int patients, double threshold, double level) {
        if (!(threshold >= 0 && threshold < 1)) {
            throw new IllegalArgumentException("threshold must be in [0, 1), was " + threshold);
        }
        double odds = threshold / (1 - threshold);
        long positives = 0;
        long truePositives = 0;
        long falsePositives = 0;
        double[] benefitOf = new double[patients];
        int[] imagesOf = new int[patients];
        for (int i = 0; i < patientOf.length; i++) {
            ScoredCase scored = cases.get(i);
            positives += scored.positive() ? 1 : 0;
            imagesOf[patientOf[i]]++;
            if (scored.probability() >= threshold) {
                truePositives += scored.positive() ? 1 : 0;
                falsePositives += scored.positive() ? 0 : 1;
                benefitOf[patientOf[i]] += scored.positive() ? 1 : -odds;
            }
        }
        double n = cases.size();
        double model = truePositives / n - falsePositives / n * odds;
        double prevalence = positives / n;
        double treatAll = prevalence - (1 - prevalence) * odds;
        return new Point(
                threshold,
                Estimate.of(model).with(interval(model, benefitOf, imagesOf, n, level)),
                treatAll,
                threshold == 0
                        ? Estimate.undefined("at threshold 0 everybody is treated")
                        : Estimate.of(100 * (model - treatAll) / odds));
    }

    private static Optional<Interval> interval(
            double benefit, double[] benefitOf, int[] imagesOf, double images, double level) {
        int patients = benefitOf.length;
        double squares = 0;
        for (int i = 0; i < patients; i++) {
            double residual = benefitOf[i] - benefit * imagesOf[i];
            squares += residual * residual;
        }
        double error = Math.sqrt(patients / (patients - 1.0) * squares) / images;
        if (patients < 2 || error <= SMALLEST_ERROR) {
            return Optional.empty();
        }
        double half = Quantiles.student(level, patients - 1.0) * error;
        // a net benefit is never above 1
        return Optional.of(new Interval(benefit - half, Math.min(1, benefit + half), level, METHOD));
    }
}
