package org.foldwise.api.upload;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

@Schema(description = "A folder of a source to fill a draft from.")
record ImportRequest(
        @NotBlank @Size(max = 50) @Schema(description = "A source that the operator has named.", example = "archive")
                String source,
        @Size(max = 512)
                @Schema(
                        description = "A folder in it, with slashes; the whole source if absent.",
                        example = "2026/chest")
                @Nullable
                String path,
        @Min(1) @Max(5000) @Schema(description = "Images to take now; 500 if absent.", example = "500") @Nullable
                Integer atMost) {
    private static final int PORTION = 500;

    ImportRequest {
        if (path != null && !path.isEmpty()) {
            new EntryName(path + "/").defect().ifPresent(defect -> {
                throw new IllegalArgumentException("path: " + defect);
            });
        }
    }

    String folder() {
        return path == null ? "" : path;
    }

    int portion() {
        return atMost == null ? PORTION : atMost;
    }
}
