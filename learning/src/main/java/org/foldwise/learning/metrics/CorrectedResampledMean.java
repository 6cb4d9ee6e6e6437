package org.foldwise.learning.metrics;

import java.util.List;
import java.util.Optional;

/**
 * The interval of a figure's mean over the folds of a cross-validation, which share their training patients: that of the corrected
 * resampled t-test (Nadeau and Bengio 2003, Inference for the Generalization Error, Machine Learning 52:239-281). With J figures of
 * sample variance S the variance of their mean is taken as {@code (1/J + n2/n1) S}, where n2 images are held out and n1 are left to
 * learn from, on the mean over the folds, and the quantile is Student's with J - 1 degrees of freedom.
 */
public final class CorrectedResampledMean {
    /** What {@link Interval#method()} says of these intervals. */
    public static final String METHOD = "correctedResampledT";

    private static final double LEVEL = 0.95;
    /** Folds that differ by less agree but for rounding. */
    private static final double SMALLEST_SPREAD = 1e-12;

    private CorrectedResampledMean() {}

    /**
     * The interval, cut to [0, 1]; none for a single fold a repeat, which leaves nothing to learn from, and none without a spread.
     *
     * @param mean of the figure over the folds
     * @param standardDeviation its sample standard deviation, with n - 1 in the denominator
     * @param images that each fold held out, those of the first repeat first
     * @param perRepeat folds of a repeat
     */
    public static Optional<Interval> interval(
            Estimate mean, Estimate standardDeviation, List<Integer> images, int perRepeat) {
        Double centre = mean.value();
        Double spread = standardDeviation.value();
        if (centre == null || spread == null || spread < SMALLEST_SPREAD || perRepeat < 2) {
            return Optional.empty();
        }
        double ratio = 0;
        for (int first = 0; first < images.size(); first += perRepeat) {
            List<Integer> ofRepeat = images.subList(first, first + perRepeat);
            double all = ofRepeat.stream().mapToInt(Integer::intValue).sum();
            for (int heldOut : ofRepeat) {
                ratio += heldOut / (all - heldOut) / images.size();
            }
        }
        double standardError = spread * Math.sqrt(1.0 / images.size() + ratio);
        double reach = Quantiles.student(LEVEL, images.size() - 1.0) * standardError;
        return Optional.of(new Interval(Math.max(0, centre - reach), Math.min(1, centre + reach), LEVEL, METHOD));
    }
}
