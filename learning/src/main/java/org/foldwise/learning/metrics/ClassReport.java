package org.foldwise.learning.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One class of several, or one label, against everything else. Every figure counts images; every interval takes the patient as what
 * was sampled.
 *
 * @param name of the class
 * @param images images that show it
 * @param patients patients with such an image
 * @param prevalence share of images that show it
 * @param rocAuc area under the ROC curve
 * @param averagePrecision area under the precision-recall curve by steps
 * @param brierScore mean squared error of its probabilities
 * @param expectedCalibrationError mean gap between probability and share of images that show it over 10 bins
 * @param threshold what scores as high is called so, and where that comes from; absent where the highest probability decides
 * @param confusion the decisions
 * @param precision share of right ones among those called so
 * @param recall share called so among those that show it
 * @param specificity share not called so among those that do not show it
 * @param negativePredictiveValue share of right ones among those not called so
 * @param f1 harmonic mean of precision and recall
 * @param calibrationBins the bins of the reliability diagram that hold cases
 * @param accuracy share of right decisions; absent in older reports, as all that follows
 * @param balancedAccuracy mean of recall and specificity
 * @param matthewsCorrelation correlation of decisions and truth
 * @param kappa Cohen's, agreement of decisions and truth beyond chance
 * @param logLoss mean negative logarithm of the probability of what was true
 * @param maximumCalibrationError largest gap between probability and share of a bin
 * @param calibrationLine slope and intercepts of the logistic recalibration
 * @param predictiveValues what they would be at other prevalences, and at that of the images, by rising prevalence
 */
public record ClassReport(
        String name,
        long images,
        int patients,
        Estimate prevalence,
        Estimate rocAuc,
        Estimate averagePrecision,
        Estimate brierScore,
        Estimate expectedCalibrationError,
        @Nullable ThresholdChoice threshold,
        ConfusionMatrix confusion,
        Estimate precision,
        Estimate recall,
        Estimate specificity,
        Estimate negativePredictiveValue,
        Estimate f1,
        List<Calibration.Bin> calibrationBins,
        @Nullable Estimate accuracy,
        @Nullable Estimate balancedAccuracy,
        @Nullable Estimate matthewsCorrelation,
        @Nullable Estimate kappa,
        @Nullable Estimate logLoss,
        @Nullable Estimate maximumCalibrationError,
        @Nullable CalibrationLine calibrationLine,
        @Nullable List<PredictiveValues> predictiveValues) {
    public ClassReport {
        calibrationBins = List.copyOf(calibrationBins);
        predictiveValues = predictiveValues == null ? null : List.copyOf(predictiveValues);
    }

    /** Whether some images show it and others do not, so that it takes part in averages over classes. */
    public boolean judged() {
        return confusion.positives() > 0 && confusion.negatives() > 0;
    }
}
