package org.foldwise.learning.metrics;

import java.util.Collection;

/**
 * How precisely an area under the ROC curve will be known, told before anybody has been scored.
 *
 * <p>The variance is that of Hanley and McNeil (1982, The meaning and use of the area under a receiver operating characteristic
 * curve, Radiology 143:29-36) for assumed areas of scores that are exponentially distributed:
 * {@code (A(1-A) + (m-1)(Q1-A^2) + (n-1)(Q2-A^2)) / (m n)} with {@code Q1 = A/(2-A)} and {@code Q2 = 2A^2/(1+A)} for m positive
 * and n negative cases. Several images of one patient tell less than as many patients: m and n are numbers of images divided by a
 * design effect, as in Obuchowski (1997, Nonparametric analysis of clustered ROC curve data, Biometrics 53:567-578), here that of
 * Kish (1965, Survey Sampling) for clusters of unequal size and an assumed correlation. What patients with images of both classes
 * have in common is left out. The interval is computed on the logit scale, so that it stays within [0, 1].
 *
 * @param area the assumed area, in (0.5, 1)
 * @param standardError of the area that will be estimated
 * @param lower lower end of the 95 % interval that is to be expected
 * @param upper its upper end
 */
public record ExpectedArea(double area, double standardError, double lower, double upper) {
    /** The correlation of the scores of one patient's images where nothing is known of it: half way between none and all. */
    public static final double USUAL_CORRELATION = 0.5;

    private static final double LEVEL = 0.95;

    /**
     * What is to be expected of so many cases.
     *
     * @param area the assumed area, in (0.5, 1)
     * @param positives effective number of positive cases, above 0; below 1 counts as 1
     * @param negatives effective number of negative cases, above 0; below 1 counts as 1
     */
    public static ExpectedArea of(double area, double positives, double negatives) {
        if (!(area > 0.5 && area < 1)) {
            throw new IllegalArgumentException("area must be in (0.5, 1), was " + area);
        }
        if (!(positives > 0 && negatives > 0)) {
            throw new IllegalArgumentException(
                    "cases of both classes are needed, were " + positives + " positive and " + negatives + " negative");
        }
        double m = Math.max(1, positives);
        double n = Math.max(1, negatives);
        double square = area * area;
        double variance = (area * (1 - area)
                        + (m - 1) * (area / (2 - area) - square)
                        + (n - 1) * (2 * square / (1 + area) - square))
                / (m * n);
        double standardError = Math.sqrt(variance);
        double logit = Math.log(area / (1 - area));
        double reach = Quantiles.normal(LEVEL) * standardError / (area * (1 - area));
        return new ExpectedArea(area, standardError, logistic(logit - reach), logistic(logit + reach));
    }

    /** Length of the interval. */
    public double width() {
        return upper - lower;
    }

    /**
     * How many single images of different patients tell as much as these images do: their number divided by
     * {@code 1 + (sum of squares / sum - 1) * correlation}.
     *
     * @param imagesPerPatient number of images of each patient, each 1 or more
     * @param correlation of the scores of one patient's images, in [0, 1]
     */
    public static double effectiveImages(Collection<Integer> imagesPerPatient, double correlation) {
        if (!(correlation >= 0 && correlation <= 1)) {
            throw new IllegalArgumentException("correlation must be in [0, 1], was " + correlation);
        }
        double sum = 0;
        double squares = 0;
        for (int images : imagesPerPatient) {
            sum += images;
            squares += (double) images * images;
        }
        return sum == 0 ? 0 : sum / (1 + (squares / sum - 1) * correlation);
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
