package org.foldwise.learning.metrics;

import java.util.List;
import java.util.function.Predicate;

/**
 * How decisions and truth go together. Every figure is undefined where its denominator is 0; scikit-learn puts 0 there and
 * warns.
 *
 * @param trueNegatives negatives called negative
 * @param falsePositives negatives called positive
 * @param falseNegatives positives called negative
 * @param truePositives positives called positive
 */
public record ConfusionMatrix(long trueNegatives, long falsePositives, long falseNegatives, long truePositives) {
    private static final String NO_CASES = "there are no cases";
    private static final String NO_POSITIVES = "there are no positive cases";
    private static final String NO_NEGATIVES = "there are no negative cases";
    private static final String NONE_CALLED_POSITIVE = "no case is called positive";
    private static final String NOTHING_POSITIVE = "no case is positive nor called positive";
    private static final String NONE_CALLED_NEGATIVE = "no case is called negative";

    public ConfusionMatrix {
        if (trueNegatives < 0 || falsePositives < 0 || falseNegatives < 0 || truePositives < 0) {
            throw new IllegalArgumentException("counts must be 0 or more, were " + trueNegatives + ", " + falsePositives
                    + ", " + falseNegatives + ", " + truePositives);
        }
    }

    /** The matrix of calling positive what scores at or above {@code threshold}. */
    public static ConfusionMatrix at(double threshold, List<ScoredCase> cases) {
        return of(cases, scored -> scored.probability() >= threshold);
    }

    /** The matrix of calling positive what {@code called} says. */
    public static ConfusionMatrix of(List<ScoredCase> cases, Predicate<ScoredCase> called) {
        long[] counts = new long[4];
        for (ScoredCase scored : cases) {
            counts[(scored.positive() ? 2 : 0) + (called.test(scored) ? 1 : 0)]++;
        }
        return new ConfusionMatrix(counts[0], counts[1], counts[2], counts[3]);
    }

    /** The same decisions with the negative class in the place of the positive one. */
    public ConfusionMatrix mirrored() {
        return new ConfusionMatrix(
                /* trueNegatives= */ truePositives,
                /* falsePositives= */ falseNegatives,
                /* falseNegatives= */ falsePositives,
                /* truePositives= */ trueNegatives);
    }

    /** All cases. */
    public long cases() {
        return positives() + negatives();
    }

    /** Cases that are positive in truth. */
    public long positives() {
        return truePositives + falseNegatives;
    }

    /** Cases that are negative in truth. */
    public long negatives() {
        return trueNegatives + falsePositives;
    }

    /** The share of right decisions. */
    public Estimate accuracy() {
        return ratio(truePositives + trueNegatives, cases(), NO_CASES);
    }

    /** The mean of recall and specificity; undefined unless both classes are present. */
    public Estimate balancedAccuracy() {
        if (positives() == 0) {
            return Estimate.undefined(NO_POSITIVES);
        }
        if (negatives() == 0) {
            return Estimate.undefined(NO_NEGATIVES);
        }
        return Estimate.of(((double) truePositives / positives() + (double) trueNegatives / negatives()) / 2);
    }

    /** The share of true ones among those called positive; also positive predictive value. */
    public Estimate precision() {
        return ratio(truePositives, truePositives + falsePositives, NONE_CALLED_POSITIVE);
    }

    /** The share of the positives that are called positive; also sensitivity. */
    public Estimate recall() {
        return ratio(truePositives, positives(), NO_POSITIVES);
    }

    /** The share of the negatives that are called negative. */
    public Estimate specificity() {
        return ratio(trueNegatives, negatives(), NO_NEGATIVES);
    }

    /** The share of true ones among those called negative. */
    public Estimate negativePredictiveValue() {
        return ratio(trueNegatives, trueNegatives + falseNegatives, NONE_CALLED_NEGATIVE);
    }

    /**
     * 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall; 0 where no positive is found. Undefined only where
     * nothing is positive, neither in truth nor by decision.
     */
    public Estimate f1() {
        return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives, NOTHING_POSITIVE);
    }

    /**
     * The F measure (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP), in which recall weighs b times as much as precision (van
     * Rijsbergen 1979, Information Retrieval, chapter 7). Undefined only where nothing is positive, neither in truth nor by
     * decision.
     *
     * @param beta above 0, such as 2
     */
    public Estimate fBeta(double beta) {
        if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("beta must be above 0 and finite, was " + beta);
        }
        double square = beta * beta;
        double hits = (1 + square) * truePositives;
        double all = hits + square * falseNegatives + falsePositives;
        return all == 0 ? Estimate.undefined(NOTHING_POSITIVE) : Estimate.of(hits / all);
    }

    /**
     * Jaccard's index TP / (TP + FP + FN), in [0, 1]. Undefined only where nothing is positive, neither in truth nor by
     * decision.
     */
    public Estimate jaccard() {
        return ratio(truePositives, truePositives + falsePositives + falseNegatives, NOTHING_POSITIVE);
    }

    /**
     * Cohen's kappa in [-1, 1], the agreement of decisions and truth beyond chance (Cohen 1960, A Coefficient of Agreement for
     * Nominal Scales). Undefined where all cases are of one class and all are called so: chance agrees fully as well.
     */
    public Estimate kappa() {
        long calledPositive = truePositives + falsePositives;
        long calledNegative = trueNegatives + falseNegatives;
        // (observed - expected) / (1 - expected), both times the square of the number of cases
        double expectedDisagreement = (double) positives() * calledNegative + (double) negatives() * calledPositive;
        if (expectedDisagreement == 0) {
            return Estimate.undefined(cases() == 0 ? NO_CASES : "all cases and all decisions are of one class");
        }
        double disagreement = (double) (falsePositives + falseNegatives) * cases();
        return Estimate.of(1 - disagreement / expectedDisagreement);
    }

    /**
     * Matthews' correlation coefficient in [-1, 1] (Matthews 1975, Comparison of the Predicted and Observed Secondary Structure
     * of T4 Phage Lysozyme). Undefined where all cases are of one class or all decisions are the same.
     */
    public Estimate matthewsCorrelation() {
        long calledPositive = truePositives + falsePositives;
        long calledNegative = trueNegatives + falseNegatives;
        if (positives() == 0) {
            return Estimate.undefined(NO_POSITIVES);
        }
        if (negatives() == 0) {
            return Estimate.undefined(NO_NEGATIVES);
        }
        if (calledPositive == 0) {
            return Estimate.undefined(NONE_CALLED_POSITIVE);
        }
        if (calledNegative == 0) {
            return Estimate.undefined(NONE_CALLED_NEGATIVE);
        }
        double covariance = (double) truePositives * trueNegatives - (double) falsePositives * falseNegatives;
        double variances =
                Math.sqrt((double) positives() * negatives()) * Math.sqrt((double) calledPositive * calledNegative);
        return Estimate.of(Math.max(-1, Math.min(1, covariance / variances)));
    }

    private static Estimate ratio(long numerator, long denominator, String undefinedBecause) {
        return denominator == 0 ? Estimate.undefined(undefinedBecause) : Estimate.of((double) numerator / denominator);
    }
}
