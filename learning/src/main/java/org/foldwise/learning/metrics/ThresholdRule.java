package org.foldwise.learning.metrics;

import java.util.List;

/**
 * How the threshold of a decision is found. A case is called positive when its score is at or above the threshold; candidates
 * are the distinct scores of the cases looked at. Of equally good candidates the highest is taken; equality is exact, by
 * counts, not by rounded figures (costs are compared as they round).
 */
public sealed interface ThresholdRule {
    /**
     * Applies the rule. Validation or out-of-fold cases belong here, never those of the test subset.
     *
     * @throws IllegalArgumentException if the cases lack a class that the rule needs
     */
    ThresholdChoice choose(List<ScoredCase> cases);

    /** The candidate with the highest F1. Needs positives. */
    record MaximumF1() implements ThresholdRule {
        @Override
        public ThresholdChoice choose(List<ScoredCase> cases) {
            RankedScores ranked = RankedScores.of(cases);
            if (ranked.totalPositives() == 0) {
                throw new IllegalArgumentException("a threshold by F1 needs positive cases, had none");
            }
            ConfusionMatrix[] matrices = ranked.confusionMatrices();
            int best = 0;
            for (int rank = 1; rank < matrices.length; rank++) {
                // F1 = 2 TP / (positives + called positive), compared as fractions
                ConfusionMatrix other = matrices[rank];
                if (other.truePositives() * denominator(matrices[best])
                        > matrices[best].truePositives() * denominator(other)) {
                    best = rank;
                }
            }
            return new ThresholdChoice(this, ranked.score(best), matrices[best].f1());
        }

        private static long denominator(ConfusionMatrix matrix) {
            return matrix.positives() + matrix.truePositives() + matrix.falsePositives();
        }
    }

    /**
     * The candidate with the highest sum of recall and specificity less 1 (Youden 1950, Index for Rating Diagnostic Tests).
     * Needs both classes.
     */
    record Youden() implements ThresholdRule {
        @Override
        public ThresholdChoice choose(List<ScoredCase> cases) {
            RankedScores ranked = RankedScores.of(cases);
            long positives = ranked.totalPositives();
            long negatives = ranked.totalNegatives();
            if (positives == 0 || negatives == 0) {
                throw new IllegalArgumentException(
                        "a threshold by Youden's index needs positive and negative cases, had " + positives + " and "
                                + negatives);
            }
            ConfusionMatrix[] matrices = ranked.confusionMatrices();
            int best = 0;
            for (int rank = 1; rank < matrices.length; rank++) {
                if (index(matrices[rank]) > index(matrices[best])) {
                    best = rank;
                }
            }
            double reached = (double) index(matrices[best]) / ((double) positives * negatives);
            return new ThresholdChoice(this, ranked.score(best), Estimate.of(reached));
        }

        /** Youden's index times positives times negatives. */
        private static long index(ConfusionMatrix matrix) {
            return matrix.truePositives() * matrix.negatives() - matrix.falsePositives() * matrix.positives();
        }
    }

    /**
     * The highest candidate at which recall reaches a minimum, and so with the highest specificity that this allows. There
     * always is one. Needs both classes.
     *
     * @param minimum the recall on the cases looked at; on other cases it may well be lower; in (0, 1]
     */
    record SensitivityAtLeast(double minimum) implements ThresholdRule {
        public SensitivityAtLeast {
            requireShare(minimum);
        }

        @Override
        public ThresholdChoice choose(List<ScoredCase> cases) {
            RankedScores ranked = rankedBothClasses("sensitivity", cases);
            ConfusionMatrix[] matrices = ranked.confusionMatrices();
            int rank = 0;
            while ((double) matrices[rank].truePositives() / ranked.totalPositives() < minimum) {
                rank++;
            }
            return new ThresholdChoice(this, ranked.score(rank), matrices[rank].specificity());
        }
    }

    /**
     * The lowest candidate at which specificity reaches a minimum, and so with the highest recall that this allows. Where even
     * the highest score is called positive too often, the threshold lies just above it. Needs both classes.
     *
     * @param minimum the specificity on the cases looked at; on other cases it may well be lower; in (0, 1]
     */
    record SpecificityAtLeast(double minimum) implements ThresholdRule {
        public SpecificityAtLeast {
            requireShare(minimum);
        }

        @Override
        public ThresholdChoice choose(List<ScoredCase> cases) {
            RankedScores ranked = rankedBothClasses("specificity", cases);
            ConfusionMatrix[] matrices = ranked.confusionMatrices();
            int best = -1;
            while (best + 1 < matrices.length
                    && (double) matrices[best + 1].trueNegatives() / ranked.totalNegatives() >= minimum) {
                best++;
            }
            // among equally many found positives the highest threshold
            while (best > 0 && matrices[best - 1].truePositives() == matrices[best].truePositives()) {
                best--;
            }
            if (best >= 0) {
                return new ThresholdChoice(this, ranked.score(best), matrices[best].recall());
            }
            double highest = ranked.score(0);
            if (highest >= 1) {
                throw new IllegalArgumentException("no threshold in [0, 1] reaches a specificity of " + minimum
                        + ", as negative cases have a probability of 1");
            }
            return new ThresholdChoice(this, Math.nextUp(highest), Estimate.of(0));
        }
    }

    /**
     * The candidate with the lowest expected cost of wrong decisions at a prevalence, {@code prevalence * (1 - recall) *
     * falseNegativeCost + (1 - prevalence) * (1 - specificity) * falsePositiveCost} (Metz 1978, Basic Principles of ROC
     * Analysis). Calling nobody positive is a candidate as well: just above the highest score. Needs both classes.
     *
     * @param falseNegativeCost of missing a positive, above 0
     * @param falsePositiveCost of a false alarm, above 0, in the same unit
     * @param prevalence of positives where the threshold will be used, in (0, 1)
     */
    record Cost(double falseNegativeCost, double falsePositiveCost, double prevalence) implements ThresholdRule {
        public Cost {
            requirePositive("falseNegativeCost", falseNegativeCost);
            requirePositive("falsePositiveCost", falsePositiveCost);
            if (!(prevalence > 0 && prevalence < 1)) {
                throw new IllegalArgumentException("prevalence must be in (0, 1), was " + prevalence);
            }
        }

        @Override
        public ThresholdChoice choose(List<ScoredCase> cases) {
            RankedScores ranked = rankedBothClasses("cost", cases);
            double best = ranked.score(0) < 1 ? Math.nextUp(ranked.score(0)) : 1;
            double lowest = ranked.score(0) < 1 ? prevalence * falseNegativeCost : Double.POSITIVE_INFINITY;
            ConfusionMatrix[] matrices = ranked.confusionMatrices();
            for (int rank = 0; rank < matrices.length; rank++) {
                double cost = cost(matrices[rank]);
                if (cost < lowest) {
                    best = ranked.score(rank);
                    lowest = cost;
                }
            }
            return new ThresholdChoice(this, best, Estimate.of(lowest));
        }

        private double cost(ConfusionMatrix matrix) {
            double missed = (double) matrix.falseNegatives() / matrix.positives();
            double alarmed = (double) matrix.falsePositives() / matrix.negatives();
            return prevalence * missed * falseNegativeCost + (1 - prevalence) * alarmed * falsePositiveCost;
        }

        private static void requirePositive(String name, double cost) {
            if (!(cost > 0 && cost < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(name + " must be above 0 and finite, was " + cost);
            }
        }
    }

    /**
     * A threshold that is given, not chosen.
     *
     * @param value in [0, 1]
     */
    record Fixed(double value) implements ThresholdRule {
        public Fixed {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("value must be in [0, 1], was " + value);
            }
        }

        @Override
        public ThresholdChoice choose(List<ScoredCase> cases) {
            return ThresholdChoice.fixed(value);
        }
    }

    private static RankedScores rankedBothClasses(String rule, List<ScoredCase> cases) {
        RankedScores ranked = RankedScores.of(cases);
        if (ranked.totalPositives() == 0 || ranked.totalNegatives() == 0) {
            throw new IllegalArgumentException("a threshold by " + rule + " needs positive and negative cases, had "
                    + ranked.totalPositives() + " and " + ranked.totalNegatives());
        }
        return ranked;
    }

    private static void requireShare(double minimum) {
        if (!(minimum > 0 && minimum <= 1)) {
            throw new IllegalArgumentException("minimum must be in (0, 1], was " + minimum);
        }
    }
}
