package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.JudgedCases;
import org.foldwise.learning.metrics.MicroAverages;
import org.foldwise.learning.metrics.NumberedPatients;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.PatientResamples;
import org.foldwise.learning.metrics.multiclass.ClassMatrix;
import org.foldwise.learning.metrics.multiclass.ClassMatrix.KappaWeights;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.scored.ClassAverages.Average;
import org.jspecify.annotations.Nullable;

/**
 * What a model of several exclusive classes is worth on a set of images. An image is called the class with the highest probability.
 * Every figure counts images; every interval takes the patient as what was sampled. Averages are over the judged classes, those that
 * some images show and others do not.
 *
 * @param images number of images
 * @param patients number of patients among them
 * @param judgedClasses how many classes the averages are over
 * @param confusion true classes by rows, decisions by columns, in the order of {@code classes}
 * @param accuracy share of right decisions
 * @param balancedAccuracy mean recall
 * @param meanF1 mean of the classes' F1
 * @param matthewsCorrelation correlation of decisions and truth over all classes (Gorodkin 2004)
 * @param kappa Cohen's, without weights
 * @param meanRocAuc mean area under the ROC curve of each class against the others
 * @param meanAveragePrecision mean average precision of each class against the others
 * @param logLoss mean negative logarithm of the probability of the true class
 * @param brierScore mean sum of squared errors over the classes, in [0, 2]
 * @param classes each class against the others
 * @param bootstrap how intervals were computed
 * @param averages figures over the classes in the usual ways; absent in older reports, as all that follows. The micro averages of
 *     precision, recall and F1 are the accuracy
 * @param oneVersusOneRocAuc mean area over pairs of judged classes, each among the images of the two (Hand and Till 2001)
 * @param topCalibrationError expected calibration error of the highest probability as that of being right (Guo et al. 2017)
 * @param topMaximumCalibrationError the largest gap of a bin of the same
 */
public record MulticlassReport(
        int images,
        int patients,
        int judgedClasses,
        ClassMatrix confusion,
        Estimate accuracy,
        Estimate balancedAccuracy,
        Estimate meanF1,
        Estimate matthewsCorrelation,
        Estimate kappa,
        Estimate meanRocAuc,
        Estimate meanAveragePrecision,
        Estimate logLoss,
        Estimate brierScore,
        List<ClassReport> classes,
        BootstrapSpec bootstrap,
        @Nullable ClassAverages averages,
        @Nullable Estimate oneVersusOneRocAuc,
        @Nullable Estimate topCalibrationError,
        @Nullable Estimate topMaximumCalibrationError)
        implements TaskReport {
    public MulticlassReport {
        classes = List.copyOf(classes);
    }

    /** The report of scored images, at least one, with different names. */
    static MulticlassReport of(ScoredImages.Multiclass images, BootstrapSpec bootstrap) {
        int classes = images.classes().size();
        List<ClassifiedCase> cases = images.cases().stream()
                .sorted(Comparator.comparing(ClassifiedCase::image))
                .toList();
        requireDistinct(cases.stream().map(ClassifiedCase::image).toList());
        ClassMatrix matrix = ClassMatrix.of(classes, cases);
        ClassScores scores = ClassScores.of(classes, cases);
        List<ConfusionMatrix> each = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            each.add(matrix.against(k));
        }
        List<OneVersusRest> ofClasses = EachClass.of(
                new ScoredImages.Multiclass(images.classes(), cases), new Decision.MostProbable(), bootstrap);
        Judged judged = Judged.of(images.classes(), each);
        List<OneVersusRest> ofJudged =
                judged.indices().stream().map(ofClasses::get).toList();
        List<PatientId> patients = cases.stream().map(ClassifiedCase::patient).toList();
        NumberedPatients numbers = NumberedPatients.of(patients);
        List<Optional<Interval>> intervals =
                PatientResamples.intervals(patients, new Figures(classes, cases, judged)::of, bootstrap);
        Estimate accuracy = matrix.accuracy().with(ofAccuracy(cases).interval(bootstrap.level()));
        Estimate meanRocAuc = OneVersusRest.meanRocAuc(ofJudged);
        Estimate meanAveragePrecision = OneVersusRest.meanAveragePrecision(ofJudged);
        List<ClassReport> reports =
                ofClasses.stream().map(OneVersusRest::report).toList();
        Estimate recall = judged.withInterval(
                judged.meanOf(ConfusionMatrix::recall),
                intervals.get(0),
                reports.stream().map(ClassReport::recall).toList(),
                ofJudged);
        Estimate f1 = judged.withInterval(
                judged.meanOf(ConfusionMatrix::f1),
                intervals.get(1),
                reports.stream().map(ClassReport::f1).toList(),
                ofJudged);
        MicroAverages micro = MicroAverages.of(scores.pairs(), numbers);
        ClassAverages averages = new ClassAverages(
                new Average(meanRocAuc, OneVersusRest.weightedRocAuc(ofJudged), micro.rocAuc(bootstrap.level())),
                new Average(
                        meanAveragePrecision,
                        OneVersusRest.weightedAveragePrecision(ofJudged),
                        micro.averagePrecision(bootstrap)),
                new Average(
                        judged.withInterval(
                                judged.meanOf(ConfusionMatrix::precision),
                                intervals.get(6),
                                reports.stream().map(ClassReport::precision).toList(),
                                ofJudged),
                        judged.withIntervalOfWeighted(
                                judged.weightedMeanOf(ConfusionMatrix::precision),
                                intervals.get(7),
                                reports.stream().map(ClassReport::precision).toList()),
                        accuracy),
                new Average(
                        recall,
                        judged.withIntervalOfWeighted(
                                judged.weightedMeanOf(ConfusionMatrix::recall),
                                intervals.get(8),
                                reports.stream().map(ClassReport::recall).toList()),
                        accuracy),
                new Average(
                        f1,
                        judged.withIntervalOfWeighted(
                                judged.weightedMeanOf(ConfusionMatrix::f1),
                                intervals.get(9),
                                reports.stream().map(ClassReport::f1).toList()),
                        accuracy));
        OneVersusRest top = OneVersusRest.of(one -> true, "top", scores.topLabel(), bootstrap);
        return new MulticlassReport(
                cases.size(),
                numbers.count(),
                judged.size(),
                matrix,
                accuracy,
                recall,
                f1,
                matrix.matthewsCorrelation().with(intervals.get(2)),
                matrix.kappa(KappaWeights.NONE).with(intervals.get(3)),
                meanRocAuc,
                meanAveragePrecision,
                Estimate.of(scores.logLoss()).with(intervals.get(4)),
                Estimate.of(scores.brierScore()).with(intervals.get(5)),
                reports,
                bootstrap,
                averages,
                oneVersusOne(scores, classes, judged)
                        .with(OneVersusRest.intervalOfPairs(
                                numbers.count(), pairs(cases, numbers, judged), bootstrap.level())),
                top.expectedCalibrationError(),
                top.maximumCalibrationError());
    }

    /** The mean over the pairs of judged classes; {@code ClassScores} has the pairs (0, 1), (0, 2), ..., (1, 2), ... */
    private static Estimate oneVersusOne(ClassScores scores, int classes, Judged judged) {
        List<Estimate> pairs = scores.oneVersusOneRocAuc().each();
        double sum = 0;
        int count = 0;
        int index = 0;
        for (int one = 0; one < classes; one++) {
            for (int other = one + 1; other < classes; other++) {
                if (judged.indices().contains(one) && judged.indices().contains(other)) {
                    sum += pairs.get(index).valueOr(0);
                    count++;
                }
                index++;
            }
        }
        return count == 0 ? Estimate.undefined("no two classes have images") : Estimate.of(sum / count);
    }

    /** Of each judged class against each other one the images of both, scored by the first's probability. */
    private static List<Supplier<JudgedCases>> pairs(
            List<ClassifiedCase> cases, NumberedPatients numbers, Judged judged) {
        Map<Integer, int[]> ofClasses = new HashMap<>();
        for (int index : judged.indices()) {
            ofClasses.put(
                    index,
                    IntStream.range(0, cases.size())
                            .filter(i -> cases.get(i).truth() == index)
                            .toArray());
        }
        List<Supplier<JudgedCases>> pairs = new ArrayList<>();
        for (int one : judged.indices()) {
            for (int other : judged.indices()) {
                if (one != other) {
                    pairs.add(() -> pair(
                            cases,
                            numbers,
                            one,
                            ofClasses.getOrDefault(one, new int[0]),
                            ofClasses.getOrDefault(other, new int[0])));
                }
            }
        }
        return pairs;
    }

    private static JudgedCases pair(
            List<ClassifiedCase> cases, NumberedPatients numbers, int index, int[] positives, int[] negatives) {
        int n = positives.length + negatives.length;
        double[] scores = new double[n];
        boolean[] positive = new boolean[n];
        int[] patients = new int[n];
        for (int i = 0; i < n; i++) {
            positive[i] = i < positives.length;
            int one = positive[i] ? positives[i] : negatives[i - positives.length];
            scores[i] = cases.get(one).probabilities().get(index);
            patients[i] = numbers.of(one);
        }
        return JudgedCases.of(scores, positive, patients);
    }

    /** The figures that resamples are needed for, in the order in which the report takes their intervals. */
    private static final class Figures {
        private final Judged judged;
        private final int classes;
        private final int[] cells;
        private final double[] losses;
        private final double[] squares;

        Figures(int classes, List<ClassifiedCase> cases, Judged judged) {
            this.judged = judged;
            this.classes = classes;
            cells = new int[cases.size()];
            losses = new double[cases.size()];
            squares = new double[cases.size()];
            for (int i = 0; i < cells.length; i++) {
                ClassifiedCase one = cases.get(i);
                cells[i] = one.truth() * classes + one.predicted();
                losses[i] =
                        -Math.log(Math.max(Math.ulp(1.0), one.probabilities().get(one.truth())));
                for (int k = 0; k < classes; k++) {
                    double error = one.probabilities().get(k) - (one.truth() == k ? 1 : 0);
                    squares[i] += error * error;
                }
            }
        }

        double[] of(int[] weights) {
            long[] counts = new long[classes * classes];
            double images = 0;
            double logLoss = 0;
            double squaredErrors = 0;
            for (int i = 0; i < weights.length; i++) {
                int weight = weights[i];
                counts[cells[i]] += weight;
                images += weight;
                logLoss += weight * losses[i];
                squaredErrors += weight * squares[i];
            }
            WeightedMatrix matrix = new WeightedMatrix(classes, judged.indices());
            for (int cell = 0; cell < counts.length; cell++) {
                matrix.add(cell / classes, cell % classes, counts[cell]);
            }
            return new double[] {
                matrix.meanRecall(),
                matrix.meanF1(),
                matrix.matthewsCorrelation(),
                matrix.kappa(),
                logLoss / images,
                squaredErrors / images,
                matrix.meanPrecision(),
                matrix.weightedPrecision(),
                matrix.weightedRecall(),
                matrix.weightedF1()
            };
        }
    }

    private static PatientProportion ofAccuracy(List<ClassifiedCase> cases) {
        PatientProportion proportion = new PatientProportion();
        cases.forEach(one -> proportion.add(one.patient(), one.predicted() == one.truth()));
        return proportion;
    }

    static void requireDistinct(List<String> images) {
        Set<String> seen = new HashSet<>();
        for (String image : images) {
            if (!seen.add(image)) {
                throw new IllegalArgumentException("image '" + image + "' is scored twice");
            }
        }
    }
}
