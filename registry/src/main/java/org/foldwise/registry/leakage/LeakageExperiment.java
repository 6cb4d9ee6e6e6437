package org.foldwise.registry.leakage;

import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A plan that is cross-validated on folds of images and on folds of patients of a dataset. Its job has the same id. Plan and report
 * are JSON documents that the registry does not look into.
 */
@Entity
public class LeakageExperiment extends Aggregate {
    private UUID datasetId;
    private String name;

    @JdbcTypeCode(SqlTypes.JSON)
    private String plan;

    private Digest planDigest;
    private @Nullable UUID weightSetId;
    private int folds;
    private long seed;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private List<UUID> withheldSplits;

    private LeakageState state;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String report;

    private @Nullable String failure;
    private Instant createdAt;
    private @Nullable Instant finishedAt;

    @Version
    private long version;

    LeakageExperiment() {}

    LeakageExperiment(UUID id, LeakageRequest.Order order, List<UUID> withheldSplits, Instant createdAt) {
        super(id);
        this.datasetId = order.datasetId();
        this.name = order.name();
        this.plan = order.plan();
        this.planDigest = order.planDigest();
        this.weightSetId = order.weightSetId();
        this.folds = order.folds();
        this.seed = order.seed();
        this.withheldSplits = List.copyOf(withheldSplits);
        this.state = LeakageState.QUEUED;
        this.createdAt = createdAt;
    }

    public UUID datasetId() {
        return datasetId;
    }

    public String name() {
        return name;
    }

    /** A JSON document. */
    public String plan() {
        return plan;
    }

    /** The digest of the plan's canonical JSON form. */
    public Digest planDigest() {
        return planDigest;
    }

    /** The imported weights that each training begins with; absent where they are drawn. */
    public @Nullable UUID weightSetId() {
        return weightSetId;
    }

    /** How many folds of images, and how many of patients. */
    public int folds() {
        return folds;
    }

    /** Of the folds; the trainings' seed is the plan's. */
    public long seed() {
        return seed;
    }

    /** The splits whose locked patients are left out: all that locked anybody away when it was asked for. */
    public List<UUID> withheldSplits() {
        return List.copyOf(withheldSplits);
    }

    public LeakageState state() {
        return state;
    }

    /** A JSON document; absent before the experiment has succeeded. */
    public @Nullable String report() {
        return report;
    }

    /** Why it failed; absent unless it did. */
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

    /** A worker begins, or another goes on where the first was lost. */
    void start() {
        if (state != LeakageState.RUNNING) {
            become(LeakageState.RUNNING);
        }
    }

    void succeed(String report, Instant now) {
        become(LeakageState.SUCCEEDED);
        this.report = report;
        this.finishedAt = now;
    }

    void fail(String failure, Instant now) {
        become(LeakageState.FAILED);
        this.failure = failure;
        this.finishedAt = now;
    }

    void cancel(Instant now) {
        become(LeakageState.CANCELLED);
        this.finishedAt = now;
    }

    private void become(LeakageState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
