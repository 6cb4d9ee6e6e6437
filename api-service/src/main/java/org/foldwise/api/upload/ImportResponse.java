package org.foldwise.api.upload;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

@Schema(description = "How far the import of a folder is. While images are left, the same request goes on.")
record ImportResponse(
        @Schema(description = "Images that were taken now.", example = "500") int taken,
        @Schema(description = "Images of the folder that the dataset had already, by their names.", example = "1000")
                int present,
        @Schema(description = "Images of the folder that are still to be taken.", example = "98500") int left) {

    static ImportResponse of(SourceImport.Progress progress) {
        return new ImportResponse(progress.taken(), progress.present(), progress.left());
    }

    @Schema(
            name = "Sources",
            description = "Directories and buckets that the dataset may be filled from, by their names.")
    record SourcesResponse(
            @Schema(description = "In the order of the operator's list.", example = "[\"archive\"]")
                    List<String> names) {}
}
