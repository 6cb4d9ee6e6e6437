package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.foldwise.api.caching.RowVersion;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.learning.model.OnnxWriter;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.evaluation.FrozenThreshold;
import org.foldwise.registry.evaluation.FrozenThresholds;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelRefusedException;
import org.foldwise.registry.model.ModelRegistration;
import org.foldwise.registry.model.ModelRelease;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersions;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Limit;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models/{name}/versions")
@Tag(name = "Model versions", description = "Candidates, released and withdrawn versions of a model.")
class ModelVersionController {
    private static final String BUNDLE = "application/zip";
    private static final String ONNX = "application/octet-stream";
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final Visibility visibility;
    private final ModelVersions versions;
    private final ModelRegistration registration;
    private final ModelRelease release;
    private final Bundling bundling;
    private final FrozenThresholds thresholds;
    private final ArtifactStore artifacts;

    ModelVersionController(
            Visibility visibility,
            ModelVersions versions,
            ModelRegistration registration,
            ModelRelease release,
            Bundling bundling,
            FrozenThresholds thresholds,
            ArtifactStore artifacts) {
        this.visibility = visibility;
        this.versions = versions;
        this.registration = registration;
        this.release = release;
        this.bundling = bundling;
        this.thresholds = thresholds;
        this.artifacts = artifacts;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Register a run as the next version of a model",
            description =
                    "The version is a candidate: weights, plan, preprocessing, classes, threshold and provenance in one bundle.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.THRESHOLD_NOT_FROZEN,
        ProblemType.ARTIFACT_CORRUPT,
        ProblemType.STORAGE_FULL
    })
    ResponseEntity<ModelVersionResponse> registerModelVersion(
            @PathVariable String name, @RequestBody ModelVersionRequest request, Caller caller) throws IOException {
        Model model = visibility.model(caller, name);
        UUID run = visibility.runNamedBy(caller, request.runId(), "/runId").id();
        try {
            registration.requireRegistrable(model.id(), run);
            ModelVersion version = registration.register(model.id(), run, bundling.bundle(run));
            return ResponseEntity.created(URI.create("/api/v1/models/" + name + "/versions/" + version.number()))
                    .eTag(new RowVersion(version.rowVersion()).tag())
                    .body(response(model, version));
        } catch (ModelRefusedException e) {
            throw ModelRefusals.problem(e);
        }
    }

    @GetMapping
    @Operation(summary = "List the versions of a model")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<ModelVersionResponse> listModelVersions(
            @PathVariable String name, @ParameterObject PageQuery query, Caller caller) {
        Model model = visibility.model(caller, name);
        return Page.of(
                versions.findByModelIdAndNumberGreaterThanOrderByNumber(
                        model.id(), query.afterNumber().orElse(0), Limit.of(query.pageSize() + 1)),
                query,
                ModelVersion::number,
                version -> response(model, version));
    }

    @GetMapping("/{version}")
    @Operation(summary = "Read a model version")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ResponseEntity<ModelVersionResponse> getModelVersion(
            @PathVariable String name, @PathVariable int version, Caller caller) {
        Model model = visibility.model(caller, name);
        return tagged(model, visibility.modelVersion(model, version));
    }

    @GetMapping(path = "/{version}/bundle", produces = BUNDLE)
    @Operation(
            summary = "Download the bundle of a model version",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The bundle.",
                            content =
                                    @Content(mediaType = BUNDLE, schema = @Schema(type = "string", format = "binary"))))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.ARTIFACT_CORRUPT})
    ResponseEntity<Resource> downloadBundle(@PathVariable String name, @PathVariable int version, Caller caller)
            throws CorruptArtifactException {
        ModelVersion found = visibility.modelVersion(visibility.model(caller, name), version);
        artifacts.verify(found.bundle());
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(BUNDLE))
                .contentLength(artifacts.size(found.bundle()))
                .eTag("\"" + found.bundle().digest().hex() + "\"")
                .cacheControl(CacheControl.maxAge(FOR_EVER).cachePrivate().immutable())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "-" + version + ".zip\"")
                .body(new InputStreamResource(() -> artifacts.open(found.bundle()), "the bundle of " + found));
    }

    @GetMapping(path = "/{version}/onnx", produces = ONNX)
    @Operation(
            summary = "Download the network of a model version as ONNX",
            description =
                    "For engines other than Foldwise's. Input images: N x C x H x W, float32, preprocessed as the metadata say. "
                            + "Outputs logits and probabilities: N x outputs; of an ensemble the mean of its networks' probabilities and"
                            + " no logits. The metadata name classes, threshold, size, normalisation, "
                            + "the preprocessing's fingerprint and the plan's digest, and hold the bundle's manifest.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The ONNX file.",
                            content = @Content(mediaType = ONNX, schema = @Schema(type = "string", format = "binary"))))
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.ARTIFACT_CORRUPT})
    ResponseEntity<Resource> downloadOnnx(@PathVariable String name, @PathVariable int version, Caller caller) {
        ModelVersion found = visibility.modelVersion(visibility.model(caller, name), version);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(ONNX))
                .eTag("\"" + found.bundle().digest().hex() + "-onnx-" + OnnxWriter.EDITION + "\"")
                .cacheControl(CacheControl.maxAge(FOR_EVER).cachePrivate().immutable())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "-" + version + ".onnx\"")
                // written only when the body is read: not for who has it already
                .body(new InputStreamResource(() -> onnx(found), "the network of " + found + " as ONNX"));
    }

    private InputStream onnx(ModelVersion version) throws IOException {
        try (InputStream bundle = artifacts.open(version.bundle())) {
            return new ByteArrayInputStream(OnnxWriter.bytes(BundleReader.read(bundle)));
        }
    }

    @PutMapping("/{version}/state")
    @Operation(
            summary = "Release or withdraw a model version",
            description =
                    "A candidate may be released or withdrawn, a released version withdrawn, unless an alias points at it. What learned"
                            + " from a patient who was withdrawn is not released.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.STALE_VERSION,
        ProblemType.PRECONDITION_REQUIRED
    })
    ResponseEntity<ModelVersionResponse> setModelVersionState(
            @PathVariable String name,
            @PathVariable int version,
            @RequestBody StateRequest request,
            @Parameter(description = "ETag of the version as it was read.", example = "\"0\"")
                    @RequestHeader(name = "If-Match", required = false)
                    @Nullable
                    String ifMatch,
            Caller caller) {
        Model model = visibility.model(caller, name);
        ModelVersion found = visibility.modelVersion(model, version);
        new RowVersion(found.rowVersion()).requireSeen(ifMatch);
        try {
            switch (request.state()) {
                case RELEASED -> release.release(found.id());
                case WITHDRAWN -> release.withdraw(found.id());
            }
        } catch (ModelRefusedException e) {
            throw ModelRefusals.problem(e);
        }
        return tagged(model, visibility.modelVersion(model, version));
    }

    private ResponseEntity<ModelVersionResponse> tagged(Model model, ModelVersion version) {
        return ResponseEntity.ok()
                .eTag(new RowVersion(version.rowVersion()).tag())
                .body(response(model, version));
    }

    private ModelVersionResponse response(Model model, ModelVersion version) {
        FrozenThreshold threshold = thresholds.ofRun(version.runId()).orElseThrow();
        return ModelVersionResponse.of(model.name(), version, threshold, artifacts.size(version.bundle()));
    }
}
