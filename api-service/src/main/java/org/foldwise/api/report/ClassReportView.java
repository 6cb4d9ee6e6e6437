package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.CalibrationLine;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PredictiveValues;
import org.jspecify.annotations.Nullable;

@Schema(name = "ClassReport", description = "One class of several, or one label, against everything else.")
public record ClassReportView(
        @Schema(example = "Effusion") String name,
        @Schema(description = "Images that show it.", example = "120") long images,
        @Schema(description = "Patients with such an image.", example = "96") int patients,
        @Schema(description = "Share of images that show it.") Estimate prevalence,
        @Schema(description = "Area under the ROC curve.") Estimate rocAuc,
        @Schema(description = "Area under the precision-recall curve by steps.") Estimate averagePrecision,
        Estimate brierScore,
        @Schema(
                        description =
                                "Mean gap between probability and share that shows it over 10 bins. Noise makes it too high, which its interval"
                                        + " allows for.")
                Estimate expectedCalibrationError,
        @Schema(description = "Of a label; of several exclusive classes the most probable is taken.")
                ReportView.@Nullable Threshold threshold,
        @Schema(description = "The decisions on it.") ConfusionMatrix confusion,
        Estimate precision,
        Estimate recall,
        Estimate specificity,
        Estimate negativePredictiveValue,
        Estimate f1,
        @Schema(description = "The bins of the reliability diagram that hold cases.")
                List<Calibration.Bin> calibrationBins,
        @Schema(
                        description =
                                "Share of right decisions on it. Absent of evaluations from before there were these figures, as all"
                                        + " below.")
                @Nullable
                Estimate accuracy,
        @Nullable Estimate balancedAccuracy,
        @Nullable Estimate matthewsCorrelation,
        @Schema(description = "Cohen's.") @Nullable Estimate kappa,
        @Nullable Estimate logLoss,
        @Schema(description = "The largest gap between probability and share of a bin.") @Nullable
                Estimate maximumCalibrationError,
        @Schema(description = "The logistic recalibration.") @Nullable CalibrationLine calibrationLine,
        @Schema(
                        description =
                                "What they would be at other prevalences, and at that of the images, by rising prevalence.")
                @Nullable
                List<PredictiveValues> predictiveValues) {}
