package org.foldwise.registry.leakage;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.inquiry.Inquiry;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A plan that is cross-validated on folds of images and on folds of patients of a dataset. The plan is a JSON document that the
 * registry does not look into.
 */
@Entity
public class LeakageExperiment extends Inquiry {
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

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String findings;

    @JdbcTypeCode(SqlTypes.JSON)
    private String overrides;

    @Formula("(select count(*) from withdrawal_dataset w where w.dataset_id = dataset_id)")
    private int withdrawals;

    LeakageExperiment() {}

    LeakageExperiment(UUID id, LeakageRequests.Order order, List<UUID> withheldSplits, Instant createdAt) {
        super(id, createdAt);
        this.datasetId = order.datasetId();
        this.name = order.name();
        this.plan = order.plan();
        this.planDigest = order.planDigest();
        this.weightSetId = order.weightSetId();
        this.folds = order.folds();
        this.seed = order.seed();
        this.withheldSplits = List.copyOf(withheldSplits);
        this.findings = order.findings();
        this.overrides = order.overrides();
    }

    public UUID datasetId() {
        return datasetId;
    }

    public String name() {
        requireAsWritten();
        return name;
    }

    /** How many patients' withdrawals the dataset has seen since: the report still counts them. */
    public int withdrawals() {
        return withdrawals;
    }

    /** A JSON document. */
    public String plan() {
        requireAsWritten();
        return plan;
    }

    /** The digest of the plan's canonical JSON form. */
    public Digest planDigest() {
        requireAsWritten();
        return planDigest;
    }

    /** The imported weights that each training begins with; absent where they are drawn. */
    public @Nullable UUID weightSetId() {
        requireAsWritten();
        return weightSetId;
    }

    /** How many folds of images, and how many of patients. */
    public int folds() {
        requireAsWritten();
        return folds;
    }

    /** Of the folds; the trainings' seed is the plan's. */
    public long seed() {
        requireAsWritten();
        return seed;
    }

    /** A JSON array: what was found before the start; absent in old ones. */
    public @Nullable String findings() {
        requireAsWritten();
        return findings;
    }

    /** A JSON array: why it was started in spite of what blocked it. */
    public String overrides() {
        requireAsWritten();
        return overrides;
    }

    /** The splits whose locked patients are left out: all that locked anybody away when it was asked for. */
    public List<UUID> withheldSplits() {
        requireAsWritten();
        return List.copyOf(withheldSplits);
    }

    @Override
    protected RecordDigest asked(RecordDigest facts) {
        return facts.fact("dataset", datasetId)
                .fact("name", name)
                .document("plan", plan)
                .fact("planDigest", planDigest)
                .fact("weightSet", weightSetId)
                .fact("folds", folds)
                .fact("seed", seed)
                .fact("withheldSplits", withheldSplits)
                .document("findings", findings)
                .document("overrides", overrides);
    }
}
