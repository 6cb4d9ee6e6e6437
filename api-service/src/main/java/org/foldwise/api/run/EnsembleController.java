package org.foldwise.api.run;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.registry.run.Run;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/ensembles")
@Tag(name = "Runs", description = "Trainings: how they go on, live and afterwards; and ensembles of them.")
class EnsembleController {
    private final EnsembleMaking making;
    private final RunResponses responses;

    EnsembleController(EnsembleMaking making, RunResponses responses) {
        this.making = making;
        this.responses = responses;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make an ensemble of runs",
            description =
                    "A run that trains nothing and answers with the mean of the members' probabilities. It is the only run of an"
                            + " experiment of its own, which a worker summarises. From there on it is a run as any other: its validation"
                            + " freezes one threshold, it may be evaluated, and registered as a model version.")
    @Refuses({
        ProblemType.NOT_FOUND,
        ProblemType.CONFLICT,
        ProblemType.DATA_WITHDRAWN,
        ProblemType.RECORD_DAMAGED,
        ProblemType.STORAGE_FULL
    })
    ResponseEntity<RunResponse> createEnsemble(@RequestBody EnsembleRequest request, Caller caller) {
        Run run = making.make(request, caller);
        return ResponseEntity.created(URI.create("/api/v1/runs/" + run.id())).body(responses.response(run));
    }
}
