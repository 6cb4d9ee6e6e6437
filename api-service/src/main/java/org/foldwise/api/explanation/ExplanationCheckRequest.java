package org.foldwise.api.explanation;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.foldwise.registry.explanation.ExplanationCheck;
import org.foldwise.registry.explanation.HeatRegion;
import org.jspecify.annotations.Nullable;

@Schema(description = "A check of explanations that is to be made.")
record ExplanationCheckRequest(
        @Min(ExplanationCheck.FEWEST_IMAGES)
                @Max(ExplanationCheck.MOST_IMAGES)
                @Schema(
                        description =
                                "Images to look at, at most, of each class as many as there are. Each is answered some 70 times by"
                                        + " each network. Absent: 40.",
                        example = "40")
                @Nullable
                Integer images,
        @Size(min = 1, max = 200)
                @Schema(
                        description =
                                "The class that all maps speak for. Absent: the class that the model called, of labels the most"
                                        + " probable one.",
                        example = "PNEUMONIA")
                @Nullable
                String explainedClass,
        @Schema(description = "A rectangle whose share of the heat is asked for, such as that of the lungs.") @Nullable
                RegionView region) {
    private static final int DEFAULT_IMAGES = 40;

    int imagesOrDefault() {
        return images == null ? DEFAULT_IMAGES : images;
    }

    @Nullable
    HeatRegion storedRegion() {
        return region == null ? null : region.stored();
    }
}
