package org.foldwise.api.upload;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.upload.Upload;

@Schema(description = "A file that was accepted into a draft dataset.")
record UploadResponse(
        UUID id,
        UUID datasetId,
        @Schema(
                        description = "What the file is called: the image's name, or that of archives of its kind.",
                        example = "archive.zip")
                String name,
        @Schema(example = "application/zip") String mediaType,
        @Schema(example = "1048576") long sizeBytes,
        @Schema(description = "SHA-256 of the file.") String digest,
        @Schema(description = "How many images it brought.", example = "120") int images,
        Instant createdAt) {
    static UploadResponse of(Upload upload) {
        return new UploadResponse(
                upload.id(),
                upload.datasetId(),
                upload.name(),
                upload.mediaType(),
                upload.sizeBytes(),
                upload.digest().hex(),
                upload.images(),
                upload.createdAt());
    }
}
