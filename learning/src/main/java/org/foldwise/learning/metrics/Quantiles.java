package org.foldwise.learning.metrics;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Quantiles to full precision. Commons Statistics inverts some distributions by bracketing to about 1e-10; Newton's method on
 * the distribution function does the rest.
 */
public final class Quantiles {
    private static final int STEPS = 4;

    private Quantiles() {}

    /**
     * The quantile of the standard normal distribution, such as 1.96 for a level of 0.95.
     *
     * @param level the probability between the quantile and its negative, in (0, 1)
     */
    public static double normal(double level) {
        return NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - level) / 2);
    }

    /**
     * The quantile of Student's distribution.
     *
     * @param level the probability between the quantile and its negative, in (0, 1)
     * @param degreesOfFreedom above 0
     */
    public static double student(double level, double degreesOfFreedom) {
        return refined(TDistribution.of(degreesOfFreedom), (1 + level) / 2);
    }

    /** The quantile of the beta distribution for a probability in (0, 1). */
    public static double beta(double probability, double alpha, double beta) {
        return refined(BetaDistribution.of(alpha, beta), probability);
    }

    /**
     * The quantile of a sample, by linear interpolation at position (n - 1) q as NumPy's default, from the nearer neighbour: a case that is
     * itself an edge stays on its side of it.
     *
     * @param rising at least one number, sorted
     * @param q in [0, 1]
     */
    public static double ofSorted(double[] rising, double q) {
        double position = (rising.length - 1) * q;
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, rising.length - 1);
        double share = position - below;
        double step = rising[above] - rising[below];
        return share < 0.5 ? rising[below] + step * share : rising[above] - step * (1 - share);
    }

    private static double refined(ContinuousDistribution distribution, double probability) {
        double quantile = distribution.inverseCumulativeProbability(probability);
        for (int i = 0; i < STEPS; i++) {
            double density = distribution.density(quantile);
            double next = quantile - (distribution.cumulativeProbability(quantile) - probability) / density;
            if (!(next > distribution.getSupportLowerBound() && next < distribution.getSupportUpperBound())) {
                break;
            }
            quantile = next;
        }
        return quantile;
    }
}
