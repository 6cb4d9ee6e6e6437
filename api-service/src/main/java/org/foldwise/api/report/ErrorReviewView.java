package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.LabelDoubts;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ErrorReview",
        description =
                "The cases to look at: those that the model was surest of and wrong about, and those whose label it doubts.")
public record ErrorReviewView(
        @Schema(example = "31") long falsePositives,
        @Schema(example = "12") long falseNegatives,
        @Schema(description = "The most confident mistakes, the surest first, at most 50.")
                List<ErrorReview.Mistake> worst,
        @Schema(
                        description =
                                "Labels that out-of-fold predictions speak against, after confident learning. Reasons to look,"
                                        + " not corrections. Absent of other subsets.")
                @Nullable
                LabelDoubts doubts) {}
