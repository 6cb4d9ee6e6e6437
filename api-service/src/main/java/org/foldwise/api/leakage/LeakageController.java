package org.foldwise.api.leakage;

import io.swagger.v3.oas.annotations.Hidden;
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
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.foldwise.registry.leakage.LeakageExperiments;
import org.foldwise.registry.leakage.LeakageRequests;
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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@RestController
@RequestMapping("/api/v1")
@Tag(
        name = "Leakage experiments",
        description = "What folds of images, instead of patients, would have made of a recipe's figures.")
class LeakageController {
    private final Visibility visibility;
    private final LeakageExperiments experiments;
    private final LeakageLaunching launching;
    private final LeakageRequests request;
    private final JobQueue jobs;
    private final EventStreams streams;
    private final JsonMapper mapper;

    LeakageController(
            Visibility visibility,
            LeakageExperiments experiments,
            LeakageLaunching launching,
            LeakageRequests request,
            JobQueue jobs,
            EventStreams streams,
            JsonMapper mapper) {
        this.visibility = visibility;
        this.experiments = experiments;
        this.launching = launching;
        this.request = request;
        this.jobs = jobs;
        this.streams = streams;
        this.mapper = mapper;
    }

    @IdempotencyOffer
    @PostMapping("/datasets/{id}/leakage-experiments")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Start a leakage experiment",
            description =
                    "Cross-validates a plan twice on the same images: on folds of images, as is often done and leaks, and on folds"
                            + " of patients. Patients whom a split of the dataset locks away are left out of both. Location tells where"
                            + " to follow it. Only answers about held-out images are kept, no weights. A dry run says beforehand what"
                            + " would be; what it finds blocking is refused here unless it is overridden with a reason.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.FINDINGS_NOT_WAIVED,
        ProblemType.SPLIT_REFUSED,
        ProblemType.FINDINGS_BLOCK
    })
    ResponseEntity<LeakageExperimentResponse> startLeakageExperiment(
            @PathVariable UUID id, @RequestBody LeakageExperimentRequest body, Caller caller) {
        return accepted(launching.launch(visibility.dataset(caller, id), body, caller));
    }

    @PostMapping("/datasets/{id}/leakage-experiments/dry-runs")
    @Operation(
            summary = "Say what a leakage experiment would be",
            description =
                    "Checks the same as a start does, overrides included, and tells what is blocking instead of refusing it. Nothing"
                            + " is stored or started.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.FINDINGS_NOT_WAIVED,
        ProblemType.SPLIT_REFUSED
    })
    LeakageDryRunResponse dryRunLeakageExperiment(
            @PathVariable UUID id, @RequestBody LeakageExperimentRequest body, Caller caller) {
        return launching.dryRun(visibility.dataset(caller, id), body);
    }

    /** The short form of a dry run, for people: the contract has no words for an answer that hangs on a parameter. */
    @Hidden
    @PostMapping(
            path = "/datasets/{id}/leakage-experiments",
            params = {"dryRun", "dryRun!=false"})
    LeakageDryRunResponse dryRunByParameter(
            @PathVariable UUID id, @RequestBody LeakageExperimentRequest body, Caller caller) {
        return dryRunLeakageExperiment(id, body, caller);
    }

    @GetMapping("/datasets/{id}/leakage-experiments")
    @Operation(summary = "List the leakage experiments of a dataset")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    Page<LeakageExperimentResponse> listLeakageExperiments(
            @PathVariable UUID id, @ParameterObject PageQuery query, Caller caller) {
        return Page.of(
                experiments.findByDatasetIdAndIdGreaterThanOrderById(
                        visibility.dataset(caller, id).id(), query.afterIdOrFirst(), Limit.of(query.pageSize() + 1)),
                query,
                LeakageExperiment::id,
                this::response);
    }

    @GetMapping("/leakage-experiments/{id}")
    @Operation(summary = "Read a leakage experiment: state, progress, report")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    LeakageExperimentResponse getLeakageExperiment(@PathVariable UUID id, Caller caller) {
        return response(visibility.leakageExperiment(caller, id));
    }

    @GetMapping(path = "/leakage-experiments/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(
            summary = "Follow a leakage experiment as a stream of server-sent events",
            description = StreamsEvents.DESCRIPTION)
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED, ProblemType.UNAVAILABLE})
    SseEmitter streamLeakageExperimentEvents(
            @PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visibility.leakageExperiment(caller, id).id(), lastEventId);
    }

    @IdempotencyOffer
    @PostMapping("/leakage-experiments/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel a leakage experiment",
            description = "One that waits ends at once, one in training at its next batch.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<LeakageExperimentResponse> cancelLeakageExperiment(@PathVariable UUID id, Caller caller) {
        return accepted(request.cancel(visibility.leakageExperiment(caller, id).id()));
    }

    private ResponseEntity<LeakageExperimentResponse> accepted(LeakageExperiment experiment) {
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/leakage-experiments/" + experiment.id()))
                .body(response(experiment));
    }

    private LeakageExperimentResponse response(LeakageExperiment experiment) {
        String findings = experiment.findings();
        return LeakageExperimentResponse.of(
                experiment,
                JobView.of(jobs.find(experiment.id())),
                findings == null ? null : mapper.readValue(findings, new TypeReference<>() {}),
                mapper.readValue(experiment.overrides(), new TypeReference<>() {}));
    }
}
