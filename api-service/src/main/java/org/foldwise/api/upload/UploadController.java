package org.foldwise.api.upload;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.UUID;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.imaging.ImageFormat.MediaTypes;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.upload.Upload;
import org.foldwise.registry.upload.Uploads;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/datasets/{id}")
@Tag(name = "Uploads", description = "Files on their way into a draft dataset.")
class UploadController {
    private static final int MAXIMUM_IMAGE = ImageLimits.DEFAULT.maximumBytes();

    private final Visibility visibility;
    private final Uploads uploads;
    private final ArchiveUpload archives;
    private final ImageUpload images;
    private final Sources sources;
    private final SourceImport imports;

    UploadController(
            Visibility visibility,
            Uploads uploads,
            ArchiveUpload archives,
            ImageUpload images,
            Sources sources,
            SourceImport imports) {
        this.visibility = visibility;
        this.uploads = uploads;
        this.archives = archives;
        this.images = images;
        this.sources = sources;
        this.imports = imports;
    }

    @PutMapping(
            path = "/archive",
            consumes = {ArchiveFormat.ZIP_MEDIA_TYPE, ArchiveFormat.GZIP_MEDIA_TYPE})
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Upload an archive of images",
            description =
                    "A ZIP or a gzip-compressed tar archive with PNG, JPEG, TIFF, WebP, DICOM and NIfTI files, and a CSV file if the layout is a"
                            + " manifest. It is accepted whole or not at all; a refusal names every entry that is at fault, the first 100"
                            + " of them in errors. Folders, __MACOSX, .DS_Store, Thumbs.db, desktop.ini, DICOMDIR and what macOS keeps of a"
                            + " file beside it (AppleDouble, called ._NAME) are passed over; a class folder without images is refused. A"
                            + " leading ./ of a tar archive's names is left out.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = ArchiveFormat.ZIP_MEDIA_TYPE,
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = ArchiveFormat.GZIP_MEDIA_TYPE,
                                        schema = @Schema(type = "string", format = "binary"))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.RECORD_DAMAGED,
        ProblemType.TOO_LARGE,
        ProblemType.DIGEST_MISMATCH,
        ProblemType.ARCHIVE_REFUSED,
        ProblemType.UNAVAILABLE,
        ProblemType.STORAGE_FULL
    })
    ResponseEntity<UploadResponse> uploadArchive(
            @PathVariable UUID id,
            @Parameter(
                            description = "SHA-256 of the body (RFC 9530); if given, it is checked.",
                            example = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")
                    @RequestHeader(name = ContentDigest.HEADER, required = false)
                    @Nullable
                    String contentDigest,
            @RequestHeader("Content-Type") @Parameter(hidden = true) MediaType mediaType,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        requireDraft(visibility.dataset(caller, id));
        requireWhole(request);
        return created(archives.receive(id, ArchiveFormat.of(mediaType), request.getInputStream(), contentDigest));
    }

    @PutMapping(
            path = "/images",
            consumes = {
                MediaTypes.PNG,
                MediaTypes.JPEG,
                MediaTypes.TIFF,
                MediaTypes.WEBP,
                MediaTypes.DICOM,
                MediaTypes.NIFTI
            })
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Upload one image",
            description =
                    "The name may hold folders. Whether the body is PNG, JPEG, TIFF, WebP, DICOM or NIfTI is told by its bytes.",
            requestBody =
                    @RequestBody(
                            required = true,
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
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.ALREADY_EXISTS,
        ProblemType.RECORD_DAMAGED,
        ProblemType.TOO_LARGE,
        ProblemType.DIGEST_MISMATCH,
        ProblemType.IMAGE_REFUSED,
        ProblemType.STORAGE_FULL
    })
    ResponseEntity<UploadResponse> uploadImage(
            @PathVariable UUID id,
            @Parameter(description = "The image's name in the dataset.", example = "PNEUMONIA/person1_1.jpeg")
                    @RequestParam
                    String name,
            @Parameter(description = "SHA-256 of the body (RFC 9530); if given, it is checked.")
                    @RequestHeader(name = ContentDigest.HEADER, required = false)
                    @Nullable
                    String contentDigest,
            HttpServletRequest request,
            Caller caller)
            throws IOException {
        requireDraft(visibility.dataset(caller, id));
        requireWhole(request);
        if (request.getParameterValues("name").length > 1) {
            throw RefusedException.invalid("/name", "must be given once");
        }
        byte[] content = request.getInputStream().readNBytes(MAXIMUM_IMAGE + 1);
        if (content.length > MAXIMUM_IMAGE) {
            throw new RefusedException(ProblemType.TOO_LARGE, "An image has at most " + MAXIMUM_IMAGE + " bytes.");
        }
        ContentDigest.requireMatch(contentDigest, Digest.of(content));
        return created(images.receive(id, new EntryName(name), content));
    }

    @GetMapping("/sources")
    @Operation(summary = "List the directories and buckets that a dataset may be filled from")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ImportResponse.SourcesResponse listSources(@PathVariable UUID id, Caller caller) {
        return new ImportResponse.SourcesResponse(
                sources.openTo(visibility.dataset(caller, id).projectId()).stream()
                        .map(Source::name)
                        .toList());
    }

    @PostMapping("/imports")
    @Operation(
            summary = "Take images from a directory of the server, or from a bucket",
            description =
                    "A folder is taken like an archive of it, in portions: every request takes the next so many images, whole or not at"
                            + " all, and says how many are left. Images that the dataset has by their names are passed over, so the same"
                            + " request goes on after any end. Names, kinds and sizes are checked of the whole folder each time. Symbolic"
                            + " links are refused; of a bucket, a folder is what the keys have in common up to a slash.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.ALREADY_EXISTS,
        ProblemType.RECORD_DAMAGED,
        ProblemType.SOURCE_REFUSED,
        ProblemType.UNAVAILABLE,
        ProblemType.SOURCE_UNAVAILABLE,
        ProblemType.STORAGE_FULL
    })
    ImportResponse importImages(
            @PathVariable UUID id,
            @org.springframework.web.bind.annotation.RequestBody ImportRequest request,
            Caller caller)
            throws IOException {
        Dataset dataset = visibility.dataset(caller, id);
        requireDraft(dataset);
        Source source = sources.find(request.source(), dataset.projectId())
                .orElseThrow(() -> RefusedException.notFound("/source", "there is no such source for this project"));
        return ImportResponse.of(imports.take(id, source, request.folder(), request.portion()));
    }

    @GetMapping("/uploads")
    @Operation(summary = "List the uploads of a dataset")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<UploadResponse> listUploads(@PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        UUID dataset = visibility.dataset(caller, id).id();
        return Page.of(
                uploads.findByDatasetIdAndIdGreaterThanOrderById(
                        dataset, query.afterIdOrFirst(), Limit.of(query.pageSize() + 1)),
                query,
                Upload::id,
                UploadResponse::of);
    }

    /** A part of a file would be stored as the file (RFC 9110, 14.5). */
    private static void requireWhole(HttpServletRequest request) {
        if (request.getHeader("Content-Range") != null) {
            throw new RefusedException(
                    ProblemType.MALFORMED_REQUEST, "Content-Range is not understood; the body has to be a whole file.");
        }
    }

    /** Before megabytes are received; the registry makes sure once more when it stores. */
    private static void requireDraft(Dataset dataset) {
        if (dataset.state() != DatasetState.DRAFT) {
            throw new RefusedException(ProblemType.CONFLICT, "Only a draft dataset takes uploads.");
        }
    }

    private static ResponseEntity<UploadResponse> created(Upload upload) {
        return ResponseEntity.created(URI.create("/api/v1/datasets/" + upload.datasetId() + "/uploads"))
                .body(UploadResponse.of(upload));
    }
}
