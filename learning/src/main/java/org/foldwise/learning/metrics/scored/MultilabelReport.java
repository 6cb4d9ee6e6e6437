package org.foldwise.learning.metrics.scored;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.MicroAverages;
import org.foldwise.learning.metrics.NumberedPatients;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.PatientProportion;
import org.foldwise.learning.metrics.PatientResamples;
import org.foldwise.learning.metrics.multilabel.LabelDecisions;
import org.foldwise.learning.metrics.multilabel.LabelScores;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ClassAverages.Average;
import org.jspecify.annotations.Nullable;

/**
 * What a model of several labels is worth on a set of images. Each label is called where its probability is at or above its own
 * threshold. Every figure counts images; every interval takes the patient as what was sampled. Averages are over the judged labels,
 * those that some images show and others do not.
 *
 * @param images number of images
 * @param patients number of patients among them
 * @param imagesWithoutLabel images that show none
 * @param judgedClasses how many labels the averages are over
 * @param meanRocAuc mean area under the labels' ROC curves
 * @param meanAveragePrecision mean of the labels' average precisions
 * @param meanF1 mean of the labels' F1
 * @param microF1 F1 of all decisions on all labels of all images together
 * @param subsetAccuracy share of images with every label right
 * @param hammingLoss share of wrong decisions on all labels of all images
 * @param classes each label by itself, with its threshold
 * @param bootstrap how intervals were computed
 * @param averages figures over the labels in the usual ways; absent in older reports
 */
public record MultilabelReport(
        int images,
        int patients,
        int imagesWithoutLabel,
        int judgedClasses,
        Estimate meanRocAuc,
        Estimate meanAveragePrecision,
        Estimate meanF1,
        Estimate microF1,
        Estimate subsetAccuracy,
        Estimate hammingLoss,
        List<ClassReport> classes,
        BootstrapSpec bootstrap,
        @Nullable ClassAverages averages)
        implements TaskReport {
    public MultilabelReport {
        classes = List.copyOf(classes);
    }

    /** The report of scored images, at least one, with different names. */
    static MultilabelReport of(
            ScoredImages.Multilabel images, Decision.LabelThresholds decision, BootstrapSpec bootstrap) {
        int labels = images.classes().size();
        List<LabelledCase> cases = images.cases().stream()
                .sorted(Comparator.comparing(LabelledCase::image))
                .toList();
        MulticlassReport.requireDistinct(cases.stream().map(LabelledCase::image).toList());
        LabelDecisions decisions = LabelDecisions.at(decision.thresholds(), cases);
        List<OneVersusRest> ofLabels =
                EachClass.of(new ScoredImages.Multilabel(images.classes(), cases), decision, bootstrap);
        Judged judged = Judged.of(images.classes(), decisions.ofLabels());
        List<OneVersusRest> ofJudged =
                judged.indices().stream().map(ofLabels::get).toList();
        List<PatientId> patients = cases.stream().map(LabelledCase::patient).toList();
        NumberedPatients numbers = NumberedPatients.of(patients);
        byte[][] cells = cells(cases, decision.thresholds());
        List<Optional<Interval>> intervals =
                PatientResamples.intervals(patients, weights -> figures(cells, judged, weights), bootstrap);
        PatientProportion allRight = new PatientProportion();
        for (int i = 0; i < cases.size(); i++) {
            boolean right = true;
            for (byte[] ofLabel : cells) {
                right &= ofLabel[i] == TRUE_NEGATIVE || ofLabel[i] == TRUE_POSITIVE;
            }
            allRight.add(cases.get(i).patient(), right);
        }
        Estimate meanRocAuc = OneVersusRest.meanRocAuc(ofJudged);
        Estimate meanAveragePrecision = OneVersusRest.meanAveragePrecision(ofJudged);
        List<ClassReport> reports = ofLabels.stream().map(OneVersusRest::report).toList();
        Estimate meanF1 = judged.withInterval(
                judged.meanOf(ConfusionMatrix::f1),
                intervals.get(0),
                reports.stream().map(ClassReport::f1).toList(),
                ofJudged);
        Estimate microF1 = decisions.micro().f1().with(intervals.get(1));
        LabelScores scores = LabelScores.of(labels, cases);
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
                                intervals.get(3),
                                reports.stream().map(ClassReport::precision).toList(),
                                ofJudged),
                        judged.withIntervalOfWeighted(
                                judged.weightedMeanOf(ConfusionMatrix::precision),
                                intervals.get(4),
                                reports.stream().map(ClassReport::precision).toList()),
                        decisions.micro().precision().with(intervals.get(5))),
                new Average(
                        judged.withInterval(
                                judged.meanOf(ConfusionMatrix::recall),
                                intervals.get(6),
                                reports.stream().map(ClassReport::recall).toList(),
                                ofJudged),
                        judged.withIntervalOfWeighted(
                                judged.weightedMeanOf(ConfusionMatrix::recall),
                                intervals.get(7),
                                reports.stream().map(ClassReport::recall).toList()),
                        decisions.micro().recall().with(intervals.get(8))),
                new Average(
                        meanF1,
                        judged.withIntervalOfWeighted(
                                judged.weightedMeanOf(ConfusionMatrix::f1),
                                intervals.get(9),
                                reports.stream().map(ClassReport::f1).toList()),
                        microF1));
        return new MultilabelReport(
                cases.size(),
                numbers.count(),
                (int) cases.stream().filter(one -> !one.truth().contains(true)).count(),
                judged.size(),
                meanRocAuc,
                meanAveragePrecision,
                meanF1,
                microF1,
                Estimate.of(decisions.subsetAccuracy()).with(allRight.interval(bootstrap.level())),
                Estimate.of(decisions.hammingLoss()).with(intervals.get(2)),
                reports,
                bootstrap,
                averages);
    }

    /** The thresholds of its decisions. */
    public Decision.LabelThresholds decision() {
        return new Decision.LabelThresholds(classes.stream()
                .map(ClassReport::threshold)
                .filter(Objects::nonNull)
                .toList());
    }

    private static final int TRUE_NEGATIVE = 0;
    private static final int FALSE_POSITIVE = 1;
    private static final int FALSE_NEGATIVE = 2;
    private static final int TRUE_POSITIVE = 3;

    /** Which of the four a decision is, by label and case. */
    private static byte[][] cells(List<LabelledCase> cases, List<Double> thresholds) {
        byte[][] cells = new byte[thresholds.size()][cases.size()];
        for (int i = 0; i < cases.size(); i++) {
            for (int k = 0; k < cells.length; k++) {
                boolean called = cases.get(i).probabilities().get(k) >= thresholds.get(k);
                cells[k][i] =
                        (byte) ((cases.get(i).truth().get(k) ? FALSE_NEGATIVE : TRUE_NEGATIVE) + (called ? 1 : 0));
            }
        }
        return cells;
    }

    /** The figures that resamples are needed for, in the order in which the report takes their intervals. */
    private static double[] figures(byte[][] cells, Judged judged, int[] weights) {
        long[][] counts = new long[cells.length][];
        for (int k = 0; k < cells.length; k++) {
            counts[k] = counts(cells[k], weights);
        }
        LabelSums sums = new LabelSums();
        for (int k : judged.indices()) {
            sums.add(counts[k]);
        }
        long[] all = new long[4];
        for (long[] ofLabel : counts) {
            for (int cell = 0; cell < all.length; cell++) {
                all[cell] += ofLabel[cell];
            }
        }
        double wrong = all[FALSE_POSITIVE] + all[FALSE_NEGATIVE];
        return new double[] {
            sums.f1 / judged.size(),
            f1(all),
            wrong / (wrong + all[TRUE_NEGATIVE] + all[TRUE_POSITIVE]),
            sums.precision / judged.size(),
            sums.weightedPrecision / sums.weights,
            precision(all),
            sums.recall / judged.size(),
            sums.weightedRecall / sums.weights,
            recall(all),
            sums.weightedF1 / sums.weights
        };
    }

    /** How often each of the four comes. */
    private static long[] counts(byte[] cells, int[] weights) {
        long all = 0;
        long called = 0;
        long shown = 0;
        long both = 0;
        for (int i = 0; i < weights.length; i++) {
            // the bits of a cell say whether something is called and whether it is shown; each becomes all bits or none
            int ofCalled = weights[i] & -(cells[i] & FALSE_POSITIVE);
            int isShown = -(cells[i] >> 1);
            all += weights[i];
            called += ofCalled;
            shown += weights[i] & isShown;
            both += ofCalled & isShown;
        }
        return new long[] {all - called - shown + both, called - both, shown - both, both};
    }

    /** Sums over labels of figures of their decisions; weighted ones leave out labels that no image shows. */
    private static final class LabelSums {
        double precision;
        double recall;
        double f1;
        double weightedPrecision;
        double weightedRecall;
        double weightedF1;
        double weights;

        void add(long[] counts) {
            long support = counts[FALSE_NEGATIVE] + counts[TRUE_POSITIVE];
            precision += precision(counts);
            recall += recall(counts);
            f1 += f1(counts);
            if (support > 0) {
                weightedPrecision += support * precision(counts);
                weightedRecall += support * recall(counts);
                weightedF1 += support * f1(counts);
                weights += support;
            }
        }
    }

    /** NaN where nothing is called. */
    private static double precision(long[] counts) {
        return (double) counts[TRUE_POSITIVE] / (counts[TRUE_POSITIVE] + counts[FALSE_POSITIVE]);
    }

    /** NaN where nothing is shown. */
    private static double recall(long[] counts) {
        return (double) counts[TRUE_POSITIVE] / (counts[TRUE_POSITIVE] + counts[FALSE_NEGATIVE]);
    }

    /** NaN where nothing is shown nor called. */
    private static double f1(long[] counts) {
        return 2.0
                * counts[TRUE_POSITIVE]
                / (2.0 * counts[TRUE_POSITIVE] + counts[FALSE_POSITIVE] + counts[FALSE_NEGATIVE]);
    }
}
