package org.foldwise.registry.split;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.json.SplitSpecJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.Aggregate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A stored split without its members, which {@link PatientSplits#load} reads. */
@Entity
public class PatientSplit extends Aggregate {
    private UUID datasetId;
    private String name;
    private long seed;

    @JdbcTypeCode(SqlTypes.JSON)
    private String spec;

    private Digest digest;

    @JdbcTypeCode(SqlTypes.JSON)
    private String audit;

    private Instant createdAt;

    PatientSplit() {}

    PatientSplit(UUID id, UUID datasetId, String name, Split split, String audit, Instant createdAt) {
        super(id);
        this.datasetId = datasetId;
        this.name = name;
        this.seed = split.seed();
        this.spec = SplitSpecJson.write(split.spec());
        this.digest = split.digest();
        this.audit = audit;
        this.createdAt = createdAt;
    }

    public UUID datasetId() {
        return datasetId;
    }

    public String name() {
        return name;
    }

    public long seed() {
        return seed;
    }

    public SplitSpec spec() {
        return SplitSpecJson.read(spec);
    }

    /** The digest of the split, {@link Split#digest()}. */
    public Digest digest() {
        return digest;
    }

    /** A JSON document: the proof that no patient and no content is on two sides. */
    public String audit() {
        return audit;
    }

    public Instant createdAt() {
        return createdAt;
    }
}
