package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.foldwise.learning.split.Role;
import org.foldwise.registry.dataset.Copies;
import org.foldwise.registry.dataset.DatasetImage;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "DuplicateGroup",
        description =
                "Images of a dataset that are copies of one picture, whether their files are equal or not. Splits keep their patients"
                        + " together.")
record DuplicateGroupResponse(
        @Schema(description = "The duplicateGroup of its images.", example = "7") int number,
        @Schema(description = "Whether all files are equal byte for byte.") boolean identical,
        @Schema(description = "How many images it has.", example = "2") int imageCount,
        @Schema(description = "How many patients they are of.", example = "2") int patientCount,
        @Schema(
                        description =
                                "In the order of their names, at most 100 of them. The others: /datasets/{id}/images with duplicateGroup.")
                List<Image> images) {
    /** Of a group that holds more, the first are shown. */
    static final int MOST_IMAGES = 100;

    @Schema(name = "DuplicateGroupImage", description = "One of the copies.")
    record Image(
            UUID id,
            @Schema(example = "train/PNEUMONIA/person1_1.jpeg") String name,
            @Schema(description = "SHA-256 of the file.") String digest,
            @Schema(description = "The patient's key within the dataset.", example = "person1") String patient,
            @Schema(description = "All that it is said to show.") List<String> labels,
            @Schema(
                            description =
                                    "Of the folder train, validation or test that it lies in; absent where folders give no roles.")
                    @Nullable
                    Role role) {}

    /**
     * A group as it is shown.
     *
     * @param roleOf what folders say of an image by its name; null where they say nothing
     */
    static DuplicateGroupResponse of(Copies copies, Function<String, @Nullable Role> roleOf) {
        return new DuplicateGroupResponse(
                copies.number(),
                copies.extent().identical(),
                copies.extent().images(),
                copies.extent().patients(),
                copies.images().stream().map(image -> image(image, roleOf)).toList());
    }

    private static Image image(DatasetImage image, Function<String, @Nullable Role> roleOf) {
        return new Image(
                image.id(),
                image.image().name(),
                image.image().content().hex(),
                image.image().patient().value(),
                image.image().labels(),
                roleOf.apply(image.image().name()));
    }
}
