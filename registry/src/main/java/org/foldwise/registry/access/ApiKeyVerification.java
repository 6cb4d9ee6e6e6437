package org.foldwise.registry.access;

import java.util.Optional;
import org.foldwise.registry.DatabaseClock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Tells who shows a key. */
@Component
public class ApiKeyVerification {
    private final ApiKeys keys;
    private final DatabaseClock clock;

    ApiKeyVerification(ApiKeys keys, DatabaseClock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** The key that {@code presented} is; empty if it is malformed, unknown, wrong, expired or revoked, whichever it is. */
    @Transactional(readOnly = true)
    public Optional<ApiKey> verify(String presented) {
        return ApiKeySecret.parse(presented)
                .flatMap(secret -> keys.findById(secret.id()).filter(key -> key.admits(secret, clock.now())));
    }
}
