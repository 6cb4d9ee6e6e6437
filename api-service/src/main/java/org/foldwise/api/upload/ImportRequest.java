package org.foldwise.api.upload;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.foldwise.api.problem.RefusedException;
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

    /**
     * The folder without a slash at its end; the whole source is nothing.
     *
     * @throws RefusedException if it is no name of a folder
     */
    String folder() {
        if (path == null || path.isEmpty()) {
            return "";
        }
        EntryName folder = new EntryName(path.endsWith("/") ? path : path + "/");
        folder.defect().ifPresent(defect -> {
            throw RefusedException.invalid("/path", defect);
        });
        return folder.value().substring(0, folder.value().length() - 1);
    }

    int portion() {
        return atMost == null ? PORTION : atMost;
    }
}
