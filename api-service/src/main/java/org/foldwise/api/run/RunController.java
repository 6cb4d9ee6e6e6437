package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.jobs.EventStreams;
import org.foldwise.api.jobs.LastEventId;
import org.foldwise.api.jobs.StreamsEvents;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.run.RunDetails.ArtifactResponse;
import org.foldwise.api.run.RunDetails.ArtifactsResponse;
import org.foldwise.api.run.RunDetails.EpochResponse;
import org.foldwise.api.run.RunDetails.EpochsResponse;
import org.foldwise.api.run.RunDetails.RunsResponse;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.RunCancellation;
import org.foldwise.registry.run.RunProgress;
import org.foldwise.registry.run.Runs;
import org.jspecify.annotations.Nullable;
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
@RequestMapping("/api/v1")
@Tag(name = "Runs", description = "Trainings: how they go on, live and afterwards; and ensembles of them.")
class RunController {
    private final Visibility visibility;
    private final Runs runs;
    private final RunProgress progress;
    private final RunCancellation cancellation;
    private final RunResponses responses;
    private final EventStreams streams;

    RunController(
            Visibility visibility,
            Runs runs,
            RunProgress progress,
            RunCancellation cancellation,
            RunResponses responses,
            EventStreams streams) {
        this.visibility = visibility;
        this.runs = runs;
        this.progress = progress;
        this.cancellation = cancellation;
        this.responses = responses;
        this.streams = streams;
    }

    @GetMapping("/experiments/{id}/runs")
    @Operation(summary = "List the runs of an experiment")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    RunsResponse listRuns(@PathVariable UUID id, Caller caller) {
        UUID experiment = visibility.experiment(caller, id).id();
        return new RunsResponse(runs.findByExperimentIdOrderByFold(experiment).stream()
                .map(responses::response)
                .toList());
    }

    @GetMapping("/runs/{id}")
    @Operation(summary = "Read a run: state, progress, provenance")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    RunResponse getRun(@PathVariable UUID id, Caller caller) {
        return responses.response(visibility.run(caller, id));
    }

    @GetMapping("/runs/{id}/epochs")
    @Operation(summary = "List the finished epochs of a run")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    EpochsResponse listEpochs(@PathVariable UUID id, Caller caller) {
        UUID run = visibility.run(caller, id).id();
        return new EpochsResponse(
                progress.epochs(run).stream().map(EpochResponse::of).toList());
    }

    @GetMapping("/runs/{id}/artifacts")
    @Operation(summary = "List the files that a run has stored")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ArtifactsResponse listRunArtifacts(@PathVariable UUID id, Caller caller) {
        UUID run = visibility.run(caller, id).id();
        return new ArtifactsResponse(
                progress.artifacts(run).stream().map(ArtifactResponse::of).toList());
    }

    @GetMapping(path = "/runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(summary = "Follow a run as a stream of server-sent events", description = StreamsEvents.DESCRIPTION)
    @StreamsEvents
    @Refuses({ProblemType.NOT_FOUND, ProblemType.UNAVAILABLE})
    SseEmitter streamRunEvents(@PathVariable UUID id, @LastEventId @Nullable Long lastEventId, Caller caller) {
        return streams.open(visibility.run(caller, id).id(), lastEventId);
    }

    @IdempotencyOffer
    @PostMapping("/runs/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel a run",
            description = "One that waits ends at once, one in training at its next batch.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<RunResponse> cancelRun(@PathVariable UUID id, Caller caller) {
        Run run = cancellation.cancelRun(visibility.run(caller, id).id());
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/runs/" + run.id()))
                .body(responses.response(run));
    }
}
