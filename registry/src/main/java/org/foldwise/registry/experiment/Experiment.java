package org.foldwise.registry.experiment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.BoundRecord;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordDigest;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A plan applied to a split by a procedure. Its runs move it along: the transitions are public because runs are a later stage, and
 * nothing else calls them. The plan is a JSON document that the registry does not look into; the digest beside it is of its canonical
 * form, and jsonb keeps the values but not the blanks and the order of that form.
 */
@Entity
public class Experiment extends BoundRecord {
    private UUID splitId;

    @Column(insertable = false, updatable = false)
    private @Nullable Digest splitDigest;

    private String name;
    private Procedure procedure;

    @JdbcTypeCode(SqlTypes.JSON)
    private String plan;

    private Digest planDigest;
    private @Nullable UUID weightSetId;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String findings;

    @JdbcTypeCode(SqlTypes.JSON)
    private String overrides;

    private ExperimentState state;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String summary;

    private Instant createdAt;
    private @Nullable Instant finishedAt;

    @Version
    private long version;

    Experiment() {}

    /**
     * An experiment whose runs are still to be made, see {@code run.ExperimentLaunch}.
     *
     * @param plan a JSON document
     * @param planDigest digest of the plan's canonical JSON form
     * @param weightSetId the imported weights that it begins with; absent where they are drawn
     */
    public Experiment(
            UUID id,
            UUID splitId,
            String name,
            Procedure procedure,
            String plan,
            Digest planDigest,
            @Nullable UUID weightSetId,
            Instant createdAt) {
        this(id, splitId, name, procedure, plan, planDigest, weightSetId, null, "[]", createdAt);
    }

    /**
     * The same, of which it was said before what is to be known of it.
     *
     * @param findings a JSON array: what was found before the start; absent where nobody looked
     * @param overrides a JSON array: why it is started in spite of what blocked it
     */
    public Experiment(
            UUID id,
            UUID splitId,
            String name,
            Procedure procedure,
            String plan,
            Digest planDigest,
            @Nullable UUID weightSetId,
            @Nullable String findings,
            String overrides,
            Instant createdAt) {
        super(id);
        this.splitId = splitId;
        this.name = name;
        this.procedure = procedure;
        this.plan = plan;
        this.planDigest = planDigest;
        this.weightSetId = weightSetId;
        this.findings = findings;
        this.overrides = overrides;
        this.state = ExperimentState.QUEUED;
        this.createdAt = createdAt;
        bind();
    }

    public UUID splitId() {
        return splitId;
    }

    /**
     * Digest of the split as it was when the experiment was submitted; the database writes it, so it is absent of an experiment that was
     * not read from there.
     */
    public @Nullable Digest splitDigest() {
        return splitDigest;
    }

    public String name() {
        requireAsWritten();
        return name;
    }

    public Procedure procedure() {
        return procedure;
    }

    /** A JSON document. */
    public String plan() {
        requireAsWritten();
        return plan;
    }

    public Digest planDigest() {
        requireAsWritten();
        return planDigest;
    }

    /** The imported weights that it begins with; absent where they are drawn. */
    public @Nullable UUID weightSetId() {
        requireAsWritten();
        return weightSetId;
    }

    /** A JSON array: what was found before the start; absent where nobody looked. */
    public @Nullable String findings() {
        requireAsWritten();
        return findings;
    }

    /** A JSON array: why it was started in spite of what blocked it. */
    public String overrides() {
        requireAsWritten();
        return overrides;
    }

    public ExperimentState state() {
        return state;
    }

    /** A JSON document; absent before the experiment has succeeded. */
    public @Nullable String summary() {
        requireAsWritten();
        return summary;
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

    /** A run has begun. Does nothing when one had before. */
    public void begin() {
        if (state != ExperimentState.RUNNING) {
            become(ExperimentState.RUNNING);
        }
    }

    /** A run failed, and none is left to wait for; or the summary could not be made. */
    public void fail(Instant now) {
        rebind(() -> {
            become(ExperimentState.FAILED);
            finishedAt = now;
        });
    }

    /** A run was cancelled, none failed, and none is left to wait for. */
    public void cancel(Instant now) {
        rebind(() -> {
            become(ExperimentState.CANCELLED);
            finishedAt = now;
        });
    }

    void succeed(String summary, Instant now) {
        rebind(() -> {
            become(ExperimentState.SUCCEEDED);
            this.summary = summary;
            this.finishedAt = now;
        });
    }

    @Override
    protected RecordDigest facts() {
        return RecordDigest.of("experiment")
                .fact("id", id())
                .fact("split", splitId)
                .fact("name", name)
                .fact("procedure", procedure)
                .document("plan", plan)
                .fact("planDigest", planDigest)
                .fact("weightSet", weightSetId)
                .document("findings", findings)
                .document("overrides", overrides)
                .fact("createdAt", createdAt)
                .fact("finishedAt", finishedAt)
                .fact("state", finishedAt == null ? null : state)
                .document("summary", summary);
    }

    private void become(ExperimentState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
