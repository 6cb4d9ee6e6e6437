package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.scored.ClassAverages;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "MultilabelReport",
        description =
                "What a model of several labels is worth on a set of images, each label decided by its own threshold. Averages are"
                        + " over the labels that some images show and others do not.")
public record MultilabelReportView(
        @Schema(example = "1511") int images,
        @Schema(example = "1070") int patients,
        @Schema(description = "Images that show no label.", example = "803") int imagesWithoutLabel,
        @Schema(description = "How many labels the averages are over.", example = "14") int judgedClasses,
        @Schema(description = "Mean area under the labels' ROC curves.") Estimate meanRocAuc,
        @Schema(description = "Mean of the labels' average precisions.") Estimate meanAveragePrecision,
        @Schema(description = "Mean of the labels' F1.") Estimate meanF1,
        @Schema(description = "F1 of all decisions on all labels of all images together.") Estimate microF1,
        @Schema(description = "Share of images with every label right.") Estimate subsetAccuracy,
        @Schema(description = "Share of wrong decisions on all labels of all images.") Estimate hammingLoss,
        @Schema(description = "Each label by itself, in the order of the dataset's classes.")
                List<ClassReportView> classes,
        @Schema(description = "How the intervals were computed.") BootstrapSpec bootstrap,
        @Schema(
                        description =
                                "Figures over the labels in the usual ways; absent of evaluations from before there were these figures.")
                @Nullable
                ClassAverages averages) {}
