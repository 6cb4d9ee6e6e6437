package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.Estimate;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ExperimentSummary",
        description = "What came out of an experiment; of a cross-validation every fold, their mean and their spread.")
public record CrossValidationView(
        @Schema(description = "Every fold of a cross-validation on the patients it held out.") @Nullable
                List<CrossValidationSummary.FoldResult> folds,
        @Schema(
                        description =
                                "Every fold of a cross-validation of a multiclass or multi-label task, averaged over classes.")
                @Nullable
                List<FoldAverages> foldAverages,
        @Schema(
                        description =
                                "Mean of the folds' areas under the ROC curve, with the interval of the corrected resampled t-test.")
                @Nullable
                Estimate meanRocAuc,
        @Schema(description = "Their sample standard deviation; no confidence interval, for the folds share patients.")
                @Nullable
                Estimate standardDeviationRocAuc,
        @Schema(
                        description = "How often each patient was held out; absent where nobody was, or not told of.",
                        example = "1")
                @Nullable
                Integer repeats,
        @Schema(description = "All out-of-fold cases of a binary task, of the first repeat, in one report.") @Nullable
                ReportView pooled,
        @Schema(
                        description =
                                "Of a multiclass task all out-of-fold images of the first repeat, or the single training's validation images, in one"
                                        + " report.")
                @Nullable
                MulticlassReportView multiclass,
        @Schema(description = "The same of a multi-label task.") @Nullable MultilabelReportView multilabel) {

    @Schema(name = "FoldAverages", description = "Averages over classes on the held-out patients of one fold.")
    public record FoldAverages(
            @Schema(description = "0 for the first.", example = "0") int fold,
            @Schema(description = "Held-out images.", example = "104") int images,
            @Schema(description = "Held-out patients.", example = "71") int patients,
            @Schema(description = "How many classes the averages are over.", example = "7") int judgedClasses,
            @Schema(description = "Mean area under the ROC curve.") Estimate rocAuc,
            @Schema(description = "Mean average precision.") Estimate averagePrecision,
            @Schema(description = "Mean F1 by the decision of the pooled report.") Estimate f1) {}
}
