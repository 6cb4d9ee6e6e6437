package org.foldwise.learning.metrics.comparison;

import java.util.List;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.Quantiles;

/**
 * One figure over the folds of a cross-validation.
 *
 * @param values of each fold, one at least, finite
 */
public record FoldSummary(List<Double> values) {
    private static final String ONE_FOLD = "one fold has no spread";
    /** Figures of which the variance is smaller agree but for rounding. */
    private static final double SMALLEST_VARIANCE = 1e-24;

    public FoldSummary {
        values = List.copyOf(values);
        if (values.isEmpty() || !values.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("a summary needs finite values of folds, had " + values);
        }
    }

    /** The mean over the folds. */
    public double mean() {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.size();
    }

    /** The sample standard deviation, with n - 1 in the denominator; undefined for one fold. */
    public Estimate standardDeviation() {
        return values.size() < 2 ? Estimate.undefined(ONE_FOLD) : Estimate.of(Math.sqrt(variance()));
    }

    /**
     * The mean with Student's interval, as if the folds' figures were independent. They are not, as the folds share training
     * patients, so it is too narrow; {@link #corrected} allows for that. May leave the figure's range. No interval for one fold.
     */
    public Estimate student(double level) {
        return mean(1.0 / values.size(), level, "studentOverFolds");
    }

    /**
     * The mean with the interval of the corrected resampled t-test (Nadeau and Bengio 2003, Inference for the Generalization
     * Error): the variance of the mean is (1 / J + test / train) s^2 over J folds. May leave the figure's range.
     *
     * @param testToTrain held-out cases over training cases of a fold; 1 / (k - 1) in a k-fold cross-validation
     */
    public Estimate corrected(double level, double testToTrain) {
        return mean(1.0 / values.size() + testToTrain, level, "correctedStudentOverFolds");
    }

    private Estimate mean(double varianceShare, double level, String method) {
        if (values.size() < 2 || agree()) {
            return Estimate.of(mean());
        }
        double half = Quantiles.student(level, values.size() - 1.0) * Math.sqrt(varianceShare * variance());
        return new Estimate(mean(), new Interval(mean() - half, mean() + half, level, method), null);
    }

    /** Whether all are the same but for rounding. */
    boolean agree() {
        return variance() < SMALLEST_VARIANCE;
    }

    double variance() {
        double mean = mean();
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / (values.size() - 1);
    }
}
