package org.foldwise.learning.metrics;

import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The difference of two models' areas under the ROC curve on the same images, over images (DeLong, DeLong and Clarke-Pearson
 * 1988) or over patients (Obuchowski 1997). Over images it is held against the normal distribution, as others do; over patients, of whom
 * there are fewer, against Student's with the degrees of freedom of {@link MeanAreas}.
 *
 * @param one the first model's area
 * @param other the second model's area
 * @param varianceOfOne its variance
 * @param varianceOfOther its variance
 * @param covariance of the two areas
 * @param degreesOfFreedom of Student's distribution, above 0, infinite for the normal one; NaN where the difference does not vary
 * @param overPatients whether patients were the clusters; otherwise each image was its own
 */
public record PairedDeLong(
        double one,
        double other,
        double varianceOfOne,
        double varianceOfOther,
        double covariance,
        double degreesOfFreedom,
        boolean overPatients) {
    /** A smaller variance of the difference is rounding. */
    private static final double SMALLEST_VARIANCE = 1e-18;

    /** A smaller difference is rounding. */
    private static final double SMALLEST_DIFFERENCE = 1e-12;

    private static final String SAME_ORDER = "both models order the images alike";
    private static final String NO_SPREAD =
            "the difference does not vary between what was sampled, so that no test can say how sure it is";

    /** Each image as its own cluster. */
    public static PairedDeLong ofImages(List<ScoredCase> one, List<ScoredCase> other) {
        AreaComparison areas = AreaComparison.of(AreaComparison.paired(one, other), ScoredCase::image);
        return of(areas, Double.POSITIVE_INFINITY, false);
    }

    /** Images clustered by patient. */
    public static PairedDeLong ofPatients(List<ScoredCase> one, List<ScoredCase> other) {
        List<List<ScoredCase>> paired = AreaComparison.paired(one, other);
        AreaComparison areas = AreaComparison.of(paired, ScoredCase::patient);
        double degreesOfFreedom = MeanAreas.difference(List.of(paired.get(0)), List.of(paired.get(1)))
                .map(MeanAreas::degreesOfFreedom)
                .orElse(Double.NaN);
        return of(areas, degreesOfFreedom, true);
    }

    private static PairedDeLong of(AreaComparison areas, double degreesOfFreedom, boolean overPatients) {
        return new PairedDeLong(
                areas.area(0),
                areas.area(1),
                areas.covariance(0, 0),
                areas.covariance(1, 1),
                areas.covariance(0, 1),
                degreesOfFreedom,
                overPatients);
    }

    /** The first model's area less the second's, in [-1, 1]. */
    public double difference() {
        return one - other;
    }

    /** The variance of the difference, 0 or more. */
    public double varianceOfDifference() {
        return Math.max(0, varianceOfOne + varianceOfOther - 2 * covariance);
    }

    /** The difference with its interval, cut at -1 and 1; no interval where it does not vary. */
    public Estimate difference(double level) {
        if (!varies()) {
            return Estimate.of(difference());
        }
        double quantile = overPatients ? Quantiles.student(level, degreesOfFreedom) : Quantiles.normal(level);
        double half = quantile * Math.sqrt(varianceOfDifference());
        return new Estimate(
                difference(),
                new Interval(
                        Math.max(-1, difference() - half),
                        Math.min(1, difference() + half),
                        level,
                        overPatients ? "patientPairedDeLong" : "pairedDeLong"),
                null);
    }

    /** The difference over its standard error; undefined where it does not vary. */
    public Estimate z() {
        return !varies()
                ? Estimate.undefined(isNone() ? SAME_ORDER : NO_SPREAD)
                : Estimate.of(difference() / Math.sqrt(varianceOfDifference()));
    }

    /**
     * The two-sided probability of such a difference between equally good models; 1 where both order the images alike. Undefined where
     * the areas differ without varying, as a perfect model's and that of one which gives all images the same score.
     */
    public Estimate pValue() {
        if (!varies()) {
            return isNone() ? Estimate.of(1) : Estimate.undefined(NO_SPREAD);
        }
        double distance = Math.abs(z().valueOr(0));
        return Estimate.of(2
                * (overPatients
                        ? TDistribution.of(degreesOfFreedom).survivalProbability(distance)
                        : NormalDistribution.of(0, 1).survivalProbability(distance)));
    }

    private boolean varies() {
        return varianceOfDifference() >= SMALLEST_VARIANCE;
    }

    private boolean isNone() {
        return Math.abs(difference()) < SMALLEST_DIFFERENCE;
    }
}
