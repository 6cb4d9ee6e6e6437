package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * A threshold and where it comes from. A case is called positive when its probability is at or above it.
 *
 * @param rule how it was found
 * @param threshold the threshold, in [0, 1]
 * @param reached what the rule looks for the best of, at that threshold and on the cases it was chosen on: F1, Youden's index, the
 *     specificity that a least sensitivity leaves, the sensitivity that a least specificity leaves, or the expected cost;
 *     undefined for a fixed threshold
 */
public record ThresholdChoice(ThresholdRule rule, double threshold, Estimate reached) {
    private static final int TABLE_STEPS = 20;
    private static final double EVEN = 0.5;

    public ThresholdChoice {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold must be in [0, 1], was " + threshold);
        }
    }

    /**
     * F1 at one threshold.
     *
     * @param threshold what scores as high is called positive
     * @param f1 undefined where nothing is positive, neither in truth nor by decision
     */
    public record F1At(double threshold, Estimate f1) {}

    /** A threshold that was given. */
    public static ThresholdChoice fixed(double threshold) {
        return new ThresholdChoice(
                new ThresholdRule.Fixed(threshold),
                threshold,
                Estimate.undefined("a fixed threshold maximises nothing"));
    }

    /**
     * One half, where a rule finds nothing to choose a threshold by.
     *
     * @param because why not, in words
     */
    public static ThresholdChoice even(String because) {
        return new ThresholdChoice(
                new ThresholdRule.Fixed(EVEN),
                EVEN,
                Estimate.undefined("no threshold could be chosen, and one half is taken: " + because));
    }

    /** F1 at the thresholds 0.05, 0.10, ..., 0.95. */
    public static List<F1At> f1ByThreshold(List<ScoredCase> cases) {
        List<F1At> table = new ArrayList<>();
        for (int i = 1; i < TABLE_STEPS; i++) {
            double threshold = (double) i / TABLE_STEPS;
            table.add(new F1At(threshold, ConfusionMatrix.at(threshold, cases).f1()));
        }
        return List.copyOf(table);
    }
}
