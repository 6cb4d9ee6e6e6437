package org.foldwise.api.dataset;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.jobs.EventStreams;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.jobs.LastEventId;
import org.foldwise.api.jobs.StreamsEvents;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.learning.quality.GivenRoles;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.dataset.Copies;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetState;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.FindingWaivers;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.upload.UploadedImages;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/v1/datasets")
@Tag(
        name = "Datasets",
        description = "Images with patients and labels: drafts that take uploads, then frozen for good.")
class DatasetController {
    private static final int MAXIMUM_MANIFEST = 64 << 20;
    private static final String MANIFEST_NAME = "manifest.csv";

    private final Visibility visibility;
    private final Datasets datasets;
    private final DatasetImages images;
    private final UploadedImages uploadedImages;
    private final ArtifactStore artifacts;
    private final Manifests manifests;
    private final Freezing freezing;
    private final FindingWaivers waivers;
    private final StoredDocuments documents;
    private final JobQueue jobs;
    private final EventStreams streams;
    private final Ids ids;
    private final DatabaseClock clock;

    DatasetController(
            Visibility visibility,
            Datasets datasets,
            DatasetImages images,
            UploadedImages uploadedImages,
            ArtifactStore artifacts,
            Manifests manifests,
            Freezing freezing,
            FindingWaivers waivers,
            StoredDocuments documents,
            JobQueue jobs,
            EventStreams streams,
            Ids ids,
            DatabaseClock clock) {
        this.visibility = visibility;
        this.datasets = datasets;
        this.images = images;
        this.uploadedImages = uploadedImages;
        this.artifacts = artifacts;
        this.manifests = manifests;
        this.freezing = freezing;
        this.waivers = waivers;
        this.documents = documents;
        this.jobs = jobs;
        this.streams = streams;
        this.ids = ids;
        this.clock = clock;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Make a draft dataset")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.ALREADY_EXISTS})
    ResponseEntity<DatasetResponse> createDataset(
            @org.springframework.web.bind.annotation.RequestBody DatasetRequest request, Caller caller) {
        Project project = visibility.projectNamedBy(caller, request.projectId(), "/projectId");
        Dataset dataset = datasets.save(
                new Dataset(ids.next(), project.id(), request.description(project.deidentifiedOnly()), clock.now()));
        datasets.flush();
        return ResponseEntity.created(address(dataset)).body(response(dataset));
    }

    @GetMapping
    @Operation(summary = "List the datasets of the projects that the API key opens")
    @Refuses(ProblemType.RECORD_DAMAGED)
    Page<DatasetResponse> listDatasets(@ParameterObject PageQuery query, Caller caller) {
        UUID only = caller.project();
        UUID after = query.afterIdOrFirst();
        Limit limit = Limit.of(query.pageSize() + 1);
        List<Dataset> found = only == null
                ? datasets.findByIdGreaterThanOrderById(after, limit)
                : datasets.findByProjectIdAndIdGreaterThanOrderById(only, after, limit);
        return Page.of(found, query, Dataset::id, this::response);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Read a dataset: counts, digest, state, progress")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    DatasetResponse getDataset(@PathVariable UUID id, Caller caller) {
        return response(visibility.dataset(caller, id));
    }

    @PostMapping(path = "/{id}/manifest", consumes = "text/csv")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Upload the manifest of a draft dataset",
            description = "It takes the place of an earlier one. What it says is checked when the dataset is frozen.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "text/csv",
                                            schema =
                                                    @Schema(
                                                            type = "string",
                                                            example = "file,patient,label\na.png,p1,NORMAL\n"))))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.RECORD_DAMAGED,
        ProblemType.TOO_LARGE,
        ProblemType.MANIFEST_REFUSED,
        ProblemType.STORAGE_FULL
    })
    DatasetResponse uploadManifest(@PathVariable UUID id, HttpServletRequest request, Caller caller)
            throws IOException {
        UUID dataset = visibility.dataset(caller, id).id();
        byte[] content = request.getInputStream().readNBytes(MAXIMUM_MANIFEST + 1);
        if (content.length > MAXIMUM_MANIFEST) {
            throw new RefusedException(ProblemType.TOO_LARGE, "A manifest has at most " + MAXIMUM_MANIFEST + " bytes.");
        }
        if (content.length == 0) {
            throw new RefusedException(ProblemType.MANIFEST_REFUSED, "The manifest is empty.");
        }
        manifests.requireWanted(dataset);
        manifests.receive(
                dataset,
                MANIFEST_NAME,
                artifacts.put(manifests.kept(dataset, content)).digest());
        return getDataset(dataset, caller);
    }

    @IdempotencyOffer
    @PostMapping("/{id}/freeze")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Freeze a draft dataset",
            description =
                    "Patients and labels are read off the uploads at once; every mistake is told and the dataset stays a"
                            + " draft. Otherwise a worker checks and profiles the images, and the dataset is frozen for good or a draft"
                            + " again, with findings.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.RECORD_DAMAGED,
        ProblemType.DATASET_REFUSED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<DatasetResponse> freezeDataset(@PathVariable UUID id, Caller caller) throws IOException {
        Dataset dataset = freezing.begin(visibility.dataset(caller, id).id());
        return ResponseEntity.accepted().location(address(dataset)).body(response(dataset));
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow the freezing of a dataset as a stream of server-sent events",
            description = StreamsEvents.DESCRIPTION + " That of a draft is silent until its freezing begins.")
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED, ProblemType.UNAVAILABLE})
    SseEmitter streamDatasetEvents(@PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visibility.dataset(caller, id).id(), lastEventId);
    }

    @GetMapping("/{id}/profile")
    @Operation(summary = "Read the profile of a frozen dataset")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ProfileResponse getDatasetProfile(@PathVariable UUID id, Caller caller) {
        Dataset dataset = visibility.dataset(caller, id);
        dataset.requireAsFrozen();
        ProfileResponse profile = documents.profile(dataset);
        if (profile == null) {
            throw new RefusedException(ProblemType.CONFLICT, "A dataset has a profile once it is frozen.");
        }
        return profile;
    }

    @GetMapping("/{id}/findings")
    @Operation(summary = "Read what was found when the dataset was last to be frozen")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    FindingResponse.All listDatasetFindings(@PathVariable UUID id, Caller caller) {
        Dataset dataset = visibility.dataset(caller, id);
        dataset.requireAsFrozen();
        return new FindingResponse.All(documents.findings(dataset), waivers(dataset));
    }

    @GetMapping("/{id}/duplicate-groups")
    @Operation(
            summary = "List the images of a dataset that are copies of each other, group by group",
            description = "As they were found when the dataset was frozen; none before that.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<DuplicateGroupResponse> listDuplicateGroups(
            @PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        Dataset dataset = visibility.dataset(caller, id);
        dataset.requireAsFrozen();
        if (dataset.state() == DatasetState.FROZEN) {
            images.requireDuplicatesAsFrozen(dataset);
        }
        boolean hasRoles = hasRoles(dataset);
        return Page.of(
                images.copies(
                        dataset.id(),
                        query.afterNumber().orElse(-1),
                        query.pageSize() + 1,
                        DuplicateGroupResponse.MOST_IMAGES),
                query,
                Copies::number,
                copies -> DuplicateGroupResponse.of(
                        copies, name -> hasRoles ? GivenRoles.ofPath(name).orElse(null) : null));
    }

    /** Whether folders gave the images roles, as the profile tells. */
    private boolean hasRoles(Dataset dataset) {
        ProfileResponse profile = documents.profile(dataset);
        List<ProfileResponse.RoleCounts> roles = profile == null ? null : profile.roles();
        return roles != null && !roles.isEmpty();
    }

    @IdempotencyOffer
    @PostMapping("/{id}/waivers")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Set a blocking finding of a frozen dataset aside",
            description = "The reason stays for ever and is shown with the dataset, its splits and its evaluations.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.ALREADY_EXISTS, ProblemType.RECORD_DAMAGED})
    FindingResponse.All waiveFinding(
            @PathVariable UUID id,
            @org.springframework.web.bind.annotation.RequestBody WaiverRequest request,
            Caller caller) {
        Dataset dataset = visibility.dataset(caller, id);
        if (dataset.state() != DatasetState.FROZEN) {
            throw new RefusedException(ProblemType.CONFLICT, "Only findings of a frozen dataset can be waived.");
        }
        dataset.requireAsFrozen();
        List<String> blocking = waivers.blocking(id);
        if (!blocking.contains(request.code())) {
            throw new RefusedException(
                    ProblemType.INVALID_REQUEST,
                    "The dataset has no blocking finding of that code.",
                    List.of(new Mistake(
                            "/code",
                            blocking.isEmpty()
                                    ? "is of nothing: no finding of the dataset blocks, so there is nothing to waive"
                                    : "must be one of " + String.join(", ", blocking))));
        }
        if (!waivers.waive(id, request.code(), request.reason(), caller.name())) {
            throw new RefusedException(ProblemType.ALREADY_EXISTS, "The finding was waived before.");
        }
        return listDatasetFindings(id, caller);
    }

    private List<WaiverView> waivers(Dataset dataset) {
        return waivers.ofDataset(dataset.id()).stream().map(WaiverView::of).toList();
    }

    private DatasetResponse response(Dataset dataset) {
        return DatasetResponse.of(
                dataset, uploadedImages.count(dataset.id()), waivers(dataset), JobView.of(jobs.find(dataset.id())));
    }

    private static URI address(Dataset dataset) {
        return URI.create("/api/v1/datasets/" + dataset.id());
    }
}
