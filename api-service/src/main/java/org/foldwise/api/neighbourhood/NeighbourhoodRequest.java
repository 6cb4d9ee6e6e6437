package org.foldwise.api.neighbourhood;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.jspecify.annotations.Nullable;

@Schema(description = "A neighbourhood to be looked for.")
record NeighbourhoodRequest(
        @Min(1)
                @Max(Neighbourhood.MOST_NEIGHBOURS)
                @Schema(description = "Training patients to find of each case. Absent: 5.", example = "5")
                @Nullable
                Integer neighbours) {
    private static final int DEFAULT_NEIGHBOURS = 5;

    int neighboursOrDefault() {
        return neighbours == null ? DEFAULT_NEIGHBOURS : neighbours;
    }
}
