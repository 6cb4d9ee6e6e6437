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
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.ScoredCase;

/**
 * Net benefit over threshold probabilities (Vickers and Elkin 2006, Decision Curve Analysis: A Novel Method for Evaluating
 * Prediction Models): TP / n - FP / n * t / (1 - t), where a case is called positive when its probability is at or above t.
 *
 * @param points in the order of the thresholds asked for
 */
public record DecisionCurve(List<Point> points) {
    /** What {@link Interval#method()} says of these intervals. */
    static final String METHOD = "patientClusteredWilsonCombined";

    /** Less is rounding of patients who all say the same. */
    private static final double SMALLEST = 1e-12;

    public DecisionCurve {
        points = List.copyOf(points);
    }

    /**
     * One threshold.
     *
     * @param threshold the probability from which on one would act, in [0, 1)
     * @param model net benefit of acting as the model says, at most the prevalence; its interval combines those of both shares, of true and of
     *     false positives among all images ({@link PatientProportion}), with the correlation that they have over patients (Zou and Donner 2008,
     *     Construction of Confidence Limits about Effect Measures: A General Approach); there is none where fewer than 2 patients show positives, or negatives
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
        int[] truePositivesOf = new int[patients];
        int[] falsePositivesOf = new int[patients];
        int[] imagesOf = new int[patients];
        int[] positivesOf = new int[patients];
        for (int i = 0; i < patientOf.length; i++) {
            ScoredCase scored = cases.get(i);
            int patient = patientOf[i];
            positives += scored.positive() ? 1 : 0;
            positivesOf[patient] += scored.positive() ? 1 : 0;
            imagesOf[patient]++;
            if (scored.probability() >= threshold) {
                truePositives += scored.positive() ? 1 : 0;
                falsePositives += scored.positive() ? 0 : 1;
                truePositivesOf[patient] += scored.positive() ? 1 : 0;
                falsePositivesOf[patient] += scored.positive() ? 0 : 1;
            }
        }
        double n = cases.size();
        double gain = truePositives / n;
        double harm = falsePositives / n;
        double model = gain - harm * odds;
        double prevalence = positives / n;
        double treatAll = prevalence - (1 - prevalence) * odds;
        Optional<Interval> interval = haveBothClasses(positivesOf, imagesOf)
                ? PatientProportion.interval(truePositivesOf, imagesOf, level)
                        .flatMap(ofGain -> PatientProportion.interval(falsePositivesOf, imagesOf, level)
                                .map(ofHarm -> combined(
                                        gain,
                                        ofGain,
                                        harm,
                                        ofHarm,
                                        odds,
                                        correlation(truePositivesOf, gain, falsePositivesOf, harm, imagesOf))))
                : Optional.empty();
        return new Point(
                threshold,
                Estimate.of(model).with(interval),
                treatAll,
                threshold == 0
                        ? Estimate.undefined("at threshold 0 everybody is treated")
                        : Estimate.of(100 * (model - treatAll) / odds));
    }

    /** Whether 2 patients have positives, and 2 negatives: of fewer nothing tells how another patient's would have been. */
    private static boolean haveBothClasses(int[] positivesOf, int[] imagesOf) {
        int withPositives = 0;
        int withNegatives = 0;
        for (int i = 0; i < imagesOf.length; i++) {
            withPositives += positivesOf[i] > 0 ? 1 : 0;
            withNegatives += positivesOf[i] < imagesOf[i] ? 1 : 0;
        }
        return withPositives >= 2 && withNegatives >= 2;
    }

    /** Of both shares over patients, in [-1, 1]: a patient with positives has fewer negatives to be wrong about. 0 where one does not vary. */
    private static double correlation(int[] gained, double gain, int[] harmed, double harm, int[] images) {
        double ofGains = 0;
        double ofHarms = 0;
        double ofBoth = 0;
        for (int i = 0; i < images.length; i++) {
            double ofGain = gained[i] - gain * images[i];
            double ofHarm = harmed[i] - harm * images[i];
            ofGains += ofGain * ofGain;
            ofHarms += ofHarm * ofHarm;
            ofBoth += ofGain * ofHarm;
        }
        double both = Math.sqrt(ofGains * ofHarms);
        return both <= SMALLEST ? 0 : Math.max(-1, Math.min(1, ofBoth / both));
    }

    private static Interval combined(
            double gain, Interval ofGain, double harm, Interval ofHarm, double odds, double correlation) {
        double benefit = gain - odds * harm;
        // a net benefit is never above 1
        return new Interval(
                benefit - distance(gain - ofGain.lower(), odds * (ofHarm.upper() - harm), correlation),
                Math.min(1, benefit + distance(ofGain.upper() - gain, odds * (harm - ofHarm.lower()), correlation)),
                ofGain.level(),
                METHOD);
    }

    private static double distance(double ofGain, double ofHarm, double correlation) {
        return Math.sqrt(Math.max(0, ofGain * ofGain + ofHarm * ofHarm - 2 * correlation * ofGain * ofHarm));
    }
}
