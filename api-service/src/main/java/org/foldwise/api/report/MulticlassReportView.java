package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.scored.ClassAverages;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "MulticlassReport",
        description =
                "What a model of several exclusive classes is worth on a set of images, each called the class with the highest"
                        + " probability. Averages are over the classes that some images show and others do not.")
public record MulticlassReportView(
        @Schema(example = "1511") int images,
        @Schema(example = "1070") int patients,
        @Schema(description = "How many classes the averages are over.", example = "7") int judgedClasses,
        @Schema(description = "The decisions, class by class.") Confusion confusion,
        @Schema(description = "Share of right decisions.") Estimate accuracy,
        @Schema(description = "Mean recall.") Estimate balancedAccuracy,
        @Schema(description = "Mean F1.") Estimate meanF1,
        @Schema(description = "Over all classes at once.") Estimate matthewsCorrelation,
        @Schema(description = "Cohen's, without weights.") Estimate kappa,
        @Schema(description = "Mean area under the ROC curve of each class against the others.") Estimate meanRocAuc,
        @Schema(description = "Mean average precision of each class against the others.") Estimate meanAveragePrecision,
        Estimate logLoss,
        @Schema(description = "Mean sum of squared errors over the classes, 0 to 2.") Estimate brierScore,
        @Schema(description = "Each class against the others, in the order of the dataset's classes.")
                List<ClassReportView> classes,
        @Schema(description = "How the intervals were computed.") BootstrapSpec bootstrap,
        @Schema(
                        description =
                                "Figures over the classes in the usual ways. Absent of evaluations from before there were these figures, as all"
                                        + " below.")
                @Nullable
                ClassAverages averages,
        @Schema(description = "Mean area over pairs of classes, each among the images of the two.") @Nullable
                Estimate oneVersusOneRocAuc,
        @Schema(description = "Expected calibration error of the highest probability as that of being right.") @Nullable
                Estimate topCalibrationError,
        @Schema(description = "The largest gap of a bin of the same.") @Nullable Estimate topMaximumCalibrationError) {

    @Schema(name = "ClassMatrix", description = "True classes by rows, decisions by columns.")
    public record Confusion(
            @Schema(
                            description = "In the order of the dataset's classes.",
                            example = "[[40, 2, 1], [3, 31, 0], [0, 4, 57]]")
                    List<List<Long>> counts) {}
}
