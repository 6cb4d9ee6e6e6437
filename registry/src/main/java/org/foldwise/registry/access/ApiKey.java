package org.foldwise.registry.access;

import jakarta.persistence.Entity;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.Aggregate;
import org.jspecify.annotations.Nullable;

/** Who may enter, in which role, and for how long. The key itself is not stored, only a digest of it. */
@Entity
public class ApiKey extends Aggregate {
    private String name;
    private Role role;
    private @Nullable UUID projectId;
    private byte[] secretSha256;
    private Instant createdAt;
    private @Nullable Instant expiresAt;
    private @Nullable Instant revokedAt;

    ApiKey() {}

    /** A key whose bearer shows {@code secret}. */
    ApiKey(
            ApiKeySecret secret,
            String name,
            Role role,
            @Nullable UUID projectId,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        super(secret.id());
        if (expiresAt != null && !expiresAt.isAfter(createdAt)) {
            throw new IllegalArgumentException("an API key must expire after its creation, was " + expiresAt);
        }
        this.name = name;
        this.role = role;
        this.projectId = projectId;
        this.secretSha256 = secret.sha256();
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    public String name() {
        return name;
    }

    public Role role() {
        return role;
    }

    /** The one project that the key opens; absent where it opens all. */
    public @Nullable UUID projectId() {
        return projectId;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    public @Nullable Instant revokedAt() {
        return revokedAt;
    }

    /** Whether the key opens {@code project}. */
    public boolean opens(UUID project) {
        return projectId == null || projectId.equals(project);
    }

    /** Whether {@code presented} is the secret of this key. Takes the same time for every secret. */
    boolean isShownBy(ApiKeySecret presented) {
        return MessageDigest.isEqual(secretSha256, presented.sha256());
    }

    /** Ends the key's validity. Stays with the first time. */
    void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
    }
}
