package org.foldwise.api.explanation;

import io.swagger.v3.oas.annotations.Operation;
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
import org.foldwise.registry.explanation.ExplanationCheck;
import org.foldwise.registry.explanation.ExplanationCheckRefusedException;
import org.foldwise.registry.explanation.ExplanationCheckRequests;
import org.foldwise.registry.explanation.ExplanationChecks;
import org.foldwise.registry.jobs.JobQueue;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
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
@Tag(name = "Explanation checks", description = "Whether maps show what an evaluation's answers rest on.")
class ExplanationCheckController {
    private final Visibility visibility;
    private final ExplanationChecks checks;
    private final ExplanationCheckRequests requests;
    private final JobQueue jobs;
    private final EventStreams streams;

    ExplanationCheckController(
            Visibility visibility,
            ExplanationChecks checks,
            ExplanationCheckRequests requests,
            JobQueue jobs,
            EventStreams streams) {
        this.visibility = visibility;
        this.checks = checks;
        this.requests = requests;
        this.jobs = jobs;
        this.streams = streams;
    }

    @IdempotencyOffer
    @PostMapping("/evaluations/{id}/explanation-checks")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Check the maps that explain an evaluation's answers",
            description =
                    "Makes maps of a sample of the images that the evaluation has judged, drawn by the plan's seed, with the networks that"
                            + " answered them, and holds figures of these maps beside those of maps that show nothing: heat along the"
                            + " edges beside the area there, deletion and insertion beside a map of chance values, maps after the weights"
                            + " were drawn afresh. No other image is opened. Location tells where to follow it.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.DATA_WITHDRAWN, ProblemType.RECORD_DAMAGED})
    ResponseEntity<ExplanationCheckResponse> startExplanationCheck(
            @PathVariable UUID id, @RequestBody ExplanationCheckRequest body, Caller caller) {
        try {
            return accepted(requests.accept(
                    visibility.evaluation(caller, id).id(),
                    body.imagesOrDefault(),
                    body.explainedClass(),
                    body.storedRegion()));
        } catch (ExplanationCheckRefusedException e) {
            throw new RefusedException(ProblemType.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    @GetMapping("/evaluations/{id}/explanation-checks")
    @Operation(summary = "List the explanation checks of an evaluation")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<ExplanationCheckResponse> listExplanationChecks(
            @PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        return Page.of(
                checks.findByEvaluationIdAndIdGreaterThanOrderById(
                        visibility.evaluation(caller, id).id(), query.afterIdOrFirst(), Limit.of(query.pageSize() + 1)),
                query,
                ExplanationCheck::id,
                this::response);
    }

    @GetMapping("/explanation-checks/{id}")
    @Operation(summary = "Read an explanation check: state, progress, figures")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ExplanationCheckResponse getExplanationCheck(@PathVariable UUID id, Caller caller) {
        return response(visible(caller, id));
    }

    @GetMapping(path = "/explanation-checks/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow an explanation check as a stream of server-sent events",
            description = StreamsEvents.DESCRIPTION)
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.UNAVAILABLE})
    SseEmitter streamExplanationCheckEvents(
            @PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visible(caller, id).id(), lastEventId);
    }

    @IdempotencyOffer
    @PostMapping("/explanation-checks/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel an explanation check",
            description = "One that waits ends at once, one in progress after its next image or draw.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<ExplanationCheckResponse> cancelExplanationCheck(@PathVariable UUID id, Caller caller) {
        return accepted(requests.cancel(visible(caller, id).id()));
    }

    private ExplanationCheck visible(Caller caller, UUID id) {
        ExplanationCheck check = checks.findById(id).orElseThrow(RefusedException::notFound);
        visibility.evaluation(caller, check.evaluationId());
        return check;
    }

    private ResponseEntity<ExplanationCheckResponse> accepted(ExplanationCheck check) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/explanation-checks/" + check.id()))
                .body(response(check));
    }

    private ExplanationCheckResponse response(ExplanationCheck check) {
        return ExplanationCheckResponse.of(check, JobView.of(jobs.find(check.id())));
    }
}
