package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;

/**
 * The corrected resampled t-test of two recipes trained and scored on the same folds (Nadeau and Bengio 2003, Inference for the
 * Generalization Error). For r repetitions of k folds it is the corrected repeated k-fold test (Bouckaert and Frank 2004,
 * Evaluating the Replicability of Significance Tests for Comparing Learning Algorithms), with J = k r differences:
 *
 * <pre>{@code
 * t = mean(d) / sqrt((1 / J + test / train) s^2),  with J - 1 degrees of freedom
 * }</pre>
 *
 * @param difference mean of the first recipe's figures less the second's, with its interval, cut where figures can differ by no more
 * @param t undefined where all differences are the same
 * @param pValue two-sided; 1 where all differences are 0, undefined where they are another same number
 */
public record ResampledTTest(Estimate difference, Estimate t, Estimate pValue) {
    /** Smaller differences are rounding. */
    private static final double NO_DIFFERENCE = 1e-12;

    /**
     * The test.
     *
     * @param first the first recipe's figure of each fold, in [0, 1]
     * @param second the second recipe's, of the same folds
     * @param testToTrain held-out cases over training cases of a fold, above 0; 1 / (k - 1) for k folds
     * @param level nominal coverage of the interval, in (0, 1)
     */
    public static ResampledTTest of(List<Double> first, List<Double> second, double testToTrain, double level) {
        return of(first, second, testToTrain, level, 1);
    }

    /**
     * The test of figures of another range.
     *
     * @param widest what two figures differ by at most; infinite where there is no such number
     */
    static ResampledTTest of(List<Double> first, List<Double> second, double testToTrain, double level, double widest) {
        if (first.size() != second.size() || first.size() < 2) {
            throw new IllegalArgumentException("two recipes are compared over the same 2 folds or more, had "
                    + first.size() + " and " + second.size());
        }
        if (!(testToTrain > 0 && testToTrain < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("testToTrain must be above 0 and finite, was " + testToTrain);
        }
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            differences.add(first.get(i) - second.get(i));
        }
        FoldSummary summary = new FoldSummary(differences);
        double variance = summary.variance();
        Estimate difference = cut(summary.corrected(level, testToTrain), widest);
        if (summary.agree()) {
            Estimate undefined = Estimate.undefined("all folds differ by the same number");
            boolean isNone = Math.abs(summary.mean()) < NO_DIFFERENCE;
            return new ResampledTTest(difference, undefined, isNone ? Estimate.of(1) : undefined);
        }
        double t = summary.mean() / Math.sqrt((1.0 / differences.size() + testToTrain) * variance);
        double pValue = 2 * TDistribution.of(differences.size() - 1.0).survivalProbability(Math.abs(t));
        return new ResampledTTest(difference, Estimate.of(t), Estimate.of(pValue));
    }

    private static Estimate cut(Estimate difference, double widest) {
        return difference.with(Optional.ofNullable(difference.interval())
                .map(interval -> new Interval(
                        Math.max(-widest, interval.lower()),
                        Math.min(widest, interval.upper()),
                        interval.level(),
                        interval.method())));
    }
}
