package org.foldwise.api.prediction;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.SchemaProperty;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.learning.imaging.ImageFormat.MediaTypes;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Predictions", description = "One image in, the answer of one model version out.")
class PredictionController {
    private static final String EXPLAIN = "Adds a map of the places that the answer rests on.";
    private static final String EXPLAINED_CLASS =
            "What speaks for this class is explained; if absent, the positive class, or the most probable one of several.";
    private static final String FRAME =
            "Number of the frame, slice or page to answer about, from 0; if absent, the one in the middle. A file of one frame has number 0.";
    private static final String OVERLAY = "Whether the explanation comes with a picture.";

    private final AskedVersions askedVersions;
    private final Predicting predicting;

    PredictionController(AskedVersions askedVersions, Predicting predicting) {
        this.askedVersions = askedVersions;
        this.predicting = predicting;
    }

    @PostMapping(
            path = "/predict",
            consumes = {
                MediaTypes.PNG,
                MediaTypes.JPEG,
                MediaTypes.TIFF,
                MediaTypes.WEBP,
                MediaTypes.DICOM,
                MediaTypes.NIFTI,
                MediaType.MULTIPART_FORM_DATA_VALUE
            })
    @Operation(
            summary = "Predict with a model by its name",
            description =
                    "name takes the newest released version, or the newest candidate where none is released; name@alias the"
                            + " version that the alias points at; name:3 version 3.",
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
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schemaProperties =
                                                @SchemaProperty(
                                                        name = ImageBody.PART,
                                                        schema = @Schema(type = "string", format = "binary")))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.TOO_LARGE,
        ProblemType.IMAGE_REFUSED,
        ProblemType.ARTIFACT_CORRUPT
    })
    PredictionResponse predictByName(
            @Parameter(description = "name, name@alias or name:version.", example = "pneumonia@production")
                    @RequestParam
                    String model,
            @Parameter(description = EXPLAIN) @RequestParam(required = false) @Nullable ExplanationMethod explain,
            @Parameter(description = EXPLAINED_CLASS, example = "PNEUMONIA") @RequestParam(required = false) @Nullable
                    String explainedClass,
            @Parameter(description = OVERLAY) @RequestParam(defaultValue = "false") boolean overlay,
            @Parameter(description = FRAME, example = "17") @RequestParam(required = false) @Nullable Integer frame,
            HttpServletRequest request,
            Caller caller)
            throws IOException, ServletException {
        ModelReference reference = ModelReference.parse(model);
        Optional<ExplanationQuery> explanation = ExplanationQuery.of(explain, explainedClass, overlay);
        AskedVersion asked = askedVersions.find(caller, reference);
        return predicting.predict(asked.model(), asked.version(), ImageBody.read(request), frame, explanation);
    }

    @PostMapping(
            path = "/api/v1/models/{name}/versions/{version}/predict",
            consumes = {
                MediaTypes.PNG,
                MediaTypes.JPEG,
                MediaTypes.TIFF,
                MediaTypes.WEBP,
                MediaTypes.DICOM,
                MediaTypes.NIFTI,
                MediaType.MULTIPART_FORM_DATA_VALUE
            })
    @Operation(
            summary = "Predict with one model version",
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
                                        schema = @Schema(type = "string", format = "binary")),
                                @Content(
                                        mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                        schemaProperties =
                                                @SchemaProperty(
                                                        name = ImageBody.PART,
                                                        schema = @Schema(type = "string", format = "binary")))
                            }))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.TOO_LARGE,
        ProblemType.IMAGE_REFUSED,
        ProblemType.ARTIFACT_CORRUPT
    })
    PredictionResponse predictByVersion(
            @PathVariable String name,
            @PathVariable int version,
            @Parameter(description = EXPLAIN) @RequestParam(required = false) @Nullable ExplanationMethod explain,
            @Parameter(description = EXPLAINED_CLASS, example = "PNEUMONIA") @RequestParam(required = false) @Nullable
                    String explainedClass,
            @Parameter(description = OVERLAY) @RequestParam(defaultValue = "false") boolean overlay,
            @Parameter(description = FRAME, example = "17") @RequestParam(required = false) @Nullable Integer frame,
            HttpServletRequest request,
            Caller caller)
            throws IOException, ServletException {
        Optional<ExplanationQuery> explanation = ExplanationQuery.of(explain, explainedClass, overlay);
        AskedVersion asked = askedVersions.find(caller, name, version);
        return predicting.predict(asked.model(), asked.version(), ImageBody.read(request), frame, explanation);
    }
}
