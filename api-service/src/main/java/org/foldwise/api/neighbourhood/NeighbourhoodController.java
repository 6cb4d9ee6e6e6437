package org.foldwise.api.neighbourhood;

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
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.neighbourhood.Neighbourhood;
import org.foldwise.registry.neighbourhood.NeighbourhoodCases;
import org.foldwise.registry.neighbourhood.NeighbourhoodRefusedException;
import org.foldwise.registry.neighbourhood.NeighbourhoodRequests;
import org.foldwise.registry.neighbourhood.Neighbourhoods;
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
@Tag(name = "Neighbourhoods", description = "The training patients nearest to the cases of an error review.")
class NeighbourhoodController {
    private final Visibility visibility;
    private final Neighbourhoods neighbourhoods;
    private final NeighbourhoodCases cases;
    private final NeighbourhoodRequests requests;
    private final JobQueue jobs;
    private final EventStreams streams;

    NeighbourhoodController(
            Visibility visibility,
            Neighbourhoods neighbourhoods,
            NeighbourhoodCases cases,
            NeighbourhoodRequests requests,
            JobQueue jobs,
            EventStreams streams) {
        this.visibility = visibility;
        this.neighbourhoods = neighbourhoods;
        this.cases = cases;
        this.requests = requests;
        this.jobs = jobs;
        this.streams = streams;
    }

    @IdempotencyOffer
    @PostMapping("/evaluations/{id}/neighbourhoods")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Look for the training patients nearest to the cases of an error review",
            description =
                    "Compares the cases that the evaluation's error review names with all images of the patients whom the model has"
                            + " learned from, by what its network makes of them before its head. Of a cross-validation each case is"
                            + " compared with the training patients of the fold that held it out. It takes one forward pass over the"
                            + " training images. Of the judged images only those cases are opened. Location tells where to follow it.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.DATA_WITHDRAWN, ProblemType.RECORD_DAMAGED})
    ResponseEntity<NeighbourhoodResponse> startNeighbourhood(
            @PathVariable UUID id, @RequestBody NeighbourhoodRequest body, Caller caller) {
        try {
            return accepted(requests.accept(visibility.evaluation(caller, id).id(), body.neighboursOrDefault()));
        } catch (NeighbourhoodRefusedException e) {
            throw new RefusedException(ProblemType.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    @GetMapping("/evaluations/{id}/neighbourhoods")
    @Operation(summary = "List the neighbourhoods of an evaluation, without their cases")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<NeighbourhoodResponse> listNeighbourhoods(
            @PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        return Page.of(
                neighbourhoods.findByEvaluationIdAndIdGreaterThanOrderById(
                        visibility.evaluation(caller, id).id(), query.afterIdOrFirst(), Limit.of(query.pageSize() + 1)),
                query,
                Neighbourhood::id,
                this::withoutCases);
    }

    @GetMapping("/neighbourhoods/{id}")
    @Operation(summary = "Read a neighbourhood: state, progress, cases with their neighbours")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    NeighbourhoodResponse getNeighbourhood(@PathVariable UUID id, Caller caller) {
        Neighbourhood neighbourhood = visible(caller, id);
        return NeighbourhoodResponse.of(neighbourhood, JobView.of(jobs.find(id)), cases.of(id));
    }

    @GetMapping(path = "/neighbourhoods/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow a neighbourhood as a stream of server-sent events",
            description = StreamsEvents.DESCRIPTION)
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.UNAVAILABLE})
    SseEmitter streamNeighbourhoodEvents(
            @PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visible(caller, id).id(), lastEventId);
    }

    @IdempotencyOffer
    @PostMapping("/neighbourhoods/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel a neighbourhood",
            description = "One that waits ends at once, one in progress after its next image.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<NeighbourhoodResponse> cancelNeighbourhood(@PathVariable UUID id, Caller caller) {
        return accepted(requests.cancel(visible(caller, id).id()));
    }

    private Neighbourhood visible(Caller caller, UUID id) {
        Neighbourhood neighbourhood = neighbourhoods.findById(id).orElseThrow(RefusedException::notFound);
        visibility.evaluation(caller, neighbourhood.evaluationId());
        return neighbourhood;
    }

    private ResponseEntity<NeighbourhoodResponse> accepted(Neighbourhood neighbourhood) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/neighbourhoods/" + neighbourhood.id()))
                .body(withoutCases(neighbourhood));
    }

    private NeighbourhoodResponse withoutCases(Neighbourhood neighbourhood) {
        return NeighbourhoodResponse.of(neighbourhood, JobView.of(jobs.find(neighbourhood.id())), null);
    }
}
