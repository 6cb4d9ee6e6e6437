package org.foldwise.learning.metrics.comparison;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.foldwise.learning.metrics.Estimate;

/**
 * McNemar's test of whether two models are right equally often on the same independent cases (McNemar 1947, Note on the Sampling
 * Error of the Difference Between Correlated Proportions or Percentages). For several images of a patient see {@link
 * ClusteredMcNemar}. All p values are two-sided.
 *
 * @param onlyFirst cases that only the first model gets right
 * @param onlySecond cases that only the second model gets right
 */
public record McNemar(int onlyFirst, int onlySecond) {
    private static final String AGREE = "both models are right on the same cases";

    public McNemar {
        if (onlyFirst < 0 || onlySecond < 0) {
            throw new IllegalArgumentException("counts must be 0 or more, were " + onlyFirst + ", " + onlySecond);
        }
    }

    /** By the binomial distribution; 1 where the models never disagree. Rejects less often than promised. */
    public double exactPValue() {
        return disagreements() == 0
                ? 1
                : Math.min(1, 2 * binomial().cumulativeProbability(Math.min(onlyFirst, onlySecond)));
    }

    /**
     * The exact p value less half of the probability of what was seen on either side (Fagerland, Lydersen and Laake 2013, The
     * McNemar Test for Binary Matched-Pairs Data: Mid-p and Asymptotic Are Better than Exact Conditional). Undefined where the
     * models never disagree.
     */
    public Estimate midPValue() {
        if (disagreements() == 0) {
            return Estimate.undefined(AGREE);
        }
        return Estimate.of(exactPValue() - binomial().probability(Math.min(onlyFirst, onlySecond)));
    }

    /** (b - c)^2 / (b + c), chi-squared with one degree of freedom; undefined where the models never disagree. */
    public ChiSquared chiSquared() {
        return chiSquared(Math.abs(onlyFirst - onlySecond));
    }

    /** (|b - c| - 1)^2 / (b + c) (Edwards 1948), not below 0; undefined where the models never disagree. */
    public ChiSquared continuityCorrected() {
        return chiSquared(Math.max(0, Math.abs(onlyFirst - onlySecond) - 1.0));
    }

    private ChiSquared chiSquared(double difference) {
        return disagreements() == 0
                ? ChiSquared.undefined(AGREE)
                : ChiSquared.of(difference * difference / disagreements());
    }

    private BinomialDistribution binomial() {
        return BinomialDistribution.of(disagreements(), 0.5);
    }

    private int disagreements() {
        return Math.addExact(onlyFirst, onlySecond);
    }
}
