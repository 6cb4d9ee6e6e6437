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
        @Schema(description = "All out-of-fold cases of the first repeat in one report.") @Nullable
                ReportView pooled) {}
