package org.foldwise.registry.access;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

/** The stored API keys. */
public interface ApiKeys extends Repository<ApiKey, UUID> {
    ApiKey save(ApiKey key);

    Optional<ApiKey> findById(UUID id);

    /** The key of that id where it is good at present, by the database's clock: neither revoked nor expired. */
    @NativeQuery(
            """
            select * from api_key
            where id = :id and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
            """)
    Optional<ApiKey> findGood(UUID id);

    /** The keys with higher ids than {@code after}, in the order of their ids. */
    List<ApiKey> findByIdGreaterThanOrderById(UUID after, Limit limit);

    long count();
}
