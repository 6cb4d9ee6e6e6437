package org.foldwise.learning.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The area under a ROC curve with its variance, without resampling: over images (DeLong, DeLong and Clarke-Pearson 1988,
 * Comparing the Areas under Two or More Correlated Receiver Operating Characteristic Curves), or over patients with any number
 * of images of either class (Obuchowski 1997, Nonparametric Analysis of Clustered ROC Curve Data). Takes n log n steps.
 *
 * @param area in [0, 1]
 * @param variance 0 or more; 0 at perfect separation, where it says nothing
 * @param positives images, or patients who have positive ones
 * @param negatives images, or patients who have negative ones
 * @param jackknifeVariance as the variance, but allowing for what large patients hide of themselves ({@link PatientJackknife}); the
 *     same where all are of one size
 * @param degreesOfFreedom how well that is known, 1 or more: by Satterthwaite from the patients of both classes, and no more than one less
 *     than there are patients with the rarer class; NaN where it is 0
 */
public record DeLong(
        double area, double variance, int positives, int negatives, double jackknifeVariance, double degreesOfFreedom) {
    /** What {@link Interval#method()} says of the logit interval over patients. */
    public static final String CLUSTERED_LOGIT = "patientDeLongLogit";

    private static final String PLAIN = "deLong";
    private static final String CLIPPED = "deLongClipped";

    /**
     * Images as if they were independent: right where every patient has one image, too sure elsewhere.
     *
     * @throws IllegalArgumentException unless there are 2 positives and 2 negatives at least
     */
    public static DeLong ofImages(List<ScoredCase> cases) {
        return of(AreaComparison.of(List.of(ordered(cases)), ScoredCase::image));
    }

    /**
     * Images clustered by patient.
     *
     * @throws IllegalArgumentException unless 2 patients at least have positives and 2 have negatives
     */
    public static DeLong ofPatients(List<ScoredCase> cases) {
        return of(AreaComparison.of(List.of(ordered(cases)), ScoredCase::patient));
    }

    private static DeLong of(AreaComparison areas) {
        int positives = areas.clustersWithPositives();
        int negatives = areas.clustersWithNegatives();
        AreaComparison.Spread spread = areas.spread(0);
        return new DeLong(
                areas.area(0),
                Math.max(0, areas.covariance(0, 0)),
                positives,
                negatives,
                spread.variance(),
                Math.min(Math.min(positives, negatives) - 1.0, spread.degreesOfFreedom()));
    }

    /** The square root of the variance. */
    public double standardError() {
        return Math.sqrt(variance);
    }

    /** The area less and plus z standard errors. May leave [0, 1]; for comparison with other programs, not for reports. */
    public Interval plain(double level) {
        double half = Quantiles.normal(level) * standardError();
        return new Interval(area - half, area + half, level, PLAIN);
    }

    /** The plain interval cut at 0 and 1. */
    public Interval clipped(double level) {
        Interval plain = plain(level);
        return new Interval(Math.max(0, plain.lower()), Math.min(1, plain.upper()), level, CLIPPED);
    }

    /**
     * The interval that is symmetric on the scale of log(area / (1 - area)), and so never leaves (0, 1) (Pepe 2003, The Statistical
     * Evaluation of Medical Tests for Classification and Prediction, 5.2). None where the area is 0 or 1 or the variance 0, but for rounding.
     */
    public Optional<Interval> logit(double level) {
        return logit(level, Quantiles.normal(level), variance);
    }

    /** As {@link #logit(double)}, with the jackknife's variance and Student's distribution with its degrees of freedom. */
    public Optional<Interval> studentLogit(double level) {
        return jackknifeVariance > 0
                ? logit(level, Quantiles.student(level, degreesOfFreedom), jackknifeVariance)
                : Optional.empty();
    }

    /**
     * The interval that reports show: {@link #studentLogit(double)}, and where the area is exactly 0 or 1 that of a score test, which
     * is not narrowed by a variance of 0 (method 5 of Newcombe 2006). None where patients agree too well in between.
     */
    public Optional<Interval> patientInterval(double level) {
        return area == 0 || area == 1
                ? Optional.of(SeparationInterval.of(positives, negatives, area, level))
                : studentLogit(level);
    }

    private Optional<Interval> logit(double level, double quantile, double ofArea) {
        double error = Math.sqrt(ofArea);
        // where all patients say the same rounding leaves something
        if (area <= 0 || area >= 1 || error <= PatientBootstrap.ROUNDING) {
            return Optional.empty();
        }
        double centre = Math.log(area / (1 - area));
        double half = quantile * error / (area * (1 - area));
        return Optional.of(Interval.aroundLogit(centre, half, level, CLUSTERED_LOGIT));
    }

    /** A fixed order, so that sums round alike whatever the order given. */
    private static List<ScoredCase> ordered(List<ScoredCase> cases) {
        return cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
    }
}
