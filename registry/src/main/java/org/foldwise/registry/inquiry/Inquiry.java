package org.foldwise.registry.inquiry;

import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.registry.BoundRecord;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordDigest;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * Something that a worker finds out. Its job has the same id. The report is a JSON document that the registry does not look into. Only
 * {@link InquiryReporting} and {@link InquiryRequests} change its state.
 */
@MappedSuperclass
public abstract class Inquiry extends BoundRecord {
    private InquiryState state;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String report;

    private @Nullable String failure;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    @Version
    private long version;

    /** For JPA, which fills in the fields. */
    protected Inquiry() {}

    protected Inquiry(UUID id, Instant createdAt) {
        super(id);
        this.state = InquiryState.QUEUED;
        this.createdAt = createdAt;
    }

    public InquiryState state() {
        return state;
    }

    /** A JSON document; absent before the inquiry has succeeded. */
    public @Nullable String report() {
        requireAsWritten();
        return report;
    }

    /** Why it failed; absent unless it did. */
    public @Nullable String failure() {
        requireAsWritten();
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

    /** A worker begins, or another where the first was lost. */
    void start() {
        if (state != InquiryState.RUNNING) {
            become(InquiryState.RUNNING);
        }
    }

    void succeed(String report, Instant now) {
        rebind(() -> {
            become(InquiryState.SUCCEEDED);
            this.report = report;
            this.finishedAt = now;
        });
    }

    void fail(String failure, Instant now) {
        rebind(() -> {
            become(InquiryState.FAILED);
            this.failure = failure;
            this.finishedAt = now;
        });
    }

    void cancel(Instant now) {
        rebind(() -> {
            become(InquiryState.CANCELLED);
            this.finishedAt = now;
        });
    }

    /** Binds what is asked for, now that it is complete. */
    void bindAsAsked() {
        bind();
    }

    /** Adds what was asked for. */
    protected abstract RecordDigest asked(RecordDigest facts);

    @Override
    protected RecordDigest facts() {
        return asked(RecordDigest.of("inquiry"))
                .fact("id", id())
                .fact("createdAt", createdAt)
                .fact("finishedAt", finishedAt)
                .fact("state", finishedAt == null ? null : state)
                .fact("failure", failure)
                .document("report", report);
    }

    /** @throws IllegalTransitionException if it has ended */
    void requireOpen() {
        if (state.isTerminal()) {
            throw new IllegalTransitionException(this, state, InquiryState.CANCELLED);
        }
    }

    private void become(InquiryState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
