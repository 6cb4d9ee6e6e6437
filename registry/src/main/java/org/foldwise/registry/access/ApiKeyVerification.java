package org.foldwise.registry.access;

import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells who shows a key. Every request asks it, so it asks the database one question and opens no transaction for that. */
@Component
public class ApiKeyVerification {
    private final ApiKeys keys;

    ApiKeyVerification(ApiKeys keys) {
        this.keys = keys;
    }

    /** The key that {@code presented} is; empty if it is malformed, unknown, wrong, expired or revoked, whichever it is. */
    public Optional<ApiKey> verify(String presented) {
        return ApiKeySecret.parse(presented)
                .flatMap(secret -> keys.findGood(secret.id()).filter(key -> key.isShownBy(secret)));
    }
}
