package org.foldwise.api.model;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import java.util.regex.Pattern;
import org.foldwise.api.caching.RowVersion;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelAlias;
import org.foldwise.registry.model.ModelAliases;
import org.foldwise.registry.model.ModelRefusedException;
import org.foldwise.registry.model.ModelVersions;
import org.foldwise.registry.model.StaleAliasException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models/{name}/aliases")
@Tag(name = "Model aliases", description = "Names that point at a version and may be moved.")
class AliasController {
    private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9-]{0,49}");

    private final Visibility visibility;
    private final ModelAliases aliases;
    private final ModelVersions versions;

    AliasController(Visibility visibility, ModelAliases aliases, ModelVersions versions) {
        this.visibility = visibility;
        this.aliases = aliases;
        this.versions = versions;
    }

    @GetMapping
    @Operation(summary = "List the aliases of a model")
    @Refuses(ProblemType.NOT_FOUND)
    AliasResponse.All listModelAliases(@PathVariable String name, Caller caller) {
        return new AliasResponse.All(
                aliases.ofModel(visibility.model(caller, name).id()).stream()
                        .map(AliasResponse::of)
                        .toList());
    }

    @GetMapping("/{alias}")
    @Operation(summary = "Read where an alias points, and its ETag")
    @Refuses(ProblemType.NOT_FOUND)
    ResponseEntity<AliasResponse> getModelAlias(@PathVariable String name, @PathVariable String alias, Caller caller) {
        return aliases.find(visibility.model(caller, name).id(), alias)
                .map(AliasController::tagged)
                .orElseThrow(RefusedException::notFound);
    }

    @PutMapping("/{alias}")
    @Operation(
            summary = "Point an alias at a version",
            description =
                    "A new alias needs no If-Match; moving one does, so that nobody moves what somebody else just moved.")
    @Refuses({ProblemType.NOT_FOUND, ProblemType.CONFLICT, ProblemType.STALE_VERSION, ProblemType.PRECONDITION_REQUIRED
    })
    ResponseEntity<AliasResponse> setModelAlias(
            @PathVariable String name,
            @PathVariable String alias,
            @RequestBody AliasRequest request,
            @Parameter(description = "ETag of the alias as it was read.", example = "\"0\"")
                    @RequestHeader(name = "If-Match", required = false)
                    @Nullable
                    String ifMatch,
            Caller caller) {
        Model model = visibility.model(caller, name);
        if (!ALIAS.matcher(alias).matches()) {
            throw RefusedException.invalid(
                    "/alias", "must have 1 to 50 lower-case letters, digits and dashes, beginning with a letter");
        }
        if (versions.findByModelIdAndNumber(model.id(), request.version()).isEmpty()) {
            throw RefusedException.notFound("/version", "the model has no such version");
        }
        Long seen = seenRowVersion(aliases.find(model.id(), alias), ifMatch);
        try {
            return tagged(aliases.point(model.id(), alias, request.version(), seen));
        } catch (StaleAliasException e) {
            throw new RefusedException(ProblemType.STALE_VERSION, "The alias was moved a moment ago.");
        } catch (ModelRefusedException e) {
            throw ModelRefusals.problem(e);
        }
    }

    private static @Nullable Long seenRowVersion(Optional<ModelAlias> present, @Nullable String ifMatch) {
        if (present.isEmpty()) {
            if (ifMatch != null) {
                throw new RefusedException(ProblemType.STALE_VERSION, "There is no such alias.");
            }
            return null;
        }
        long rowVersion = present.get().rowVersion();
        new RowVersion(rowVersion).requireSeen(ifMatch);
        return rowVersion;
    }

    private static ResponseEntity<AliasResponse> tagged(ModelAlias alias) {
        return ResponseEntity.ok()
                .eTag(new RowVersion(alias.rowVersion()).tag())
                .body(AliasResponse.of(alias));
    }
}
