package org.foldwise.learning.metrics.multiclass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.foldwise.learning.metrics.Averages;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;

/** What the probabilities of exclusive classes are worth. Everything depends on the cases, not on their order. */
public final class ClassScores {
    private static final double CLIP = Math.ulp(1.0);

    private final int classes;
    private final List<ClassifiedCase> cases;

    private ClassScores(int classes, List<ClassifiedCase> cases) {
        this.classes = classes;
        this.cases = cases;
    }

    /**
     * The scores of cases.
     *
     * @param classes how many there are, 2 or more
     * @param cases at least one, each with as many probabilities
     */
    public static ClassScores of(int classes, List<ClassifiedCase> cases) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("figures need cases, had none");
        }
        cases.forEach(one -> ClassMatrix.requireClasses(classes, one));
        return new ClassScores(
                classes,
                cases.stream()
                        .sorted(Comparator.comparing(ClassifiedCase::image))
                        .toList());
    }

    /** That class against all others, as cases of two classes: for its curves, thresholds and intervals. */
    public List<ScoredCase> against(int index) {
        return cases.stream()
                .map(one -> new ScoredCase(
                        one.image(),
                        one.patient(),
                        one.truth() == index,
                        one.probabilities().get(index)))
                .toList();
    }

    /**
     * The area under the ROC curve of each class against all others. An area is undefined where its class has no or all cases;
     * scikit-learn's {@code multi_class="ovr"} refuses the averages then, weighted ones as well.
     */
    public Averages oneVersusRestRocAuc() {
        List<Estimate> areas = new ArrayList<>();
        List<Long> supports = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            areas.add(RocCurve.area(scoresOf(k), isOf(k)));
            supports.add(support(k));
        }
        return new Averages(areas, supports);
    }

    /** The average precision of each class against all others; undefined for a class without cases. */
    public Averages oneVersusRestAveragePrecision() {
        List<Estimate> precisions = new ArrayList<>();
        List<Long> supports = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            precisions.add(PrecisionRecallCurve.averagePrecision(scoresOf(k), isOf(k)));
            supports.add(support(k));
        }
        return new Averages(precisions, supports);
    }

    /** The area over all pairs of case and class at once, each positive where the case is of the class. */
    public Estimate microRocAuc() {
        double[] scores = new double[cases.size() * classes];
        boolean[] positive = new boolean[scores.length];
        fill(scores, positive);
        return RocCurve.area(scores, positive);
    }

    /** The average precision over all pairs of case and class at once. */
    public Estimate microAveragePrecision() {
        double[] scores = new double[cases.size() * classes];
        boolean[] positive = new boolean[scores.length];
        fill(scores, positive);
        return PrecisionRecallCurve.averagePrecision(scores, positive);
    }

    /**
     * The area of each pair of classes among the cases of the two, the mean of that by either class's probability (Hand and Till
     * 2001, A Simple Generalisation of the Area Under the ROC Curve for Multiple Class Classification Problems). The support of a
     * pair is its number of cases. A pair is undefined where one of its classes has no cases; scikit-learn's {@code
     * multi_class="ovo"} leaves it out without a word, as {@link Averages#overDefined()} does.
     *
     * @return pairs (0, 1), (0, 2), ..., (1, 2), ...
     */
    public Averages oneVersusOneRocAuc() {
        List<List<ClassifiedCase>> ofClasses = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            int index = k;
            ofClasses.add(cases.stream().filter(one -> one.truth() == index).toList());
        }
        List<Estimate> areas = new ArrayList<>();
        List<Long> supports = new ArrayList<>();
        for (int one = 0; one < classes; one++) {
            for (int other = one + 1; other < classes; other++) {
                List<ClassifiedCase> ofBoth = new ArrayList<>(ofClasses.get(one));
                ofBoth.addAll(ofClasses.get(other));
                areas.add(new ClassScores(classes, ofBoth).areaOfPair(one, other));
                supports.add((long) ofBoth.size());
            }
        }
        return new Averages(areas, supports);
    }

    /**
     * The mean negative logarithm of the probability of the true class. Probabilities are first clipped to [2.22e-16, 1 - 2.22e-16]
     * and scaled to a sum of 1, as scikit-learn 1.2 does.
     */
    public double logLoss() {
        double sum = 0;
        for (ClassifiedCase one : cases) {
            double total = 0;
            for (double probability : one.probabilities()) {
                total += clipped(probability);
            }
            sum -= Math.log(clipped(one.probabilities().get(one.truth())) / total);
        }
        return sum / cases.size();
    }

    /**
     * The mean over cases of the sum over classes of the squared difference between probability and truth, in [0, 2] (Brier 1950,
     * Verification of Forecasts Expressed in Terms of Probability). Twice the binary Brier score where there are two classes.
     */
    public double brierScore() {
        double sum = 0;
        for (ClassifiedCase one : cases) {
            for (int k = 0; k < classes; k++) {
                double difference = one.probabilities().get(k) - (one.truth() == k ? 1 : 0);
                sum += difference * difference;
            }
        }
        return sum / cases.size();
    }

    /**
     * The share of cases whose class is among the k most probable. Of equally probable classes the first counts as more probable,
     * as in {@link ClassifiedCase#predicted()}; scikit-learn takes the last.
     *
     * @param k 1 to the number of classes
     */
    public double topAccuracy(int k) {
        if (k < 1 || k > classes) {
            throw new IllegalArgumentException("k must be 1 to " + classes + ", was " + k);
        }
        long hits = cases.stream().filter(one -> rankOfTruth(one) < k).count();
        return (double) hits / cases.size();
    }

    /** The calibration of the highest probability as that of being right (Guo et al. 2017, On Calibration of Modern Neural Networks). */
    public Calibration topLabelCalibration() {
        return Calibration.of(topLabel());
    }

    /** Each case with its highest probability, positive where that is of the true class. */
    public List<ScoredCase> topLabel() {
        return cases.stream()
                .map(one -> new ScoredCase(
                        one.image(),
                        one.patient(),
                        one.predicted() == one.truth(),
                        one.probabilities().get(one.predicted())))
                .toList();
    }

    /** Each case with every class, positive with its own: what micro averages are of. */
    public List<ScoredCase> pairs() {
        return IntStream.range(0, classes)
                .mapToObj(this::against)
                .flatMap(List::stream)
                .toList();
    }

    private static int rankOfTruth(ClassifiedCase one) {
        double ofTruth = one.probabilities().get(one.truth());
        int rank = 0;
        for (int k = 0; k < one.probabilities().size(); k++) {
            double probability = one.probabilities().get(k);
            rank += probability > ofTruth || (probability == ofTruth && k < one.truth()) ? 1 : 0;
        }
        return rank;
    }

    /** Of two classes, of which alone there are cases. */
    private Estimate areaOfPair(int one, int other) {
        Double byOne = RocCurve.area(scoresOf(one), isOf(one)).value();
        Double byOther = RocCurve.area(scoresOf(other), isOf(other)).value();
        return byOne == null || byOther == null
                ? Estimate.undefined("class " + one + " or " + other + " has no cases")
                : Estimate.of((byOne + byOther) / 2);
    }

    private double[] scoresOf(int index) {
        return cases.stream().mapToDouble(one -> one.probabilities().get(index)).toArray();
    }

    private boolean[] isOf(int index) {
        boolean[] is = new boolean[cases.size()];
        for (int i = 0; i < is.length; i++) {
            is[i] = cases.get(i).truth() == index;
        }
        return is;
    }

    private long support(int index) {
        return cases.stream().filter(one -> one.truth() == index).count();
    }

    private void fill(double[] scores, boolean[] positive) {
        int next = 0;
        for (ClassifiedCase one : cases) {
            for (int k = 0; k < classes; k++) {
                positive[next] = one.truth() == k;
                scores[next++] = one.probabilities().get(k);
            }
        }
    }

    private static double clipped(double probability) {
        return Math.max(CLIP, Math.min(1 - CLIP, probability));
    }
}
