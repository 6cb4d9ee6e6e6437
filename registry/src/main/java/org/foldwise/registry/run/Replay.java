package org.foldwise.registry.run;

import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A run trained once more from its provenance, to see whether it comes to the same. Its job has the same id. The report is a JSON
 * document that the registry does not look into.
 */
@Entity
public class Replay extends Aggregate {
    private UUID runId;
    private ReplayState state;
    private @Nullable ReplayVerdict verdict;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String report;

    private @Nullable String failure;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    @Version
    private long version;

    Replay() {}

    Replay(UUID id, UUID runId, Instant createdAt) {
        super(id);
        this.runId = runId;
        this.state = ReplayState.QUEUED;
        this.createdAt = createdAt;
    }

    public UUID runId() {
        return runId;
    }

    public ReplayState state() {
        return state;
    }

    /** Absent before the replay has succeeded. */
    public @Nullable ReplayVerdict verdict() {
        return verdict;
    }

    /** A JSON document; absent before the replay has succeeded. */
    public @Nullable String report() {
        return report;
    }

    /** Why the replay failed; absent unless it did. */
    public @Nullable String failure() {
        return failure;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public @Nullable Instant finishedAt() {
        return finishedAt;
    }

    public long version() {
        return version;
    }

    /** A worker begins, or another begins again where the first was lost. */
    void start() {
        if (state != ReplayState.RUNNING) {
            become(ReplayState.RUNNING);
        }
    }

    void succeed(ReplayVerdict verdict, String report, Instant now) {
        become(ReplayState.SUCCEEDED);
        this.verdict = verdict;
        this.report = report;
        this.finishedAt = now;
    }

    void fail(String failure, Instant now) {
        become(ReplayState.FAILED);
        this.failure = failure;
        this.finishedAt = now;
    }

    void cancel(Instant now) {
        become(ReplayState.CANCELLED);
        this.finishedAt = now;
    }

    private void become(ReplayState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
