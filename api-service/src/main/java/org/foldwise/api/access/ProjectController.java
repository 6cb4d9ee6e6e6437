package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.foldwise.api.idempotency.IdempotencyOffer;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.access.Projects;
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
@RequestMapping("/api/v1/projects")
@Tag(name = "Projects", description = "What datasets and models belong to.")
class ProjectController {
    private final Projects projects;
    private final Visibility visibility;
    private final Ids ids;
    private final DatabaseClock clock;

    ProjectController(Projects projects, Visibility visibility, Ids ids, DatabaseClock clock) {
        this.projects = projects;
        this.visibility = visibility;
        this.ids = ids;
        this.clock = clock;
    }

    @IdempotencyOffer
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a project",
            description =
                    "Only an admin's key that opens all projects may: one of a single project would not see what it made.")
    @Refuses(ProblemType.ALREADY_EXISTS)
    ResponseEntity<ProjectResponse> createProject(@RequestBody ProjectRequest request, Caller caller) {
        if (caller.project() != null) {
            throw new RefusedException(
                    ProblemType.FORBIDDEN, "Only an admin's key that opens all projects makes projects.");
        }
        Project project = projects.save(
                new Project(ids.next(), request.name(), Boolean.TRUE.equals(request.deidentifiedOnly()), clock.now()));
        return ResponseEntity.created(URI.create("/api/v1/projects/" + project.id()))
                .body(ProjectResponse.of(project));
    }

    @GetMapping
    @Operation(summary = "List the projects that the API key opens")
    Page<ProjectResponse> listProjects(@ParameterObject PageQuery query, Caller caller) {
        UUID only = caller.project();
        List<Project> found = only == null
                ? projects.findByIdGreaterThanOrderById(query.afterIdOrFirst(), Limit.of(query.pageSize() + 1))
                : projects.findById(only).filter(project -> project.id().compareTo(query.afterIdOrFirst()) > 0).stream()
                        .toList();
        return Page.of(found, query, Project::id, ProjectResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Read a project")
    @Refuses(ProblemType.NOT_FOUND)
    ProjectResponse getProject(@PathVariable UUID id, Caller caller) {
        return ProjectResponse.of(visibility.project(caller, id));
    }
}
