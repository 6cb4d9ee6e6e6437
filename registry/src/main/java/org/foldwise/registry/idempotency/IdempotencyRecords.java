package org.foldwise.registry.idempotency;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Requests by API key and idempotency key, with their answers. */
@Component
public class IdempotencyRecords {
    private final JdbcClient database;

    IdempotencyRecords(JdbcClient database) {
        this.database = database;
    }

    /**
     * Takes a key for a request, in a transaction of its own, so that others see at once that the request is in flight.
     *
     * @param request digest of the request: method, path and body
     * @param abandonedAfter after that long an unanswered request counts as given up by a process that died, and may be made anew
     */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public IdempotencyOutcome begin(UUID apiKey, String key, Digest request, Duration abandonedAfter) {
        int taken = database.sql(
                        """
                        insert into idempotency_record (api_key_id, key, request_digest)
                        values (:apiKey, :key, :request)
                        on conflict (api_key_id, key) do update set created_at = clock_timestamp()
                        where idempotency_record.status is null
                            and idempotency_record.request_digest = excluded.request_digest
                            and idempotency_record.created_at
                                < clock_timestamp() - cast(:abandonedAfterSeconds as double precision) * interval '1 second'
                        """)
                .param("apiKey", apiKey)
                .param("key", key)
                .param("request", request.hex())
                .param("abandonedAfterSeconds", abandonedAfter.toMillis() / 1000.0)
                .update();
        if (taken == 1) {
            return new IdempotencyOutcome.First();
        }
        return database.sql("select * from idempotency_record where api_key_id = ? and key = ?")
                .param(apiKey)
                .param(key)
                .query((row, number) -> outcome(row, request))
                .optional()
                // deleted since the insert above met it
                .orElseGet(IdempotencyOutcome.InFlight::new);
    }

    private static IdempotencyOutcome outcome(ResultSet row, Digest request) throws SQLException {
        if (!row.getString("request_digest").equals(request.hex())) {
            return new IdempotencyOutcome.OtherRequest();
        }
        int status = row.getInt("status");
        if (row.wasNull()) {
            return new IdempotencyOutcome.InFlight();
        }
        return new IdempotencyOutcome.Repeated(status, row.getString("headers"), row.getBytes("body"));
    }

    /**
     * Records the answer. In the transaction of the work itself, work and answer are kept or lost together.
     *
     * @param headers a JSON document
     */
    @Transactional
    public void complete(UUID apiKey, String key, int status, String headers, byte @Nullable [] body) {
        int updated = database.sql(
                        """
                        update idempotency_record set status = :status, headers = cast(:headers as jsonb), body = :body
                        where api_key_id = :apiKey and key = :key and status is null
                        """)
                .param("status", status)
                .param("headers", headers)
                .param("body", body)
                .param("apiKey", apiKey)
                .param("key", key)
                .update();
        if (updated != 1) {
            throw new IllegalStateException("no request is in flight under this idempotency key");
        }
    }

    /** Frees the key of a request that could not be answered, so that it may be made again. */
    @Transactional
    public void abandon(UUID apiKey, String key) {
        database.sql("delete from idempotency_record where api_key_id = ? and key = ? and status is null")
                .param(apiKey)
                .param(key)
                .update();
    }

    /**
     * Forgets what was recorded longer than {@code age} ago.
     *
     * @return how many records
     */
    @Transactional
    public int forget(Duration age) {
        return database.sql(
                        """
                        delete from idempotency_record
                        where created_at < clock_timestamp() - cast(? as double precision) * interval '1 second'
                        """)
                .param(age.toMillis() / 1000.0)
                .update();
    }
}
