package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.foldwise.registry.dataset.DatasetImage;
import org.jspecify.annotations.Nullable;

@Schema(description = "An image of a dataset that is frozen or about to be.")
record ImageResponse(
        UUID id,
        UUID datasetId,
        @Schema(
                        description =
                                "Unique within the dataset: that of its file, and where it is one of several frames of it, # and the frame's"
                                        + " number.",
                        example = "PNEUMONIA/person1_1.jpeg")
                String name,
        @Schema(description = "Name of the file that brought it.", example = "PNEUMONIA/person1_1.jpeg") String file,
        @Schema(
                        description =
                                "Number of the frame, slice or page of the file that it is, from 0; absent where the file stands for one image,"
                                        + " which of several frames is the one in the middle.",
                        example = "17")
                @Nullable
                Integer frame,
        @Schema(description = "SHA-256 of the file.") String digest,
        @Schema(description = "The patient's key within the dataset.", example = "person1") String patient,
        @Schema(description = "Its label; absent where it has several, or none.", example = "PNEUMONIA") @Nullable
                String label,
        @Schema(description = "All that it shows; empty where it shows none of the labels.") List<String> labels,
        @Schema(description = "Day of the examination.") @Nullable LocalDate acquiredOn,
        @Schema(description = "Hospital or device group.") @Nullable String site,
        @Schema(example = "224") int width,
        @Schema(example = "224") int height,
        @Schema(example = "1") int channels,
        @Schema(example = "8") int bitDepth,
        @Schema(example = "11256") long sizeBytes,
        @Nullable ImageMetadataResponse metadata,
        @Schema(
                        description =
                                "Number of the group of copies of one picture that it is in, within its dataset; absent where it has no"
                                        + " copy, and before the dataset is frozen.",
                        example = "7")
                @Nullable
                Integer duplicateGroup) {
    static ImageResponse of(DatasetImage image) {
        return new ImageResponse(
                image.id(),
                image.datasetId(),
                image.image().name(),
                image.image().file(),
                image.image().frame(),
                image.image().content().hex(),
                image.image().patient().value(),
                image.image().labels().size() == 1 ? image.image().label() : null,
                image.image().labels(),
                image.image().acquiredOn(),
                image.image().site(),
                image.width(),
                image.height(),
                image.channels(),
                image.bitDepth(),
                image.sizeBytes(),
                ImageMetadataResponse.of(image.metadata()),
                image.duplicateGroup());
    }
}
