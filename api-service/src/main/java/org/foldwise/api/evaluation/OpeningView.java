package org.foldwise.api.evaluation;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.foldwise.registry.evaluation.TestOpening;
import org.jspecify.annotations.Nullable;

/** An opening of a test subset as it is shown with its evaluation, and with whatever else its images tell. */
@Schema(name = "TestOpening", description = "The locked test images of a split were scored.")
public record OpeningView(
        @Schema(
                        description =
                                "1, 2, ... among the openings that have scored any of these patients, under whatever split of the"
                                        + " project; a patient of another dataset is known by byte-identical images.",
                        example = "1")
                int number,
        @Schema(description = "Whether some of its patients had been opened before, so that it is no first test.")
                boolean reuse,
        @Schema(description = "The split that locks these patients away.") UUID splitId,
        @Schema(
                        description =
                                "The figures that it was for, by their names in the report; none in openings from before they were"
                                        + " named.")
                List<NamedMetric> metrics,
        @Schema(description = "What had become of its patients before; absent likewise.") @Nullable Past past,
        String reason,
        @Schema(description = "Name of the API key.") String openedBy,
        Instant openedAt) {
    public static OpeningView of(TestOpening opening) {
        return new OpeningView(
                opening.number(),
                opening.isReuse(),
                opening.splitId(),
                opening.metrics(),
                Past.of(opening.past()),
                opening.reason(),
                opening.openedBy(),
                opening.openedAt());
    }

    @Schema(
            name = "TestPatientsPast",
            description = "What had become of the patients of a test subset before it was opened.")
    public record Past(
            @Schema(description = "How many there are.", example = "40") int patients,
            @Schema(
                            description = "How many of them an earlier opening had scored, under whatever split.",
                            example = "0")
                    int openedBefore,
            @Schema(
                            description =
                                    "How many of them had been trained on, validated on or held out in experiments on other splits, or"
                                            + " judged as external images. Whoever saw what came of that knew their answers.",
                            example = "0")
                    int readBefore,
            @Schema(description = "Ids of these experiments and evaluations.") List<UUID> readBy,
            @Schema(
                            description =
                                    "Of how many of them model versions of the project had answered images by /predict, known by the bytes of"
                                            + " the files. Whoever saw these answers had opened them in all but name. Absent in openings from"
                                            + " before it was counted.",
                            example = "0")
                    @Nullable
                    Integer answeredBefore) {
        static @Nullable Past of(TestOpening.@Nullable Past past) {
            return past == null
                    ? null
                    : new Past(
                            past.patients(),
                            past.openedBefore(),
                            past.readBefore(),
                            past.readBy(),
                            past.answeredBefore());
        }
    }
}
