package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.Models;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models")
@Tag(name = "Models", description = "Named lines of versions, each one run's weights in a bundle.")
class ModelController {
    private final Visibility visibility;
    private final Models models;
    private final Ids ids;
    private final DatabaseClock clock;

    ModelController(Visibility visibility, Models models, Ids ids, DatabaseClock clock) {
        this.visibility = visibility;
        this.models = models;
        this.ids = ids;
        this.clock = clock;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Make a model without versions")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.ALREADY_EXISTS})
    ResponseEntity<ModelResponse> createModel(@RequestBody ModelRequest request, Caller caller) {
        UUID project = visibility
                .projectNamedBy(caller, request.projectId(), "/projectId")
                .id();
        Model model = models.save(new Model(ids.next(), project, request.name(), clock.now()));
        return ResponseEntity.created(URI.create("/api/v1/models/" + model.name()))
                .body(ModelResponse.of(model));
    }

    @GetMapping
    @Operation(summary = "List the models of the projects that the API key opens")
    Page<ModelResponse> listModels(@ParameterObject PageQuery query, Caller caller) {
        UUID only = caller.project();
        UUID after = query.afterIdOrFirst();
        Limit limit = Limit.of(query.pageSize() + 1);
        List<Model> found = only == null
                ? models.findByIdGreaterThanOrderById(after, limit)
                : models.findByProjectIdAndIdGreaterThanOrderById(only, after, limit);
        return Page.of(found, query, Model::id, ModelResponse::of);
    }

    @GetMapping("/{name}")
    @Operation(summary = "Read a model")
    @Refuses(ProblemType.NOT_FOUND)
    ModelResponse getModel(@PathVariable String name, Caller caller) {
        return ModelResponse.of(visibility.model(caller, name));
    }
}
