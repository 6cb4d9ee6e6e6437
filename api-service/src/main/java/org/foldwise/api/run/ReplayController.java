package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.jobs.JobView;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.run.Replay;
import org.foldwise.registry.run.ReplayRefusedException;
import org.foldwise.registry.run.ReplayRequests;
import org.foldwise.registry.run.Replays;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Replays", description = "Runs trained once more, to see whether they come to the same.")
class ReplayController {
    private final Visibility visibility;
    private final Replays replays;
    private final ReplayRequests requests;
    private final JobQueue jobs;

    ReplayController(Visibility visibility, Replays replays, ReplayRequests requests, JobQueue jobs) {
        this.visibility = visibility;
        this.replays = replays;
        this.requests = requests;
        this.jobs = jobs;
    }

    @IdempotencyOffer
    @PostMapping("/runs/{id}/replays")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Train a run once more and compare",
            description =
                    "From what its provenance names, from the beginning. The run and its model versions stay as they are.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.DATA_WITHDRAWN, ProblemType.RECORD_DAMAGED})
    ResponseEntity<ReplayResponse> replayRun(@PathVariable UUID id, Caller caller) {
        try {
            Replay replay = requests.of(visibility.run(caller, id).id());
            return ResponseEntity.accepted()
                    .location(URI.create("/api/v1/replays/" + replay.id()))
                    .body(response(replay));
        } catch (ReplayRefusedException e) {
            throw new RefusedException(ProblemType.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    @GetMapping("/runs/{id}/replays")
    @Operation(summary = "List the replays of a run")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ReplayResponse.ListResponse listReplays(@PathVariable UUID id, Caller caller) {
        UUID run = visibility.run(caller, id).id();
        return new ReplayResponse.ListResponse(
                replays.findByRunIdOrderById(run).stream().map(this::response).toList());
    }

    @GetMapping("/replays/{id}")
    @Operation(summary = "Read a replay: state, progress, verdict")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.RECORD_DAMAGED})
    ReplayResponse getReplay(@PathVariable UUID id, Caller caller) {
        Replay replay = replays.findById(id).orElseThrow(RefusedException::notFound);
        visibility.run(caller, replay.runId());
        return response(replay);
    }

    @PostMapping("/replays/{id}/cancellation")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Cancel a replay",
            description = "One that waits ends at once, one in training at its next batch.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.RECORD_DAMAGED})
    ResponseEntity<ReplayResponse> cancelReplay(@PathVariable UUID id, Caller caller) {
        Replay replay = replays.findById(id).orElseThrow(RefusedException::notFound);
        visibility.run(caller, replay.runId());
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/replays/" + id))
                .body(response(requests.cancel(id)));
    }

    private ReplayResponse response(Replay replay) {
        return ReplayResponse.of(replay, JobView.of(jobs.find(replay.id())));
    }
}
