package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.metrics.scored.ClassDoubts;
import org.foldwise.learning.metrics.scored.ClassErrorReview;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "ClassErrorReview",
        description =
                "The images to look at where there are several classes, or labels: those that the model was surest of and wrong about,"
                        + " and those whose class or label it doubts.")
public record ClassErrorReviewView(
        @Schema(description = "Each class against everything else, in the order of the dataset's classes.")
                List<ClassErrorReview.OfClass> classes,
        @Schema(
                        description =
                                "The wrong decisions with the lowest probability of the truth, at most 50: of exclusive classes each"
                                        + " image once, of labels each wrong label of an image.")
                List<ClassErrorReview.Mistake> worst,
        @Schema(
                        description =
                                "Of exclusive classes what out-of-fold predictions speak against, after confident learning. Reasons to look,"
                                        + " not corrections. Absent of other subsets, and of labels, each of which has its own.")
                @Nullable
                ClassDoubts doubts) {}
