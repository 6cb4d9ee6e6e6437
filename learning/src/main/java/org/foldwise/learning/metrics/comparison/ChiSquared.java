package org.foldwise.learning.metrics.comparison;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.foldwise.learning.metrics.Estimate;

/**
 * A statistic that has a chi-squared distribution with one degree of freedom where two models are equally good.
 *
 * @param statistic 0 or more
 * @param pValue the probability of such a statistic or a larger one
 */
public record ChiSquared(Estimate statistic, Estimate pValue) {
    static ChiSquared of(double statistic) {
        return new ChiSquared(
                Estimate.of(statistic), Estimate.of(ChiSquaredDistribution.of(1).survivalProbability(statistic)));
    }

    static ChiSquared undefined(String reason) {
        return new ChiSquared(Estimate.undefined(reason), Estimate.undefined(reason));
    }
}
