package org.foldwise.api.evaluation;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.dataset.WaiverView;
import org.foldwise.api.experiment.FindingOverride;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.report.ClassErrorReviewView;
import org.foldwise.api.report.ClassSubgroupsView;
import org.foldwise.api.report.ErrorReviewView;
import org.foldwise.api.report.LabelSetReportView;
import org.foldwise.api.report.MulticlassReportView;
import org.foldwise.api.report.MultilabelReportView;
import org.foldwise.api.report.OptimismView;
import org.foldwise.api.report.PatientReportView;
import org.foldwise.api.report.PredictionSetReportView;
import org.foldwise.api.report.PredictionSetsView;
import org.foldwise.api.report.RecalibrationEffectView;
import org.foldwise.api.report.RecalibrationView;
import org.foldwise.api.report.ReportView;
import org.foldwise.api.report.SubgroupsView;
import org.foldwise.api.report.ThresholdRule;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.EvaluationState;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.SharedPatients;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.registry.evaluation.TestOpening;
import org.jspecify.annotations.Nullable;

@Schema(description = "A judgement of a run or of a whole cross-validation on some images.")
record EvaluationResponse(
        UUID id,
        EvaluationCreation.Subject subject,
        Subset subset,
        EvaluationState state,
        @Schema(description = "0 to 1.", example = "0.5") double progress,
        @Nullable String message,
        @Schema(description = "The rule that chooses the threshold; absent where the frozen one is used.") @Nullable
                ThresholdRule thresholdRule,
        @Schema(
                        description =
                                "Asked for with a validation; absent elsewhere, where what was frozen with the run's threshold is used.")
                @Nullable
                RecalibrationMethod recalibration,
        @Schema(
                        description =
                                "Asked for of prediction sets with a validation; absent elsewhere, and where there are to be none.",
                        example = "0.9")
                @Nullable
                Double coverage,
        @Nullable String reason,
        @Nullable UUID datasetId,
        @Nullable SharedPatients sharedPatients,
        @Schema(description = "Which opening of the test subset this is.") @Nullable OpeningView opening,
        @Schema(description = "The run's threshold, if this evaluation froze it.") @Nullable Frozen frozenThreshold,
        @Schema(description = "Of a binary task. Absent before it has succeeded.") @Nullable ReportView report,
        @Schema(description = "Of a multiclass task. Absent before it has succeeded.") @Nullable
                MulticlassReportView multiclassReport,
        @Schema(description = "Of a multi-label task. Absent before it has succeeded.") @Nullable
                MultilabelReportView multilabelReport,
        @Schema(
                        description =
                                "The same where patients are counted; absent before it has succeeded, and of evaluations from before it was"
                                        + " told.")
                @Nullable
                PatientReportView patientReport,
        @Schema(description = "Of a binary task the figures of parts of the cases; absent before it has succeeded.")
                @Nullable
                SubgroupsView subgroups,
        @Schema(description = "Of a binary task the cases to look at; absent before it has succeeded.") @Nullable
                ErrorReviewView errorReview,
        @Schema(
                        description =
                                "Of a multiclass or multi-label task the figures of parts of the images; absent before it has succeeded, and"
                                        + " of evaluations from before there were any.")
                @Nullable
                ClassSubgroupsView classSubgroups,
        @Schema(description = "Of a multiclass or multi-label task the images to look at; absent likewise.") @Nullable
                ClassErrorReviewView classErrorReview,
        @Schema(
                        description =
                                "Of the test subset and of external datasets, where the run has prediction sets; absent before it has"
                                        + " succeeded.")
                @Nullable
                PredictionSetReportView predictionSets,
        @Schema(description = "Of a multi-label task the same of each label, in the order of the dataset's classes.")
                @Nullable
                List<LabelSetReportView> labelPredictionSets,
        @Schema(
                        description =
                                "Of the test subset and of external datasets, where the run recalibrates; absent before it has succeeded, and"
                                        + " of evaluations from before it was told.")
                @Nullable
                RecalibrationEffectView recalibrationEffect,
        @Schema(description = "Of the test subset: whether it confirms what development had promised.") @Nullable
                OptimismView optimism,
        @Schema(description = "Equal patient ids and images of the training and the external dataset.") @Nullable
                Overlap overlap,
        @Schema(description = "Blocking findings of the training or of the external dataset that were set aside.")
                List<WaiverView> waivers,
        @Schema(description = "Why the experiment was started in spite of blocking findings.")
                List<FindingOverride> overrides,
        @Schema(
                        description =
                                "Patients whom its figures rest on and who were withdrawn since. Their cases are gone; the figures are those"
                                        + " from before.",
                        example = "0")
                int withdrawals,
        @Schema(description = "Why it failed.") @Nullable String failure,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    @Schema(name = "FrozenThreshold", description = "A threshold that was chosen once and for all.")
    record Frozen(
            @Schema(description = "Of a binary task.", example = "0.43") @Nullable Double value,
            @Schema(
                            description =
                                    "Of each label of a multi-label task, in the order of the dataset's classes. Of a multiclass task"
                                            + " there is no threshold: the most probable class is taken.")
                    @Nullable
                    List<Double> labelValues,
            @Schema(description = "Frozen with it.") RecalibrationView recalibration,
            @Schema(description = "Frozen with it; absent where none were asked for.") @Nullable
                    PredictionSetsView predictionSets,
            Instant frozenAt) {
        static Frozen of(FrozenThreshold threshold) {
            return new Frozen(
                    threshold.value(),
                    threshold.labelValues(),
                    RecalibrationView.of(threshold.recalibration()),
                    PredictionSetsView.of(threshold.predictionSets()),
                    threshold.frozenAt());
        }
    }

    /** What an evaluation came to; all of it absent before it has succeeded, and one there afterwards. */
    record Reports(
            @Nullable ReportView binary,
            @Nullable MulticlassReportView multiclass,
            @Nullable MultilabelReportView multilabel) {}

    /** What prediction sets did; one of the two, or neither. */
    record SetReports(@Nullable PredictionSetReportView ofClasses, @Nullable List<LabelSetReportView> ofLabels) {}

    /** What there is to say beside a report, by task; absent likewise. */
    record Reviews(
            @Nullable SubgroupsView subgroups,
            @Nullable ErrorReviewView errors,
            @Nullable ClassSubgroupsView classSubgroups,
            @Nullable ClassErrorReviewView classErrors) {}

    @Schema(name = "DatasetOverlap", description = "What the training and the external dataset have in common.")
    record Overlap(
            @Schema(
                            description = "Patients who are in both, by id or by the Patient ID of their DICOM files.",
                            example = "0")
                    int sharedPatients,
            @Schema(description = "Byte-identical images.", example = "0") int sharedContents) {}

    static EvaluationResponse of(
            Evaluation evaluation,
            JobView job,
            @Nullable ThresholdRule rule,
            @Nullable TestOpening opening,
            @Nullable FrozenThreshold frozen,
            Reports reports,
            @Nullable PatientReportView patientReport,
            Reviews reviews,
            SetReports predictionSets,
            @Nullable RecalibrationEffectView recalibrationEffect,
            @Nullable OptimismView optimism,
            @Nullable Overlap overlap,
            List<WaiverView> waivers,
            List<FindingOverride> overrides) {
        return new EvaluationResponse(
                evaluation.id(),
                new EvaluationCreation.Subject(evaluation.runId(), evaluation.experimentId()),
                evaluation.subset(),
                evaluation.state(),
                evaluation.state().isTerminal() ? 1 : job.progress(),
                job.message(),
                rule,
                evaluation.subset() == Subset.VALIDATION ? evaluation.recalibrationMethod() : null,
                evaluation.coverage(),
                evaluation.reason(),
                evaluation.datasetId(),
                evaluation.sharedPatients(),
                opening == null ? null : OpeningView.of(opening),
                frozen == null ? null : Frozen.of(frozen),
                reports.binary(),
                reports.multiclass(),
                reports.multilabel(),
                patientReport,
                reviews.subgroups(),
                reviews.errors(),
                reviews.classSubgroups(),
                reviews.classErrors(),
                predictionSets.ofClasses(),
                predictionSets.ofLabels(),
                recalibrationEffect,
                optimism,
                overlap,
                waivers,
                overrides,
                evaluation.withdrawals(),
                evaluation.failure(),
                evaluation.createdAt(),
                evaluation.finishedAt());
    }
}
