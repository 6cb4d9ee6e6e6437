package org.foldwise.registry.model;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.hibernate.annotations.Formula;

/** One run's weights with all that a prediction needs, in a bundle that never changes. */
@Entity
public class ModelVersion extends Aggregate {
    private UUID modelId;

    @Column(name = "version")
    private int number;

    private UUID runId;
    private Digest bundleDigest;
    private ModelVersionState state;
    private Instant createdAt;

    @Formula(
            """
            (select count(distinct w.withdrawal_id) from withdrawal_run w
            where w.run_id = run_id and w.role in ('train', 'validation'))
            """)
    private int withdrawals;

    @Version
    private long rowVersion;

    ModelVersion() {}

    ModelVersion(UUID id, UUID modelId, int number, UUID runId, ArtifactKey bundle, Instant createdAt) {
        super(id);
        this.modelId = modelId;
        this.number = number;
        this.runId = runId;
        this.bundleDigest = bundle.digest();
        this.state = ModelVersionState.CANDIDATE;
        this.createdAt = createdAt;
    }

    public UUID modelId() {
        return modelId;
    }

    /** 1, 2, ... within the model. */
    public int number() {
        return number;
    }

    public UUID runId() {
        return runId;
    }

    public ArtifactKey bundle() {
        return new ArtifactKey(bundleDigest);
    }

    public ModelVersionState state() {
        return state;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** How many of the patients whom its weights learned from, in training or in validation, were withdrawn. */
    public int withdrawals() {
        return withdrawals;
    }

    /** Counts the changes of the state. */
    public long rowVersion() {
        return rowVersion;
    }

    void release() {
        become(ModelVersionState.RELEASED);
    }

    void withdraw() {
        become(ModelVersionState.WITHDRAWN);
    }

    private void become(ModelVersionState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
