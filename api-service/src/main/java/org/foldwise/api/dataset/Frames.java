package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Min;
import org.foldwise.learning.dataset.FrameSelection;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "FrameSelection",
        description =
                "Which frames, slices or pages of a file are images of the dataset: every n-th of those in a range, at most 2000 of a file. Of"
                        + " a file with a single one it is that one.")
record Frames(
        @Min(1)
                @Schema(
                        description = "1 takes every frame of the range, 2 the first, third, fifth and so on.",
                        example = "4")
                int every,
        @Schema(
                        description =
                                "Where the range begins, as a share of the file's frames: 0 or more and less than to; absent: 0.",
                        example = "0.25")
                @Nullable
                Double from,
        @Schema(description = "Where it ends: more than from and at most 1; absent: 1.", example = "0.75") @Nullable
                Double to) {
    /** Refuses what does not fit together, where the request is read. */
    Frames {
        selection(every, from, to);
    }

    FrameSelection selection() {
        return selection(every, from, to);
    }

    private static FrameSelection selection(int every, @Nullable Double from, @Nullable Double to) {
        return new FrameSelection(every, from == null ? 0 : from, to == null ? 1 : to);
    }

    static @Nullable Frames of(@Nullable FrameSelection selection) {
        return selection == null ? null : new Frames(selection.every(), selection.from(), selection.to());
    }
}
