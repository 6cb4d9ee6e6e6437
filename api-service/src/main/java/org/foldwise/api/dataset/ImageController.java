package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.UUID;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.DecodedImage;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageFormat.MediaTypes;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.dataset.DatasetImage;
import org.foldwise.registry.dataset.DatasetImages;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Images", description = "The images of a dataset that is frozen or about to be.")
class ImageController {
    private final Visibility visibility;
    private final DatasetImages images;
    private final ArtifactStore artifacts;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    ImageController(Visibility visibility, DatasetImages images, ArtifactStore artifacts) {
        this.visibility = visibility;
        this.images = images;
        this.artifacts = artifacts;
    }

    @Schema(
            name = "Rendition",
            description =
                    "The file as it was uploaded, with all of its frames, or a small PNG of the image without metadata.")
    enum Rendition {
        ORIGINAL,
        THUMBNAIL
    }

    @GetMapping("/datasets/{id}/images")
    @Operation(summary = "List the images of a dataset")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<ImageResponse> listImages(
            @PathVariable UUID id,
            @Parameter(description = "Only images with that label.", example = "PNEUMONIA")
                    @RequestParam(required = false)
                    @Nullable
                    String label,
            @Parameter(description = "Only images of that patient.", example = "person1")
                    @RequestParam(required = false)
                    @Nullable
                    String patient,
            @Parameter(description = "Only copies of one picture, by the number of their group.", example = "7")
                    @RequestParam(required = false)
                    @Nullable
                    Integer duplicateGroup,
            @Parameter(
                            description = "Only images that are frames of that file, or the file itself.",
                            example = "CT/p1.nii.gz")
                    @RequestParam(required = false)
                    @Nullable
                    String file,
            @ParameterObject PageQuery query,
            Caller caller) {
        UUID dataset = visibility.dataset(caller, id).id();
        return Page.of(
                images.page(
                        dataset, label, patient, duplicateGroup, file, query.afterIdOrFirst(), query.pageSize() + 1),
                query,
                DatasetImage::id,
                ImageResponse::of);
    }

    @GetMapping("/images/{id}")
    @Operation(summary = "Read what is known of an image")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ImageResponse getImage(@PathVariable UUID id, Caller caller) {
        return ImageResponse.of(visibility.image(caller, id));
    }

    @GetMapping(
            path = "/images/{id}/content",
            produces = {
                MediaTypes.PNG,
                MediaTypes.JPEG,
                MediaTypes.TIFF,
                MediaTypes.WEBP,
                MediaTypes.DICOM,
                MediaTypes.NIFTI
            })
    @Operation(
            summary = "Download an image",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The image; a thumbnail is always PNG.",
                            content = {
                                @Content(
                                        mediaType = MediaTypes.PNG,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaTypes.JPEG,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaTypes.TIFF,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaTypes.WEBP,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaTypes.DICOM,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaTypes.NIFTI,
                                        schema = @Schema(type = "string", format = "binary"))
                            }))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED, ProblemType.ARTIFACT_CORRUPT})
    ResponseEntity<byte[]> getImageContent(
            @PathVariable UUID id,
            @Parameter(description = "Which one.") @RequestParam(defaultValue = "original") Rendition rendition,
            Caller caller)
            throws IOException {
        ImageRecord image = visibility.image(caller, id).image();
        byte[] file = artifacts.read(new ArtifactKey(image.content()));
        return switch (rendition) {
            case ORIGINAL ->
                picture(MediaType.parseMediaType(ImageDecoder.formatOf(file).mediaType()), file);
            case THUMBNAIL ->
                picture(
                        MediaType.IMAGE_PNG,
                        Thumbnail.png(decoded(file, image.frame()).pixels()));
        };
    }

    private DecodedImage decoded(byte[] file, @Nullable Integer frame) {
        return frame == null ? decoder.decode(file) : decoder.decode(file, frame);
    }

    /** Pictures of patients do not belong into caches. */
    private static ResponseEntity<byte[]> picture(MediaType mediaType, byte[] file) {
        return ResponseEntity.ok()
                .contentType(mediaType)
                .cacheControl(CacheControl.noStore())
                .body(file);
    }
}
