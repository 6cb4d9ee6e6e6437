package org.foldwise.api.report;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.learning.json.PredictionSetsJson;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.jspecify.annotations.Nullable;

/** The limits of prediction sets. */
@Schema(
        name = "PredictionSets",
        description =
                "What makes a class one of those that may be right. For each class, the set of an image of a new patient holds the truth"
                        + " as often as coverage says, on average over calibration patients, as long as new patients come as these did.")
public record PredictionSetsView(
        @Schema(description = "How often the truth is promised to be in the set.", example = "0.9") double coverage,
        @Schema(description = "Of each class, in the order of the dataset's classes; absent where there are none.")
                @Nullable
                List<Limit> limits,
        @Schema(description = "Why there are no limits, and hence no sets.") @Nullable String undefinedBecause,
        @Schema(description = "Of a multi-label task of each label, in the order of the dataset's classes.") @Nullable
                List<LabelLimits> labels) {

    @Schema(name = "PredictionSetLimit", description = "The limit of a class.")
    record Limit(
            @Schema(description = "Calibration patients with images of the class.", example = "57") int patients,
            @Schema(
                            description = "The class is in the set where 1 less its probability is at or below this.",
                            example = "0.62")
                    double score) {}

    @Schema(name = "LabelPredictionSets", description = "The limits of a label.")
    record LabelLimits(
            @Schema(description = "For images without the label, then for images with it; absent where there are none.")
                    @Nullable
                    List<Limit> limits,
            @Schema(description = "Why the label has no limits, and hence no sets.") @Nullable
                    String undefinedBecause) {
        static LabelLimits of(PredictionSets label) {
            return label instanceof ConformalSets sets
                    ? new LabelLimits(PredictionSetsView.limits(sets), null)
                    : new LabelLimits(null, label instanceof PredictionSets.Undefined none ? none.because() : null);
        }
    }

    private static List<Limit> limits(ConformalSets sets) {
        return sets.limits().stream()
                .map(limit -> new Limit(limit.patients(), limit.score()))
                .toList();
    }

    /**
     * The wire form of stored prediction sets; nothing where none were asked for.
     *
     * @param document as the registry stores it
     */
    public static @Nullable PredictionSetsView of(@Nullable String document) {
        PredictionSets sets = document == null ? new PredictionSets.None() : PredictionSetsJson.read(document);
        if (sets instanceof ConformalSets conformal) {
            return new PredictionSetsView(conformal.coverage(), limits(conformal), null, null);
        }
        if (sets instanceof LabelSets ofLabels) {
            return new PredictionSetsView(
                    ofLabels.coverage(),
                    null,
                    null,
                    ofLabels.labels().stream().map(LabelLimits::of).toList());
        }
        return sets instanceof PredictionSets.Undefined undefined
                ? new PredictionSetsView(undefined.coverage(), null, undefined.because(), null)
                : null;
    }
}
