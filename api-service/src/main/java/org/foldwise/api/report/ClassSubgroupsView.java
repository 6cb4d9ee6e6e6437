package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.dataset.ImageGroups.LeftOut;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;

@Schema(
        name = "ClassSubgroupReport",
        description =
                "What a model of several classes, or of labels, is worth on parts of the images, by the same decisions. A mean is over"
                        + " the classes that the group can measure; beside it stands that of the same classes over all images, and the"
                        + " group farthest below that is the lowest. Some group always is; whether by more than chance is for the"
                        + " intervals to say.")
public record ClassSubgroupsView(
        @Schema(
                        description =
                                "A figure takes as many patients of each kind that it is about; with fewer it is undefined and says so.",
                        example = "10")
                int fewestPatients,
        @Schema(description = "How many classes, or labels, there are.", example = "14") int classes,
        @Schema(description = "Those that are known of at least one image.")
                List<ClassSubgroupReport.Attribute> attributes,
        @Schema(
                        description =
                                "Attributes by which nothing is grouped, with the reason; none in evaluations from before reasons were kept.")
                List<LeftOut> leftOut) {
    /** Evaluations that were stored before have none. */
    @SuppressWarnings("NullAway") // what is read from JSON may lack a field
    public ClassSubgroupsView {
        leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
    }
}
