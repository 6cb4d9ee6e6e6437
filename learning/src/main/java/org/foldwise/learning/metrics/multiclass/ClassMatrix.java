package org.foldwise.learning.metrics.multiclass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;

/**
 * How decisions and truth go together over exclusive classes.
 *
 * @param counts row by row: {@code counts.get(t).get(p)} cases of class t were called p
 */
public record ClassMatrix(List<List<Long>> counts) {
    private static final String NO_CASES = "there are no cases";

    public ClassMatrix {
        counts = counts.stream().map(List::copyOf).toList();
        int classes = counts.size();
        if (classes < 2 || counts.stream().anyMatch(row -> row.size() != classes)) {
            throw new IllegalArgumentException(
                    "a matrix has as many columns as rows, two at least, had " + classes + " rows");
        }
        if (counts.stream().anyMatch(row -> row.stream().anyMatch(count -> count < 0))) {
            throw new IllegalArgumentException("counts must be 0 or more, were " + counts);
        }
    }

    /** What a row, a column or the matrix is divided by. */
    public enum Normalisation {
        /** Rows have the sum 1: what becomes of the cases of a class. */
        TRUTH,
        /** Columns have the sum 1: what cases with a decision are. */
        DECISION,
        /** All cells together have the sum 1. */
        ALL
    }

    /** How much a decision weighs that is some classes off, in {@link #kappa}; for classes in a meaningful order. */
    public enum KappaWeights {
        /** Every wrong decision weighs the same. */
        NONE,
        /** By the distance (Cicchetti and Allison 1971). */
        LINEAR,
        /** By the square of the distance (Fleiss and Cohen 1973). */
        QUADRATIC
    }

    /**
     * The matrix of calling each case the class with the highest probability.
     *
     * @param classes how many there are, 2 or more
     */
    public static ClassMatrix of(int classes, List<ClassifiedCase> cases) {
        long[][] counts = new long[classes][classes];
        for (ClassifiedCase one : cases) {
            requireClasses(classes, one);
            counts[one.truth()][one.predicted()]++;
        }
        return new ClassMatrix(Arrays.stream(counts)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList());
    }

    static void requireClasses(int classes, ClassifiedCase one) {
        if (one.probabilities().size() != classes) {
            throw new IllegalArgumentException("image '" + one.image() + "' must have " + classes
                    + " probabilities, had " + one.probabilities().size());
        }
    }

    /** Number of classes. */
    public int classes() {
        return counts.size();
    }

    /** All cases. */
    public long cases() {
        long sum = 0;
        for (int k = 0; k < classes(); k++) {
            sum += support(k);
        }
        return sum;
    }

    /** Cases of that class. */
    public long support(int index) {
        return counts.get(index).stream().mapToLong(count -> count).sum();
    }

    /** Cases called that class. */
    public long decisions(int index) {
        return counts.stream().mapToLong(row -> row.get(index)).sum();
    }

    /** The matrix in shares; undefined where a row, a column or the matrix is empty (scikit-learn puts 0). */
    public List<List<Estimate>> normalised(Normalisation by) {
        List<List<Estimate>> rows = new ArrayList<>();
        for (int truth = 0; truth < classes(); truth++) {
            List<Estimate> row = new ArrayList<>();
            for (int decision = 0; decision < classes(); decision++) {
                long total =
                        switch (by) {
                            case TRUTH -> support(truth);
                            case DECISION -> decisions(decision);
                            case ALL -> cases();
                        };
                row.add(
                        total == 0
                                ? Estimate.undefined(NO_CASES)
                                : Estimate.of((double) counts.get(truth).get(decision) / total));
            }
            rows.add(List.copyOf(row));
        }
        return List.copyOf(rows);
    }

    /** That class against all others. */
    public ConfusionMatrix against(int index) {
        long hits = counts.get(index).get(index);
        long missed = support(index) - hits;
        long alarms = decisions(index) - hits;
        return new ConfusionMatrix(cases() - hits - missed - alarms, alarms, missed, hits);
    }

    /**
     * A figure of each class against all others, with its averages; such as {@code ConfusionMatrix::precision}. The micro average
     * of precision, recall and F1 is {@link #accuracy()} for exclusive classes.
     */
    public Averages each(Function<ConfusionMatrix, Estimate> figure) {
        List<Estimate> each = new ArrayList<>();
        List<Long> supports = new ArrayList<>();
        for (int k = 0; k < classes(); k++) {
            each.add(figure.apply(against(k)));
            supports.add(support(k));
        }
        return new Averages(each, supports);
    }

    /** The share of right decisions; undefined without cases. */
    public Estimate accuracy() {
        return cases() == 0 ? Estimate.undefined(NO_CASES) : Estimate.of((double) diagonal() / cases());
    }

    /**
     * The mean recall over classes. Undefined where a class has no cases; scikit-learn leaves such a class out and warns, which is
     * {@code each(ConfusionMatrix::recall).overDefined()}.
     */
    public Estimate balancedAccuracy() {
        return each(ConfusionMatrix::recall).macro();
    }

    /**
     * Matthews' correlation coefficient in [-1, 1] over several classes (Gorodkin 2004, Comparing Two K-Category Assignments by a
     * K-Category Correlation Coefficient). Undefined where all cases are of one class or all decisions are the same (scikit-learn
     * puts 0).
     */
    public Estimate matthewsCorrelation() {
        double n = cases();
        double together = 0;
        double truths = 0;
        double decided = 0;
        for (int k = 0; k < classes(); k++) {
            together += (double) support(k) * decisions(k);
            truths += (double) support(k) * support(k);
            decided += (double) decisions(k) * decisions(k);
        }
        double ofTruth = n * n - truths;
        double ofDecisions = n * n - decided;
        if (ofTruth == 0 || ofDecisions == 0) {
            return Estimate.undefined(
                    n == 0 ? NO_CASES : ofTruth == 0 ? "all cases are of one class" : "all decisions are the same");
        }
        double correlation = (diagonal() * n - together) / Math.sqrt(ofTruth) / Math.sqrt(ofDecisions);
        return Estimate.of(Math.max(-1, Math.min(1, correlation)));
    }

    /**
     * Cohen's kappa, the agreement beyond chance (Cohen 1960, A Coefficient of Agreement for Nominal Scales; Cohen 1968, Weighted
     * Kappa). Undefined where chance agrees fully as well: all cases and all decisions of one class.
     */
    public Estimate kappa(KappaWeights weights) {
        double seen = 0;
        double expected = 0;
        double n = cases();
        for (int truth = 0; truth < classes(); truth++) {
            for (int decision = 0; decision < classes(); decision++) {
                double weight = weight(weights, Math.abs(truth - decision));
                seen += weight * counts.get(truth).get(decision);
                expected += weight * support(truth) * decisions(decision) / n;
            }
        }
        return n == 0 || expected == 0
                ? Estimate.undefined(n == 0 ? NO_CASES : "all cases and all decisions are of one class")
                : Estimate.of(1 - seen / expected);
    }

    private static double weight(KappaWeights weights, int distance) {
        return switch (weights) {
            case NONE -> distance == 0 ? 0 : 1;
            case LINEAR -> distance;
            case QUADRATIC -> (double) distance * distance;
        };
    }

    private long diagonal() {
        long sum = 0;
        for (int k = 0; k < classes(); k++) {
            sum += counts.get(k).get(k);
        }
        return sum;
    }
}
