package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.CalibrationLine;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.F1Averages;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.PredictiveValues;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "EvaluationReport",
        description =
                "What a model is worth on a set of cases. Every figure counts images, every interval takes the patient as what was sampled.")
public record ReportView(
        @Schema(example = "624") int images,
        @Schema(example = "427") int patients,
        @Schema(example = "390") long positives,
        @Schema(example = "234") long negatives,
        @Schema(description = "Share of positive cases.") Estimate prevalence,
        @Schema(description = "Area under the ROC curve.") Estimate rocAuc,
        @Schema(description = "Area under the precision-recall curve by steps.") Estimate averagePrecision,
        Estimate brierScore,
        Estimate logLoss,
        @Schema(
                        description =
                                "Mean gap between probability and share that shows it over 10 bins. Noise makes it too high, which its interval"
                                        + " allows for.")
                Estimate expectedCalibrationError,
        Threshold threshold,
        @Schema(description = "The decisions at that threshold.") ConfusionMatrix confusion,
        Estimate accuracy,
        Estimate balancedAccuracy,
        Estimate precision,
        Estimate recall,
        Estimate specificity,
        Estimate negativePredictiveValue,
        Estimate f1,
        Estimate matthewsCorrelation,
        @Schema(description = "Empty where one class is missing.") List<RocCurve.Point> rocCurve,
        @Schema(description = "Empty without positives.") List<PrecisionRecallCurve.Point> precisionRecallCurve,
        @Schema(description = "The bins of the reliability diagram that hold cases.")
                List<Calibration.Bin> calibrationBins,
        @Schema(description = "F1 at 0.05, 0.10, ..., 0.95; to look at, not to choose from on a test subset.")
                List<ThresholdChoice.F1At> f1ByThreshold,
        @Schema(description = "How the intervals were computed.") BootstrapSpec bootstrap,
        @Schema(description = "Resamples with one class only, left out where both are needed.", example = "0")
                int singleClassResamples,
        @Schema(description = "Cohen's. Absent of evaluations from before there were these figures, as all below.")
                @Nullable
                Estimate kappa,
        @Schema(description = "The largest gap between probability and share of positives of a bin.") @Nullable
                Estimate maximumCalibrationError,
        @Schema(description = "The logistic recalibration.") @Nullable CalibrationLine calibrationLine,
        @Schema(
                        description =
                                "What they would be at other prevalences, and at that of the cases, by rising prevalence.")
                @Nullable
                List<PredictiveValues> predictiveValues,
        @Schema(
                        description =
                                "F1 of both classes averaged. Absent of evaluations from before there were these figures.")
                @Nullable
                F1Averages f1Averages) {

    @Schema(name = "ChosenThreshold", description = "A threshold and where it comes from.")
    public record Threshold(
            ThresholdRule rule,
            @Schema(description = "A probability of at least that much is called positive.", example = "0.43")
                    double threshold,
            @Schema(description = "What the rule looks for the best of, on the cases it was chosen on.")
                    Estimate reached) {}
}
