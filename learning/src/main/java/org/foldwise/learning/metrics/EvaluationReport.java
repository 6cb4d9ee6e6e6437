package org.foldwise.learning.metrics;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.jspecify.annotations.Nullable;

/**
 * What a model is worth on a set of cases. Every figure counts images; every interval takes the patient as what was sampled.
 *
 * @param images number of cases
 * @param patients number of patients among them
 * @param positives number of positive cases
 * @param negatives number of negative cases
 * @param prevalence share of positive cases
 * @param rocAuc area under the ROC curve
 * @param averagePrecision area under the precision-recall curve by steps
 * @param brierScore mean squared error of the probabilities
 * @param logLoss mean negative logarithm of the probability of what was true
 * @param expectedCalibrationError mean gap between probability and share of positives over 10 bins; its interval lies rather
 *     too high, as resampling adds noise to every bin
 * @param threshold what scores as high is called positive, and where that comes from
 * @param confusion the decisions at that threshold
 * @param accuracy share of right decisions
 * @param balancedAccuracy mean of recall and specificity
 * @param precision share of true ones among those called positive
 * @param recall share of the positives called positive
 * @param specificity share of the negatives called negative
 * @param negativePredictiveValue share of true ones among those called negative
 * @param f1 harmonic mean of precision and recall
 * @param matthewsCorrelation correlation of decisions and truth
 * @param rocCurve the ROC curve without collinear points; empty where one class is missing
 * @param precisionRecallCurve the precision-recall curve; empty without positives
 * @param calibrationBins the bins of the reliability diagram that hold cases
 * @param f1ByThreshold F1 at 0.05, 0.10, ..., 0.95; to look at, not to choose from on a test subset
 * @param bootstrap how the intervals were computed
 * @param singleClassResamples resamples that held one class only and were left out where both are needed
 * @param kappa Cohen's, agreement of decisions and truth beyond chance; absent in older reports, as all that follows
 * @param maximumCalibrationError largest gap between probability and share of positives of a bin; its interval lies rather too high as well
 * @param calibrationLine slope and intercepts of the logistic recalibration
 * @param predictiveValues what they would be at other prevalences, and at that of the cases, by rising prevalence
 * @param f1Averages F1 of both classes averaged; absent in reports from before there were these
 */
public record EvaluationReport(
        int images,
        int patients,
        long positives,
        long negatives,
        Estimate prevalence,
        Estimate rocAuc,
        Estimate averagePrecision,
        Estimate brierScore,
        Estimate logLoss,
        Estimate expectedCalibrationError,
        ThresholdChoice threshold,
        ConfusionMatrix confusion,
        Estimate accuracy,
        Estimate balancedAccuracy,
        Estimate precision,
        Estimate recall,
        Estimate specificity,
        Estimate negativePredictiveValue,
        Estimate f1,
        Estimate matthewsCorrelation,
        List<RocCurve.Point> rocCurve,
        List<PrecisionRecallCurve.Point> precisionRecallCurve,
        List<Calibration.Bin> calibrationBins,
        List<ThresholdChoice.F1At> f1ByThreshold,
        BootstrapSpec bootstrap,
        int singleClassResamples,
        @Nullable Estimate kappa,
        @Nullable Estimate maximumCalibrationError,
        @Nullable CalibrationLine calibrationLine,
        @Nullable List<PredictiveValues> predictiveValues,
        @Nullable F1Averages f1Averages) {
    public EvaluationReport {
        rocCurve = List.copyOf(rocCurve);
        precisionRecallCurve = List.copyOf(precisionRecallCurve);
        calibrationBins = List.copyOf(calibrationBins);
        f1ByThreshold = List.copyOf(f1ByThreshold);
        predictiveValues = predictiveValues == null ? null : List.copyOf(predictiveValues);
    }

    /** The report for a threshold that was given. */
    public static EvaluationReport of(List<ScoredCase> cases, double threshold, BootstrapSpec bootstrap) {
        return of(cases, ThresholdChoice.fixed(threshold), bootstrap);
    }

    /**
     * The report of scored cases, whatever their order. Figures that need a class which is missing are undefined.
     *
     * @param cases at least one, with different image names
     * @param threshold chosen before, on other cases
     * @param bootstrap how intervals are computed
     */
    public static EvaluationReport of(List<ScoredCase> cases, ThresholdChoice threshold, BootstrapSpec bootstrap) {
        requireDistinctImages(cases);
        // a fixed order, so that sums round alike whatever the order given
        List<ScoredCase> ordered =
                cases.stream().sorted(Comparator.comparing(ScoredCase::image)).toList();
        Set<PatientId> patients = new HashSet<>();
        ordered.forEach(scored -> patients.add(scored.patient()));
        ConfusionMatrix confusion = ConfusionMatrix.at(threshold.threshold(), ordered);
        Calibration calibration = Calibration.of(ordered);
        PatientIntervals intervals = new PatientIntervals(ordered, threshold.threshold(), bootstrap);
        long positives = confusion.positives();
        long negatives = confusion.negatives();
        return new EvaluationReport(
                ordered.size(),
                patients.size(),
                positives,
                negatives,
                intervals.prevalence(Estimate.of((double) positives / ordered.size())),
                intervals.rocAuc(RocCurve.area(ordered)),
                intervals.averagePrecision(PrecisionRecallCurve.averagePrecision(ordered)),
                intervals.resampled(Figure.BRIER_SCORE, Estimate.of(calibration.brierScore())),
                intervals.resampled(Figure.LOG_LOSS, Estimate.of(calibration.logLoss())),
                intervals.resampled(
                        Figure.EXPECTED_CALIBRATION_ERROR, Estimate.of(calibration.expectedCalibrationError())),
                threshold,
                confusion,
                intervals.accuracy(confusion.accuracy()),
                intervals.balancedAccuracy(confusion.balancedAccuracy()),
                intervals.precision(confusion.precision()),
                intervals.recall(confusion.recall()),
                intervals.specificity(confusion.specificity()),
                intervals.negativePredictiveValue(confusion.negativePredictiveValue()),
                intervals.f1(confusion.f1()),
                intervals.resampled(Figure.MATTHEWS_CORRELATION, confusion.matthewsCorrelation()),
                positives > 0 && negatives > 0
                        ? RocCurve.withoutCollinearPoints(ordered).points()
                        : List.of(),
                positives > 0 ? PrecisionRecallCurve.of(ordered).points() : List.of(),
                calibration.bins(),
                ThresholdChoice.f1ByThreshold(ordered),
                bootstrap,
                intervals.singleClassResamples(),
                intervals.resampled(Figure.KAPPA, confusion.kappa()),
                intervals.resampled(
                        Figure.MAXIMUM_CALIBRATION_ERROR, Estimate.of(calibration.maximumCalibrationError())),
                CalibrationLine.of(ordered, bootstrap.level()),
                PredictiveValues.table(ordered, one -> one.probability() >= threshold.threshold(), bootstrap.level()),
                intervals.f1Averages(confusion));
    }

    private static void requireDistinctImages(List<ScoredCase> cases) {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a report needs cases, had none");
        }
        Set<String> images = new HashSet<>();
        for (ScoredCase scored : cases) {
            if (!images.add(scored.image())) {
                throw new IllegalArgumentException("image '" + scored.image() + "' is scored twice");
            }
        }
    }
}
