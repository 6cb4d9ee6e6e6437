package org.foldwise.learning.metrics;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How precisely an area under the ROC curve will be known, told before anybody has been scored.
 *
 * <p>The variance is that of Hanley and McNeil (1982, The meaning and use of the area under a receiver operating characteristic
 * curve, Radiology 143:29-36) for assumed areas of scores that are exponentially distributed:
 * {@code (A(1-A) + (m-1)(Q1-A^2) + (n-1)(Q2-A^2)) / (m n)} with {@code Q1 = A/(2-A)} and {@code Q2 = 2A^2/(1+A)} for m positive
 * and n negative cases. Several images of one patient tell less than as many patients: m and n are numbers of images divided by a
 * design effect, as in Obuchowski (1997, Nonparametric analysis of clustered ROC curve data, Biometrics 53:567-578), here that of
 * Kish (1965, Survey Sampling) for clusters of unequal size and an assumed correlation. What patients with images of both classes
 * have in common is left out.
 *
 * <p>The interval is that of {@link DeLong#studentLogit}: on the logit scale, so that it stays within [0, 1], and by Student's distribution
 * with the degrees of freedom that a report will have. Positives have (n-1)(Q2-A^2) of the variance, negatives (m-1)(Q1-A^2), and what is
 * left over is halved between them. As reports do, it tells none where one kind is of fewer than 2 patients: one patient cannot vary.
 *
 * @param area the assumed area, in (0.5, 1)
 * @param standardError of the area that will be estimated
 * @param interval the 95 % interval that is to be expected; absent where there will be none
 */
public record ExpectedArea(double area, double standardError, @Nullable Interval interval) {
    /** The correlation of the scores of one patient's images where nothing is known of it: half way between none and all. */
    public static final double USUAL_CORRELATION = 0.5;

    private static final double LEVEL = 0.95;
    private static final int FEWEST_PATIENTS = 2;

    /**
     * What is to be expected of so many cases.
     *
     * @param area the assumed area, in (0.5, 1)
     * @param positives one or more; an effective number below 1 counts as 1
     * @param negatives likewise
     */
    public static ExpectedArea of(double area, PlannedCases positives, PlannedCases negatives) {
        if (!(area > 0.5 && area < 1)) {
            throw new IllegalArgumentException("area must be in (0.5, 1), was " + area);
        }
        if (!(positives.images() > 0 && negatives.images() > 0)) {
            throw new IllegalArgumentException("cases of both classes are needed, were " + positives.images()
                    + " positive and " + negatives.images() + " negative");
        }
        double m = Math.max(1, positives.effectiveImages());
        double n = Math.max(1, negatives.effectiveImages());
        double square = area * area;
        double ofPairs = area * (1 - area) / 2;
        double ofPositives = (ofPairs + (n - 1) * (2 * square / (1 + area) - square)) / (m * n);
        double ofNegatives = (ofPairs + (m - 1) * (area / (2 - area) - square)) / (m * n);
        double standardError = Math.sqrt(ofPositives + ofNegatives);
        int rarer = Math.min(positives.patients(), negatives.patients());
        if (rarer < FEWEST_PATIENTS) {
            return new ExpectedArea(area, standardError, null);
        }
        double degreesOfFreedom = Math.min(
                rarer - 1.0,
                PatientJackknife.degreesOfFreedom(
                        ofPositives, positives.degreesOfFreedom(), ofNegatives, negatives.degreesOfFreedom()));
        double logit = Math.log(area / (1 - area));
        double reach = Quantiles.student(LEVEL, degreesOfFreedom) * standardError / (area * (1 - area));
        return new ExpectedArea(
                area,
                standardError,
                new Interval(logistic(logit - reach), logistic(logit + reach), LEVEL, DeLong.CLUSTERED_LOGIT));
    }

    /** Length of the interval; that of all areas, 1, where there is none. */
    public double width() {
        return Optional.ofNullable(interval)
                .map(known -> known.upper() - known.lower())
                .orElse(1.0);
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
