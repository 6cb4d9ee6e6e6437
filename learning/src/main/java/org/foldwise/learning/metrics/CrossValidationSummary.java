package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;

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
     */
    public record FoldResult(
            int fold,
            int images,
            int patients,
            long positives,
            long negatives,
            Estimate rocAuc,
            Estimate averagePrecision,
            Estimate f1) {}

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
                    report.f1()));
            if (i < perRepeat) {
                all.addAll(heldOut.get(i));
            }
        }
        EvaluationReport pooled = EvaluationReport.of(all, threshold, bootstrap);
        Estimate deviation = standardDeviation(folds);
        List<Integer> images = folds.stream().map(FoldResult::images).toList();
        Estimate mean = mean(folds);
        mean = mean.with(CorrectedResampledMean.interval(mean, deviation, images, perRepeat));
        return new CrossValidationSummary(folds, mean, deviation, repeats, pooled);
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

    private static Estimate mean(List<FoldResult> folds) {
        for (FoldResult fold : folds) {
            if (fold.rocAuc().value() == null) {
                return Estimate.undefined(
                        "fold " + fold.fold() + " " + fold.rocAuc().undefinedBecause());
            }
        }
        return Estimate.of(areas(folds).stream().mapToDouble(area -> area).sum() / folds.size());
    }

    private static Estimate standardDeviation(List<FoldResult> folds) {
        Estimate mean = mean(folds);
        Double center = mean.value();
        if (center == null) {
            return mean;
        }
        double squares = 0;
        for (double area : areas(folds)) {
            squares += (area - center) * (area - center);
        }
        return Estimate.of(Math.sqrt(squares / (folds.size() - 1)));
    }

    private static List<Double> areas(List<FoldResult> folds) {
        return folds.stream()
                .map(fold -> fold.rocAuc().value())
                .filter(Objects::nonNull)
                .toList();
    }
}
