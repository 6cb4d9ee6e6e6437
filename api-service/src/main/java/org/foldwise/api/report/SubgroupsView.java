package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.dataset.ImageGroups.LeftOut;
import org.foldwise.learning.metrics.SubgroupReport;

@Schema(
        name = "SubgroupReport",
        description =
                "What a model is worth on parts of the cases, at the same threshold. Some group is always the lowest;"
                        + " whether by more than chance is for the intervals to say.")
public record SubgroupsView(
        @Schema(description = "What scores as high is called positive.", example = "0.43") double threshold,
        @Schema(
                        description =
                                "A figure takes as many patients of each class that it is about; with fewer it is undefined"
                                        + " and says so.",
                        example = "10")
                int fewestPatients,
        @Schema(description = "Those that are known of at least one image.") List<SubgroupReport.Attribute> attributes,
        @Schema(
                        description =
                                "Attributes by which nothing is grouped, with the reason; none in evaluations from before reasons were kept.")
                List<LeftOut> leftOut) {
    /** Evaluations that were stored before have none. */
    @SuppressWarnings("NullAway") // what is read from JSON may lack a field
    public SubgroupsView {
        leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
    }
}
