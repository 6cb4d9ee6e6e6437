package org.foldwise.api.idempotency;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Where {@code Idempotency-Key} is offered: on every POST that creates something. It is not on predictions and manifests, whose
 * bodies are large and whose repetition does no harm, nor on API keys, whose answer holds a secret that must not be stored.
 */
final class IdempotentRoutes {
    private IdempotentRoutes() {}

    static boolean offerIt(HttpServletRequest request) {
        String path = request.getRequestURI();
        return !(path.endsWith("/predict") || path.endsWith("/manifest") || path.endsWith("/api-keys"));
    }
}
