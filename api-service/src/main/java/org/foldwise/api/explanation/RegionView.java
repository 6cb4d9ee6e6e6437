package org.foldwise.api.explanation;

import io.swagger.v3.oas.annotations.media.Schema;
import org.foldwise.registry.explanation.HeatRegion;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "HeatRegion",
        description =
                "A rectangle of what the network sees, in shares of its sides: 0 at the left and the upper edge, 1 at the"
                        + " others. It is the same on all images.")
record RegionView(
        @Schema(example = "0.1") double left,
        @Schema(example = "0.15") double top,
        @Schema(example = "0.9") double right,
        @Schema(example = "0.85") double bottom) {
    RegionView {
        new HeatRegion(left, top, right, bottom);
    }

    HeatRegion stored() {
        return new HeatRegion(left, top, right, bottom);
    }

    static @Nullable RegionView of(@Nullable HeatRegion region) {
        return region == null ? null : new RegionView(region.left(), region.top(), region.right(), region.bottom());
    }
}
