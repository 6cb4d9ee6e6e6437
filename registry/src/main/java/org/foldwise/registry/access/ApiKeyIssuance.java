package org.foldwise.registry.access;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Issues and revokes API keys. */
@Component
public class ApiKeyIssuance {
    private final ApiKeys keys;
    private final Ids ids;
    private final SecureRandom random;
    private final DatabaseClock clock;

    ApiKeyIssuance(ApiKeys keys, Ids ids, SecureRandom random, DatabaseClock clock) {
        this.keys = keys;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Issues a key.
     *
     * @param projectId the one project that it opens; absent for all
     * @param expiresAt when it ends; absent for never
     */
    @Transactional
    public IssuedApiKey issue(String name, Role role, @Nullable UUID projectId, @Nullable Instant expiresAt) {
        ApiKeySecret secret = ApiKeySecret.generate(ids.next(), random);
        ApiKey key = keys.save(new ApiKey(secret, name, role, projectId, clock.now(), expiresAt));
        return new IssuedApiKey(key, secret);
    }

    /**
     * Revokes a key for good. Doing so twice changes nothing.
     *
     * @return false if there is no such key
     */
    @Transactional
    public boolean revoke(UUID id) {
        return keys.findById(id)
                .map(key -> {
                    key.revoke(clock.now());
                    return true;
                })
                .orElse(false);
    }
}
