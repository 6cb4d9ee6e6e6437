package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.api.paging.Page;
import org.foldwise.api.paging.PageQuery;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.problem.Refuses;
import org.foldwise.api.security.Caller;
import org.foldwise.api.security.Visibility;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.access.ApiKey;
import org.foldwise.registry.access.ApiKeyIssuance;
import org.foldwise.registry.access.ApiKeys;
import org.foldwise.registry.access.IssuedApiKey;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.domain.Limit;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Only an admin of all projects manages keys: an admin of one project could otherwise issue itself a key to another. */
@RestController
@RequestMapping("/api/v1/api-keys")
@Tag(name = "API keys", description = "Who may enter, and in which role.")
class ApiKeyController {
    private final ApiKeys keys;
    private final ApiKeyIssuance issuance;
    private final Visibility visibility;
    private final DatabaseClock clock;

    ApiKeyController(ApiKeys keys, ApiKeyIssuance issuance, Visibility visibility, DatabaseClock clock) {
        this.keys = keys;
        this.issuance = issuance;
        this.visibility = visibility;
        this.clock = clock;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Issue an API key",
            description =
                    "The secret is in this answer and nowhere else; Idempotency-Key is therefore not offered here.")
    ResponseEntity<IssuedApiKeyResponse> issueApiKey(@RequestBody ApiKeyRequest request, Caller caller) {
        requireEveryProject(caller);
        UUID project = request.projectId();
        if (project != null) {
            visibility.projectNamedBy(caller, project, "/projectId");
        }
        IssuedApiKey issued = issuance.issue(request.name(), request.role(), project, expiry(request.validDays()));
        return ResponseEntity.created(
                        URI.create("/api/v1/api-keys/" + issued.key().id()))
                .cacheControl(CacheControl.noStore())
                .body(IssuedApiKeyResponse.of(issued));
    }

    @GetMapping
    @Operation(summary = "List the API keys, without their secrets")
    Page<ApiKeyResponse> listApiKeys(@ParameterObject PageQuery query, Caller caller) {
        requireEveryProject(caller);
        return Page.of(
                keys.findByIdGreaterThanOrderById(query.afterIdOrFirst(), Limit.of(query.pageSize() + 1)),
                query,
                ApiKey::id,
                ApiKeyResponse::of);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Read an API key, without its secret")
    @Refuses(ProblemType.NOT_FOUND)
    ApiKeyResponse getApiKey(@PathVariable UUID id, Caller caller) {
        requireEveryProject(caller);
        return keys.findById(id).map(ApiKeyResponse::of).orElseThrow(RefusedException::notFound);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke an API key for good", description = "Revoking it again changes nothing.")
    @Refuses(ProblemType.NOT_FOUND)
    void revokeApiKey(@PathVariable UUID id, Caller caller) {
        requireEveryProject(caller);
        if (!issuance.revoke(id)) {
            throw RefusedException.notFound();
        }
    }

    private static void requireEveryProject(Caller caller) {
        if (caller.project() != null) {
            throw new RefusedException(
                    ProblemType.FORBIDDEN, "Only an admin's key that opens all projects manages API keys.");
        }
    }

    private @Nullable Instant expiry(@Nullable Integer validDays) {
        return validDays == null ? null : clock.now().plus(Duration.ofDays(validDays));
    }
}
