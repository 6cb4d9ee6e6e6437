package org.foldwise.registry.evaluation;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.metrics.scored.NamedMetric;
import org.jspecify.annotations.Nullable;

/**
 * Somebody had the locked test images of a split scored.
 *
 * @param number 1, 2, ... among the openings of any of these patients, under whatever split of the project; of openings from before there
 *     were named metrics within the split
 * @param metrics the figures that it was for; none named in openings from before there were any
 * @param past what had become of its patients before; absent likewise
 * @param openedBy the name of the API key
 */
public record TestOpening(
        UUID id,
        UUID splitId,
        UUID evaluationId,
        int number,
        List<NamedMetric> metrics,
        @Nullable Past past,
        String reason,
        String openedBy,
        Instant openedAt) {
    public TestOpening {
        metrics = List.copyOf(metrics);
    }

    /**
     * What had become of the patients of a test subset before it was opened. A patient of the split's dataset is known by the key, of
     * other datasets of the project by byte-identical images.
     *
     * @param patients how many there are
     * @param openedBefore how many of them an earlier opening had scored, under whatever split
     * @param readBefore how many of them had been trained on, validated on or held out in an experiment on another split, or judged as
     *     external images
     * @param readBy these experiments and evaluations, in the order of their ids
     * @param answeredBefore of how many of them model versions of the project had answered images for whoever asked, byte for byte those that
     *     are locked away; absent in openings from before that was counted
     */
    public record Past(
            int patients, int openedBefore, int readBefore, List<UUID> readBy, @Nullable Integer answeredBefore) {
        public Past {
            readBy = List.copyOf(readBy);
        }
    }

    /** Whether some of its patients had been opened before. */
    public boolean isReuse() {
        return number > 1;
    }
}
