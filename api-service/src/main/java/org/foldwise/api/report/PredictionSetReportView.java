package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.conformal.PredictionSetReport;

@Schema(
        name = "PredictionSetReport",
        description =
                "What the run's prediction sets do on these images. A set of one class is an answer; a larger or an empty one is an"
                        + " abstention. Coverage is a mean over patients, as it is promised for an image of a new patient; other shares are"
                        + " of images. Intervals take the patient as what was sampled.")
public record PredictionSetReportView(
        @Schema(description = "What is promised.", example = "0.9") double coverage,
        @Schema(description = "Nominal coverage of the intervals.", example = "0.95") double level,
        @Schema(example = "624") int images,
        @Schema(example = "211") int patients,
        @Schema(description = "The chance that the set of an image of a patient holds the truth.") Estimate covered,
        @Schema(description = "Share of the images whose set holds one class.") Estimate answered,
        @Schema(description = "Share of the images whose set holds several classes.") Estimate several,
        @Schema(description = "Share of the images whose set is empty.") Estimate empty,
        @Schema(description = "Mean number of classes in a set.") Estimate meanSize,
        @Schema(description = "Share of the answers that are right.") Estimate rightWhereAnswered,
        @Schema(
                        description =
                                "Share of the images without an answer whose decision is right nevertheless: what abstaining gives up.")
                Estimate decidedRightlyElsewhere,
        @Schema(description = "Share of the answers that name another class than the decision does.")
                Estimate otherThanDecided,
        @Schema(description = "The same for the images of each class, in the order of the dataset's classes.")
                List<PredictionSetReport.OfClass> classes) {}
