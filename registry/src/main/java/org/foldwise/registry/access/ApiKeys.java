package org.foldwise.registry.access;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.repository.Repository;

/** The stored API keys. */
public interface ApiKeys extends Repository<ApiKey, UUID> {
    ApiKey save(ApiKey key);

    Optional<ApiKey> findById(UUID id);

    /** The keys with higher ids than {@code after}, in the order of their ids. */
    List<ApiKey> findByIdGreaterThanOrderById(UUID after, Limit limit);

    long count();
}
