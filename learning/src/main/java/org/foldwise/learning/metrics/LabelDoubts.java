package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Cases whose label may be wrong, after Northcutt, Jiang and Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset
 * Labels. A class is likely for a case if its probability reaches the mean that it has among the cases labelled so; a case is
 * doubted if the likelier of its likely classes is not its label. A doubt is a reason to look, not a correction: rare findings are
 * doubted by models that have not learned them.
 *
 * @param positiveConfidence mean probability of the positive class among cases labelled positive
 * @param negativeConfidence mean probability of the negative class among cases labelled negative
 * @param doubtedPositives number of doubted cases labelled positive
 * @param doubtedNegatives number of doubted cases labelled negative
 * @param estimatedErrors how many labels are estimated to be wrong: the doubted share of the counted cases of each label, times
 *     all cases of that label
 * @param doubts the doubted cases, the surest first, at most {@link ErrorReview#LONGEST_LIST}, of one label of several fewer
 */
public record LabelDoubts(
        double positiveConfidence,
        double negativeConfidence,
        int doubtedPositives,
        int doubtedNegatives,
        double estimatedErrors,
        List<Doubt> doubts) {
    /** A mean of equal numbers may lie above them by as much. */
    private static final double ROUNDING = 1e-12;

    public LabelDoubts {
        doubts = List.copyOf(doubts);
    }

    /**
     * A case whose label is doubted.
     *
     * @param image its name
     * @param patient whose image it is
     * @param positive its label
     * @param probability of the positive class
     * @param margin probability of its label less that of the other class, in [-1, 1]; the lower the surer
     */
    public record Doubt(String image, String patient, boolean positive, double probability, double margin) {}

    /**
     * Doubts from out-of-fold predictions.
     *
     * @param cases each scored by a model that had not learned from its patient; of both classes
     * @throws IllegalArgumentException if a class is missing
     */
    public static LabelDoubts of(List<ScoredCase> cases) {
        return of(cases, ErrorReview.LONGEST_LIST);
    }

    /**
     * The same.
     *
     * @param longest how many doubted cases are listed at most
     */
    public static LabelDoubts of(List<ScoredCase> cases, int longest) {
        double positiveConfidence = confidence(cases, true);
        double negativeConfidence = confidence(cases, false);
        int[] counted = new int[2];
        int[] doubted = new int[2];
        int[] labelled = new int[2];
        List<Doubt> doubts = new ArrayList<>();
        for (ScoredCase scored : cases) {
            int label = scored.positive() ? 1 : 0;
            labelled[label]++;
            double positive = scored.probability();
            boolean positiveIsLikely = positive >= positiveConfidence - ROUNDING;
            boolean negativeIsLikely = 1 - positive >= negativeConfidence - ROUNDING;
            if (!positiveIsLikely && !negativeIsLikely) {
                continue;
            }
            counted[label]++;
            boolean bothAreLikely = positiveIsLikely && negativeIsLikely;
            boolean suggested = bothAreLikely ? positive >= 0.5 : positiveIsLikely;
            if (suggested != scored.positive()) {
                doubted[label]++;
                double margin = scored.positive() ? 2 * positive - 1 : 1 - 2 * positive;
                doubts.add(new Doubt(scored.image(), scored.patient().value(), scored.positive(), positive, margin));
            }
        }
        double errors = 0;
        for (int label = 0; label < 2; label++) {
            errors += counted[label] == 0 ? 0 : (double) labelled[label] * doubted[label] / counted[label];
        }
        List<Doubt> surest = doubts.stream()
                .sorted(Comparator.comparingDouble(Doubt::margin).thenComparing(Doubt::image))
                .limit(longest)
                .toList();
        return new LabelDoubts(positiveConfidence, negativeConfidence, doubted[1], doubted[0], errors, surest);
    }

    /** The mean probability of a class among the cases labelled so. */
    private static double confidence(List<ScoredCase> cases, boolean positive) {
        return cases.stream()
                .filter(scored -> scored.positive() == positive)
                .mapToDouble(scored -> positive ? scored.probability() : 1 - scored.probability())
                // in an order of its own: sums round by the order of their terms
                .sorted()
                .average()
                .orElseThrow(() -> new IllegalArgumentException("doubts take cases of both classes, there are no "
                        + (positive ? "positive" : "negative") + " ones"));
    }
}
