package org.foldwise.learning.metrics.multilabel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;

/** What the probabilities of several findings are worth, over all thresholds. */
public final class LabelScores {
    private final int labels;
    private final List<LabelledCase> cases;

    private LabelScores(int labels, List<LabelledCase> cases) {
        this.labels = labels;
        this.cases = cases;
    }

    /** A figure of scores, each positive or not. */
    private interface Figure {
        Estimate of(double[] scores, boolean[] positive);
    }

    /**
     * The scores of cases.
     *
     * @param labels how many findings there are
     * @param cases at least one, each with as many findings
     */
    public static LabelScores of(int labels, List<LabelledCase> cases) {
        LabelledCase.requireLabels(labels, cases);
        return new LabelScores(
                labels,
                cases.stream().sorted(Comparator.comparing(LabelledCase::image)).toList());
    }

    /** One finding as cases of two classes: for its curves, thresholds and intervals. */
    public List<ScoredCase> ofLabel(int label) {
        return cases.stream()
                .map(one -> new ScoredCase(
                        one.image(),
                        one.patient(),
                        one.truth().get(label),
                        one.probabilities().get(label)))
                .toList();
    }

    /** Each image with every finding, positive where it shows it: what micro averages are of. */
    public List<ScoredCase> pairs() {
        return IntStream.range(0, labels)
                .mapToObj(this::ofLabel)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * The area under the ROC curve of each finding; undefined for one that no or every image shows. scikit-learn refuses macro and
     * weighted averages then.
     */
    public Averages rocAuc() {
        return eachLabel(RocCurve::area);
    }

    /** The average precision of each finding; undefined for one that no image shows (scikit-learn puts 0). */
    public Averages averagePrecision() {
        return eachLabel(PrecisionRecallCurve::averagePrecision);
    }

    /** The area over the findings of each image, whose macro average is scikit-learn's {@code average="samples"}. */
    public Averages rocAucOfImages() {
        return eachImage(RocCurve::area);
    }

    /** The average precision over the findings of each image; undefined where it shows none (scikit-learn puts 0). */
    public Averages averagePrecisionOfImages() {
        return eachImage(PrecisionRecallCurve::averagePrecision);
    }

    /** The area over all findings of all images at once. */
    public Estimate microRocAuc() {
        return micro(RocCurve::area);
    }

    /** The average precision over all findings of all images at once. */
    public Estimate microAveragePrecision() {
        return micro(PrecisionRecallCurve::averagePrecision);
    }

    private Averages eachLabel(Figure figure) {
        List<Estimate> each = new ArrayList<>();
        List<Long> supports = new ArrayList<>();
        for (int k = 0; k < labels; k++) {
            double[] scores = new double[cases.size()];
            boolean[] positive = new boolean[cases.size()];
            long support = 0;
            for (int i = 0; i < scores.length; i++) {
                scores[i] = cases.get(i).probabilities().get(k);
                positive[i] = cases.get(i).truth().get(k);
                support += positive[i] ? 1 : 0;
            }
            each.add(figure.of(scores, positive));
            supports.add(support);
        }
        return new Averages(each, supports);
    }

    private Averages eachImage(Figure figure) {
        List<Estimate> each = new ArrayList<>();
        List<Long> supports = new ArrayList<>();
        for (LabelledCase one : cases) {
            double[] scores = new double[labels];
            boolean[] positive = new boolean[labels];
            fill(one, scores, positive, 0);
            each.add(figure.of(scores, positive));
            supports.add(1L);
        }
        return new Averages(each, supports);
    }

    private Estimate micro(Figure figure) {
        double[] scores = new double[Math.multiplyExact(cases.size(), labels)];
        boolean[] positive = new boolean[scores.length];
        for (int i = 0; i < cases.size(); i++) {
            fill(cases.get(i), scores, positive, i * labels);
        }
        return figure.of(scores, positive);
    }

    private static void fill(LabelledCase one, double[] scores, boolean[] positive, int from) {
        for (int k = 0; k < one.truth().size(); k++) {
            scores[from + k] = one.probabilities().get(k);
            positive[from + k] = one.truth().get(k);
        }
    }
}
