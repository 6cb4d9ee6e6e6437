package org.foldwise.api.security;

import java.util.UUID;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.access.ApiKey;
import org.foldwise.registry.access.Role;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request.
 *
 * @param id of the API key
 * @param name of the API key, for people
 * @param role what it may do
 * @param project the one project that it opens; absent where it opens all
 */
public record Caller(UUID id, String name, Role role, @Nullable UUID project) {
    static Caller of(ApiKey key) {
        return new Caller(key.id(), key.name(), key.role(), key.projectId());
    }

    /** Whether resources of that project exist for this caller. */
    public boolean opens(UUID other) {
        return project == null || project.equals(other);
    }

    /**
     * Ends the request where the project is not the caller's.
     *
     * @throws RefusedException the same as for an id that was never given out
     */
    public void requireOpen(UUID other) {
        if (!opens(other)) {
            throw RefusedException.notFound();
        }
    }
}
