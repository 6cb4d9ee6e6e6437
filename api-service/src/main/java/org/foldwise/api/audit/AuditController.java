package org.foldwise.api.audit;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.jobs.EventStreams;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.jobs.LastEventId;
import org.foldwise.api.jobs.StreamsEvents;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.audit.AuditRequests;
import org.foldwise.registry.audit.AuditSignOffs;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.audit.AugmentationAudits;
import org.foldwise.registry.inquiry.InquiryState;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Augmentation audits", description = "What a plan's augmentations make of training images.")
class AuditController {
    private final Visibility visibility;
    private final AugmentationAudits audits;
    private final AuditRequests requests;
    private final AuditLaunching launching;
    private final AuditSignOffs signOffs;
    private final ArtifactStore artifacts;
    private final JobQueue jobs;
    private final EventStreams streams;

    AuditController(
            Visibility visibility,
            AugmentationAudits audits,
            AuditRequests requests,
            AuditLaunching launching,
            AuditSignOffs signOffs,
            ArtifactStore artifacts,
            JobQueue jobs,
            EventStreams streams) {
        this.visibility = visibility;
        this.audits = audits;
        this.requests = requests;
        this.launching = launching;
        this.signOffs = signOffs;
        this.artifacts = artifacts;
        this.jobs = jobs;
        this.streams = streams;
    }

    @IdempotencyOffer
    @PostMapping("/splits/{id}/augmentation-audits")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Audit a plan's augmentations",
            description =
                    "Changes training images of the split's development fold as a training by the plan would, measures what that"
                            + " does to them, and draws a contact sheet for a person to look at. No other image is looked at, and"
                            + " nothing is trained. Location tells where to follow it.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.DATA_WITHDRAWN, ProblemType.RECORD_DAMAGED})
    ResponseEntity<AugmentationAuditResponse> startAugmentationAudit(
            @PathVariable UUID id, @RequestBody AugmentationAuditRequest body, Caller caller) {
        return accepted(launching.launch(caller, visibility.split(caller, id), body));
    }

    @GetMapping("/splits/{id}/augmentation-audits")
    @Operation(summary = "List the augmentation audits of a split")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<AugmentationAuditResponse> listAugmentationAudits(
            @PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        return Page.of(
                audits.findBySplitIdAndIdGreaterThanOrderById(
                        visibility.split(caller, id).id(), query.afterIdOrFirst(), Limit.of(query.pageSize() + 1)),
                query,
                AugmentationAudit::id,
                this::response);
    }

    @GetMapping("/augmentation-audits/{id}")
    @Operation(summary = "Read an augmentation audit: state, progress, report")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    AugmentationAuditResponse getAugmentationAudit(@PathVariable UUID id, Caller caller) {
        return response(visibility.augmentationAudit(caller, id));
    }

    @GetMapping(path = "/augmentation-audits/{id}/contact-sheet", produces = MediaType.IMAGE_PNG_VALUE)
    @Operation(
            summary = "Look at the contact sheet of an augmentation audit",
            description =
                    "In each row an image as the network would see it, then its views in the first six epochs. Rows of each class"
                            + " come first, then one for each augmentation by itself; the report's 'sheet' says which. Nothing is"
                            + " written on it.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            description = "The contact sheet.",
                            content =
                                    @Content(
                                            mediaType = MediaType.IMAGE_PNG_VALUE,
                                            schema = @Schema(type = "string", format = "binary"))))
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.ARTIFACT_CORRUPT
    })
    ResponseEntity<byte[]> getContactSheet(@PathVariable UUID id, Caller caller) throws CorruptArtifactException {
        AugmentationAudit audit = visibility.augmentationAudit(caller, id);
        ArtifactKey sheet = requireSheet(audit);
        // pictures of patients do not belong into caches
        return ResponseEntity.ok()
                .contentType(MediaType.IMAGE_PNG)
                .cacheControl(CacheControl.noStore())
                .body(artifacts.read(sheet));
    }

    @IdempotencyOffer
    @PostMapping("/augmentation-audits/{id}/sign-offs")
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Sign an augmentation audit",
            description =
                    "Somebody who has looked at the contact sheet says whether the views still show what their labels say. It stays"
                            + " for ever with name, day and reason; whoever thinks better of it signs again.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.DATA_WITHDRAWN, ProblemType.RECORD_DAMAGED})
    AugmentationAuditResponse signAugmentationAudit(
            @PathVariable UUID id, @RequestBody SignOffRequest body, Caller caller) {
        AugmentationAudit audit = visibility.augmentationAudit(caller, id);
        requireSheet(audit);
        signOffs.sign(id, body.verdict(), body.person(), body.reason(), caller.name());
        return response(audit);
    }

    @GetMapping(path = "/augmentation-audits/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow an augmentation audit as a stream of server-sent events",
            description = StreamsEvents.DESCRIPTION)
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED, ProblemType.UNAVAILABLE})
    SseEmitter streamAugmentationAuditEvents(
            @PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visibility.augmentationAudit(caller, id).id(), lastEventId);
    }

    @IdempotencyOffer
    @PostMapping("/augmentation-audits/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel an augmentation audit",
            description = "One that waits ends at once, one in progress after its next image.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<AugmentationAuditResponse> cancelAugmentationAudit(@PathVariable UUID id, Caller caller) {
        return accepted(requests.cancel(visibility.augmentationAudit(caller, id).id()));
    }

    private static ArtifactKey requireSheet(AugmentationAudit audit) {
        ArtifactKey sheet = audit.sheet();
        if (sheet == null) {
            throw audit.state() == InquiryState.SUCCEEDED
                    ? new RefusedException(
                            ProblemType.DATA_WITHDRAWN,
                            "The contact sheet was erased: it may have shown a patient who was withdrawn from the dataset.")
                    : new RefusedException(
                            ProblemType.CONFLICT, "Only an audit that has succeeded has a contact sheet.");
        }
        return sheet;
    }

    private ResponseEntity<AugmentationAuditResponse> accepted(AugmentationAudit audit) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/augmentation-audits/" + audit.id()))
                .body(response(audit));
    }

    private AugmentationAuditResponse response(AugmentationAudit audit) {
        return AugmentationAuditResponse.of(
                audit,
                signOffs.ofAudit(audit.id()).stream().map(SignOffView::of).toList(),
                JobView.of(jobs.find(audit.id())));
    }
}
