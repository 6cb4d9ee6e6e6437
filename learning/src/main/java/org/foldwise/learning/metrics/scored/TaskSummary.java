package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.CorrectedResampledMean;
import org.foldwise.learning.metrics.DependentMean;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.FoldFigure;
import org.jspecify.annotations.Nullable;

/**
 * What came out of an experiment on several classes, or on labels. The spread over folds is no confidence interval, because the folds
 * share their training patients; the interval of their mean, a {@link CorrectedResampledMean}, allows for that.
 *
 * @param foldAverages the averages of each fold of a cross-validation, by index; empty after a single training
 * @param meanRocAuc mean of the folds' mean areas under the ROC curve, with that interval; absent after a single training, undefined
 *     if one fold's is
 * @param standardDeviationRocAuc their sample standard deviation; absent after a single training
 * @param multiclass the report of all out-of-fold images of the first repeat, or of the single training's validation images; absent of labels
 * @param multilabel the same of labels; absent of exclusive classes
 */
public record TaskSummary(
        List<FoldAverages> foldAverages,
        @Nullable Estimate meanRocAuc,
        @Nullable Estimate standardDeviationRocAuc,
        @Nullable MulticlassReport multiclass,
        @Nullable MultilabelReport multilabel) {
    public TaskSummary {
        foldAverages = multilabel == null
                ? List.copyOf(foldAverages)
                : foldAverages.stream().map(FoldAverages::ofLabels).toList();
    }

    /**
     * The averages over classes on the held-out patients of one fold.
     *
     * @param fold index of the fold
     * @param images number of held-out images
     * @param patients number of held-out patients
     * @param judgedClasses how many classes the averages are over
     * @param rocAuc mean area under the ROC curve
     * @param averagePrecision mean average precision
     * @param f1 mean F1 by the pooled report's decision
     * @param accuracy share of images decided rightly; absent of labels, and in older results, as all that follows
     * @param recall mean recall of the judged classes by that decision
     * @param specificity mean specificity of the judged classes
     * @param brierScore mean over the judged classes of the mean squared error of the class's probability
     * @param subsetAccuracy of labels, the share of images with every label right
     */
    public record FoldAverages(
            int fold,
            int images,
            int patients,
            int judgedClasses,
            Estimate rocAuc,
            Estimate averagePrecision,
            Estimate f1,
            @Nullable Estimate accuracy,
            @Nullable Estimate recall,
            @Nullable Estimate specificity,
            @Nullable Estimate brierScore,
            @Nullable Estimate subsetAccuracy) {
        /** Older results of labels have their subset accuracy under the name of accuracy. */
        private FoldAverages ofLabels() {
            return accuracy == null
                    ? this
                    : new FoldAverages(
                            fold,
                            images,
                            patients,
                            judgedClasses,
                            rocAuc,
                            averagePrecision,
                            f1,
                            null,
                            recall,
                            specificity,
                            brierScore,
                            subsetAccuracy == null ? accuracy : subsetAccuracy);
        }
    }

    /** Every figure that all folds have, over the folds; none after a single training. */
    public List<FoldFigure> figures() {
        return foldAverages.isEmpty()
                ? List.of()
                : FoldFigure.of(
                        named(), foldAverages.stream().map(FoldAverages::images).toList(), foldsOfFirstRepeat());
    }

    /** Every figure with its value in each fold, none where it was not kept. */
    public List<FoldFigure.Named> named() {
        return List.of(
                named("rocAuc", FoldAverages::rocAuc),
                named("averagePrecision", FoldAverages::averagePrecision),
                named("f1", FoldAverages::f1),
                named("accuracy", FoldAverages::accuracy),
                named("subsetAccuracy", FoldAverages::subsetAccuracy),
                named("recall", FoldAverages::recall),
                named("specificity", FoldAverages::specificity),
                named("brierScore", FoldAverages::brierScore));
    }

    private FoldFigure.Named named(String figure, Function<FoldAverages, @Nullable Estimate> value) {
        return FoldFigure.Named.of(figure, foldAverages, value);
    }

    /** As many as together hold out the images of the pooled report, in which each counts once. */
    private int foldsOfFirstRepeat() {
        int all = multiclass != null ? multiclass.images() : multilabel == null ? 0 : multilabel.images();
        int images = 0;
        int folds = 0;
        while (folds < foldAverages.size() && images < all) {
            images += foldAverages.get(folds).images();
            folds++;
        }
        return folds;
    }

    /** The summary of a single training. */
    public static TaskSummary of(TaskReport report) {
        return summary(List.of(), null, null, report);
    }

    /**
     * The summary of a cross-validation.
     *
     * @param heldOut the scored held-out images of fold 0, 1, ..., those of the first repeat first; at least 2 folds a repeat, no
     *     patient in two folds of one
     * @param repeats how often each patient was held out, 1 or more
     * @param decision of all folds
     */
    public static TaskSummary of(List<ScoredImages> heldOut, int repeats, Decision decision, BootstrapSpec bootstrap) {
        if (repeats < 1 || heldOut.size() % repeats != 0 || heldOut.size() / repeats < 2) {
            throw new IllegalArgumentException("a cross-validation has 2 folds or more in each of its repeats, had "
                    + heldOut.size() + " folds in " + repeats + " repeats");
        }
        int folds = heldOut.size() / repeats;
        for (int repeat = 0; repeat < repeats; repeat++) {
            requireDisjoint(heldOut.subList(repeat * folds, (repeat + 1) * folds));
        }
        List<FoldAverages> averages = new ArrayList<>();
        for (int i = 0; i < heldOut.size(); i++) {
            TaskReport report = TaskReport.of(heldOut.get(i), decision, bootstrap);
            averages.add(new FoldAverages(
                    i,
                    report.images(),
                    report.patients(),
                    report.judgedClasses(),
                    report.meanRocAuc(),
                    report.meanAveragePrecision(),
                    report.meanF1(),
                    report instanceof MulticlassReport several ? several.accuracy() : null,
                    overJudged(report, ClassReport::recall),
                    overJudged(report, ClassReport::specificity),
                    overJudged(report, ClassReport::brierScore),
                    report instanceof MultilabelReport labelled ? labelled.subsetAccuracy() : null));
        }
        FoldFigure area = FoldFigure.of(
                "rocAuc",
                averages.stream().map(FoldAverages::rocAuc).toList(),
                averages.stream().map(FoldAverages::images).toList(),
                folds);
        return summary(
                averages,
                area.mean(),
                area.standardDeviation(),
                TaskReport.of(ScoredImages.together(heldOut.subList(0, folds)), decision, bootstrap));
    }

    private static TaskSummary summary(
            List<FoldAverages> folds,
            @Nullable Estimate mean,
            @Nullable Estimate standardDeviation,
            TaskReport report) {
        return new TaskSummary(
                folds,
                mean,
                standardDeviation,
                report instanceof MulticlassReport several ? several : null,
                report instanceof MultilabelReport labelled ? labelled : null);
    }

    private static void requireDisjoint(List<ScoredImages> heldOut) {
        Set<PatientId> seen = new HashSet<>();
        for (ScoredImages fold : heldOut) {
            Set<PatientId> patients = new HashSet<>(fold.patients());
            for (PatientId patient : patients) {
                if (!seen.add(patient)) {
                    throw new IllegalArgumentException("a patient is held out in two folds");
                }
            }
        }
    }

    /** The mean over judged classes, wide enough however these hang together. */
    private static Estimate overJudged(TaskReport report, Function<ClassReport, Estimate> figure) {
        List<Estimate> figures = report.classes().stream()
                .filter(ClassReport::judged)
                .map(figure)
                .toList();
        return figures.isEmpty()
                ? Estimate.undefined("there is no class that some cases show and others do not")
                : DependentMean.of(figures);
    }
}
