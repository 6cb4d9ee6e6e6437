package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.metrics.F1Averages;
import org.foldwise.learning.metrics.PatientAggregation;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "PatientReport",
        description =
                "What a model is worth where patients are counted, not images. Every case of its reports is a patient: what they call"
                        + " images are patients as well.")
public record PatientReportView(
        @Schema(example = "427") int patients,
        @Schema(description = "How what a patient shows follows from what the patient's images show.")
                PatientLabelRule labelRule,
        @Schema(
                        description = "Patients whose images differ in what they show; the rule decided for them.",
                        example = "3")
                int conflicting,
        @Schema(description = "By each way of making one probability of those of a patient's images.")
                List<Aggregated> aggregations) {

    @Schema(name = "PatientFigures", description = "The figures of patients by one aggregation.")
    public record Aggregated(
            PatientAggregation aggregation,
            @Schema(
                            description =
                                    "Of a binary task: its positive class, at a threshold for patients, which the run's rule chose on the"
                                            + " patients that it chose the run's on. 'reached' says so where it is that of the images.")
                    @Nullable
                    ClassReportView binary,
            @Schema(description = "Of a multiclass task.") @Nullable MulticlassReportView multiclass,
            @Schema(description = "Of a multi-label task, at such thresholds.") @Nullable
                    MultilabelReportView multilabel,
            @Schema(
                            description =
                                    "Of a binary task: F1 of both classes averaged, 'weighted' by their patients. Absent of evaluations from"
                                            + " before there were these figures.")
                    @Nullable
                    F1Averages f1Averages) {}
}
