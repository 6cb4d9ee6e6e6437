package org.foldwise.learning.metrics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The interval of an area under the ROC curve of exactly 0 or 1, where every resample and every estimate of variance says that
 * nothing is uncertain. It inverts a score test whose variance follows from the area supposed, as for exponential scores
 * (Hanley and McNeil 1982, The Meaning and Use of the Area under a ROC Curve), in the form of method 5 of Newcombe (2006,
 * Confidence Intervals for an Effect Size Measure Based on the Mann-Whitney Statistic, Part 2):
 *
 * <pre>{@code
 * |1 - a| = z sqrt(a (1 - a) (1 + ((m + n) / 2 - 1) ((1 - a) / (2 - a) + a / (1 + a))) / (m n))
 * }</pre>
 *
 * <p>The numbers m and n are those of positive and negative patients, not of images: the images of one patient may all be alike.
 */
final class SeparationInterval {
    /** What {@link Interval#method()} says of these intervals. */
    static final String METHOD = "patientMannWhitneyScore";

    /** What it says of those of an average precision of 1. */
    static final String METHOD_OF_PRECISION = "patientMannWhitneyScorePrecision";

    private static final int HALVINGS = 60;
    /** Of the integral's midpoint rule. */
    private static final int STEPS = 10_000;

    private SeparationInterval() {}

    /**
     * The interval.
     *
     * @param positivePatients with positive images, 1 or more
     * @param negativePatients with negative images, 1 or more
     * @param area 0 or 1
     */
    static Interval of(int positivePatients, int negativePatients, double area, double level) {
        if (area != 0 && area != 1) {
            throw new IllegalArgumentException("the area must be 0 or 1, was " + area);
        }
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - level) / 2);
        double tooLow = 0;
        double inside = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (tooLow + inside) / 2;
            if (1 - middle <= z * Math.sqrt(variance(middle, positivePatients, negativePatients))) {
                inside = middle;
            } else {
                tooLow = middle;
            }
        }
        return area == 1 ? new Interval(inside, 1, level, METHOD) : new Interval(0, 1 - inside, level, METHOD);
    }

    /**
     * The interval of an average precision of 1, which is where the area is 1 as well. Its lower end is the average precision that goes with
     * the lower end a of the area's, for the exponential scores that are supposed there, at the prevalence q of the cases: the false
     * positive rate at recall t is t^(a / (1 - a)), so that it is
     *
     * <pre>{@code
     * integral over t from 0 to 1 of  q t / (q t + (1 - q) t^(a / (1 - a)))
     * }</pre>
     *
     * @param positivePatients with positive images, 1 or more
     * @param negativePatients with negative images, 1 or more
     * @param prevalence share of positive cases, in (0, 1)
     */
    static Interval ofAveragePrecision(int positivePatients, int negativePatients, double prevalence, double level) {
        double area = of(positivePatients, negativePatients, 1, level).lower();
        // of equal powers of t: q / (q + (1 - q) t^(power - 1))
        double power = area / (1 - area) - 1;
        double sum = 0;
        for (int i = 0; i < STEPS; i++) {
            double recall = (i + 0.5) / STEPS;
            sum += prevalence / (prevalence + (1 - prevalence) * Math.pow(recall, power));
        }
        return new Interval(sum / STEPS, 1, level, METHOD_OF_PRECISION);
    }

    private static double variance(double area, double m, double n) {
        double pairs = (1 - area) / (2 - area) + area / (1 + area);
        return area * (1 - area) * (1 + ((m + n) / 2 - 1) * pairs) / (m * n);
    }
}
