package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.scored.RecalibrationEffect;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "RecalibrationEffect",
        description =
                "What the run's recalibration does to figures of these images, to which it was not fitted: the network's probabilities"
                        + " before, the recalibrated ones after. Intervals take the patient as what was sampled, and both sides are of the same draws.")
public record RecalibrationEffectView(
        @Schema(example = "624") int images,
        @Schema(example = "211") int patients,
        @Schema(description = "In a fixed order.") List<OfFigure> figures,
        @Schema(
                        description =
                                "The calibration error and the area of each class or label against everything else, in the order of the dataset's"
                                        + " classes; none in a binary task.")
                List<OfClass> classes,
        BootstrapSpec bootstrap) {

    @Schema(name = "RecalibratedFigure", description = "What became of a figure.")
    record OfFigure(
            @Schema(description = "Of accuracy and area more is better, of the others less.")
                    RecalibrationEffect.Figure figure,
            Change change) {}

    @Schema(name = "RecalibratedClass", description = "What became of a class or label.")
    record OfClass(
            @Schema(example = "pneumonia") String name,
            Change calibrationError,
            @Schema(
                            description =
                                    "Of the area under the ROC curve; absent in evaluations that were made before it was kept.")
                    @Nullable
                    Change rocAuc) {}

    @Schema(name = "RecalibrationChange", description = "A figure on both sides.")
    record Change(
            @Schema(description = "Of the network's probabilities.") Estimate before,
            @Schema(description = "Of the recalibrated ones.") Estimate after,
            @Schema(description = "After less before.") Estimate difference) {}
}
