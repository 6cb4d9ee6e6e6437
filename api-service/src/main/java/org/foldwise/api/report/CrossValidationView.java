package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.FoldFigure;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
                        description =
                                "Mean and spread over the folds of every figure that all of them have; decisions are at the threshold of"
                                        + " 'pooled', which was chosen on these images.")
                @Nullable
                List<FoldFigure> figures,
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
            @Schema(description = "Mean F1 by the decision of the pooled report.") Estimate f1,
            @Schema(
                            description =
                                    "Share of images decided rightly; not of labels. Absent of experiments from before there were these"
                                            + " figures, as all below.")
                    @Nullable
                    Estimate accuracy,
            @Schema(description = "Mean recall of the judged classes.") @Nullable Estimate recall,
            @Schema(description = "Mean specificity of the judged classes.") @Nullable Estimate specificity,
            @Schema(description = "Mean over the judged classes of the mean squared error of the class's probability.")
                    @Nullable
                    Estimate brierScore,
            @Schema(description = "Of labels, the share of images with every label right.") @Nullable
                    Estimate subsetAccuracy) {
        private static FoldAverages of(TaskSummary.FoldAverages stored) {
            return new FoldAverages(
                    stored.fold(),
                    stored.images(),
                    stored.patients(),
                    stored.judgedClasses(),
                    stored.rocAuc(),
                    stored.averagePrecision(),
                    stored.f1(),
                    stored.accuracy(),
                    stored.recall(),
                    stored.specificity(),
                    stored.brierScore(),
                    stored.subsetAccuracy());
        }
    }

    /** What is stored of an experiment, with what follows from its folds. */
    public static CrossValidationView of(String summary, JsonMapper mapper) {
        JsonNode stored = mapper.readTree(summary);
        CrossValidationView view = mapper.treeToValue(stored, CrossValidationView.class);
        TaskSummary ofClasses =
                stored.path("folds").isArray() || stored.path("foldAverages").isEmpty()
                        ? null
                        : ReportJson.read(TaskSummary.class, summary);
        List<FoldFigure> figures = stored.path("folds").isArray()
                ? ReportJson.read(CrossValidationSummary.class, summary).figures()
                : ofClasses == null ? null : ofClasses.figures();
        return new CrossValidationView(
                view.folds,
                ofClasses == null
                        ? view.foldAverages
                        : ofClasses.foldAverages().stream()
                                .map(FoldAverages::of)
                                .toList(),
                view.meanRocAuc,
                view.standardDeviationRocAuc,
                figures,
                view.repeats,
                view.pooled,
                view.multiclass,
                view.multilabel);
    }
}
