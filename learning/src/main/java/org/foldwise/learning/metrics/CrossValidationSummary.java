package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.foldwise.learning.dataset.PatientId;
import org.jspecify.annotations.Nullable;

/**
 * The out-of-fold results of a cross-validation. The spread over folds tells how much the result depends on who was held out;
 * it is no confidence interval, because the folds share their training patients.
 *
 * <p>The interval of the mean is a {@link CorrectedResampledMean}: of the recipe, on trainings of that many patients; the interval in
 * {@code pooled} is of the figures of these very models, by patient.
 *
 * @param folds the result of each fold, by index
 * @param meanRocAuc mean of the folds' areas under the ROC curve, with that interval; undefined if one fold's is
 * @param standardDeviationRocAuc their sample standard deviation, with n - 1 in the denominator; undefined if one fold's area is
 * @param repeats how often each development patient was held out, 1 or more; the folds of the first repeat come first
 * @param pooled all out-of-fold cases of the first repeat in one report, so that each image counts once; scores of different
 *     folds' models are compared as they are
 */
public record CrossValidationSummary(
        List<FoldResult> folds,
        Estimate meanRocAuc,
        Estimate standardDeviationRocAuc,
        int repeats,
        EvaluationReport pooled) {
    public CrossValidationSummary {
        folds = List.copyOf(folds);
    }

    /**
     * The result on the held-out patients of one fold.
     *
     * @param fold index of the fold
     * @param images number of held-out images
     * @param patients number of held-out patients
     * @param positives number of positive images
     * @param negatives number of negative images
     * @param rocAuc area under the ROC curve, with its interval
     * @param averagePrecision area under the precision-recall curve by steps, with its interval
     * @param f1 F1 at the pooled report's threshold, with its interval
     * @param accuracy share of right decisions at that threshold; absent in older results, as all that follows
     * @param balancedAccuracy mean of recall and specificity
     * @param recall share of the positives called positive
     * @param specificity share of the negatives called negative
     * @param brierScore mean squared error of the probabilities
     */
    public record FoldResult(
            int fold,
            int images,
            int patients,
            long positives,
            long negatives,
            Estimate rocAuc,
            Estimate averagePrecision,
            Estimate f1,
            @Nullable Estimate accuracy,
            @Nullable Estimate balancedAccuracy,
            @Nullable Estimate recall,
            @Nullable Estimate specificity,
            @Nullable Estimate brierScore) {}

    /** Every figure that all folds have, over the folds. */
    public List<FoldFigure> figures() {
        return FoldFigure.of(
                named(), folds.stream().map(FoldResult::images).toList(), folds.size() / Math.max(1, repeats));
    }

    /** Every figure with its value in each fold, none where it was not kept. */
    public List<FoldFigure.Named> named() {
        return List.of(
                named("rocAuc", FoldResult::rocAuc),
                named("averagePrecision", FoldResult::averagePrecision),
                named("f1", FoldResult::f1),
                named("accuracy", FoldResult::accuracy),
                named("balancedAccuracy", FoldResult::balancedAccuracy),
                named("recall", FoldResult::recall),
                named("specificity", FoldResult::specificity),
                named("brierScore", FoldResult::brierScore));
    }

    private FoldFigure.Named named(String figure, Function<FoldResult, @Nullable Estimate> value) {
        return FoldFigure.Named.of(figure, folds, value);
    }

    /** Summarises a cross-validation without repeats. */
    public static CrossValidationSummary of(
            List<List<ScoredCase>> heldOut, ThresholdChoice threshold, BootstrapSpec bootstrap) {
        return of(heldOut, 1, threshold, bootstrap);
    }

    /**
     * Summarises a cross-validation.
     *
     * @param heldOut the scored held-out cases of fold 0, 1, ...; at least 2 folds, no patient in two of one repeat
     * @param repeats how often each patient was held out; divides the number of folds
     * @param threshold of the decisions
     * @param bootstrap how intervals are computed
     */
    public static CrossValidationSummary of(
            List<List<ScoredCase>> heldOut, int repeats, ThresholdChoice threshold, BootstrapSpec bootstrap) {
        if (heldOut.size() < 2) {
            throw new IllegalArgumentException("a cross-validation has 2 folds or more, had " + heldOut.size());
        }
        if (repeats < 1 || heldOut.size() % repeats != 0) {
            throw new IllegalArgumentException(
                    "repeats must divide the number of folds, were " + repeats + " and " + heldOut.size());
        }
        int perRepeat = heldOut.size() / repeats;
        for (int repeat = 0; repeat < repeats; repeat++) {
            requireDisjointPatients(heldOut, repeat * perRepeat, (repeat + 1) * perRepeat);
        }
        List<FoldResult> folds = new ArrayList<>();
        List<ScoredCase> all = new ArrayList<>();
        for (int i = 0; i < heldOut.size(); i++) {
            EvaluationReport report = EvaluationReport.of(heldOut.get(i), threshold, bootstrap);
            folds.add(new FoldResult(
                    i,
                    report.images(),
                    report.patients(),
                    report.positives(),
                    report.negatives(),
                    report.rocAuc(),
                    report.averagePrecision(),
                    report.f1(),
                    report.accuracy(),
                    report.balancedAccuracy(),
                    report.recall(),
                    report.specificity(),
                    report.brierScore()));
            if (i < perRepeat) {
                all.addAll(heldOut.get(i));
            }
        }
        EvaluationReport pooled = EvaluationReport.of(all, threshold, bootstrap);
        FoldFigure area = FoldFigure.of(
                "rocAuc",
                folds.stream().map(FoldResult::rocAuc).toList(),
                folds.stream().map(FoldResult::images).toList(),
                perRepeat);
        return new CrossValidationSummary(folds, area.mean(), area.standardDeviation(), repeats, pooled);
    }

    private static void requireDisjointPatients(List<List<ScoredCase>> heldOut, int first, int end) {
        Map<PatientId, Integer> foldOf = new HashMap<>();
        for (int i = first; i < end; i++) {
            Set<PatientId> patients = new HashSet<>();
            heldOut.get(i).forEach(scored -> patients.add(scored.patient()));
            for (PatientId patient : patients) {
                Integer other = foldOf.put(patient, i);
                if (other != null) {
                    throw new IllegalArgumentException("a patient is held out in folds " + other + " and " + i);
                }
            }
        }
    }
}
