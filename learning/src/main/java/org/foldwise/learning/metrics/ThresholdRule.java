package org.foldwise.learning.metrics;

import java.util.List;

/**
 * How the threshold of a decision is found. A case is called positive when its score is at or above the threshold; candidates
 * are the distinct scores of the cases looked at. Of equally good candidates the highest is taken; equality is exact, by
 * counts, not by rounded figures.
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
}
