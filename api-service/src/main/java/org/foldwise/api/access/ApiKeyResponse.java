package org.foldwise.api.access;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.access.ApiKey;
import org.foldwise.registry.access.Role;
import org.jspecify.annotations.Nullable;

@Schema(description = "An API key without its secret.")
record ApiKeyResponse(
        UUID id,
        @Schema(example = "ward 7") String name,
        @Schema(example = "researcher") Role role,
        @Schema(description = "The one project that it opens; absent for all.") @Nullable UUID projectId,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    static ApiKeyResponse of(ApiKey key) {
        return new ApiKeyResponse(
                key.id(), key.name(), key.role(), key.projectId(), key.createdAt(), key.expiresAt(), key.revokedAt());
    }
}
