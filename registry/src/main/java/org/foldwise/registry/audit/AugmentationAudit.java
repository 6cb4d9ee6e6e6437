package org.foldwise.registry.audit;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.UUID;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordDigest;
import org.foldwise.registry.artifacts.ArtifactKey;
import org.foldwise.registry.inquiry.Inquiry;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A look at what a plan's augmentations make of a split's training images. The plan is a JSON document that the registry does not look
 * into.
 */
@Entity
public class AugmentationAudit extends Inquiry {
    private UUID splitId;

    @JdbcTypeCode(SqlTypes.JSON)
    private String plan;

    private Digest planDigest;
    private @Nullable UUID runId;
    private @Nullable Digest sheetDigest;

    @Formula(
            """
            (select count(*) from withdrawal_dataset w join patient_split s on s.dataset_id = w.dataset_id
            where s.id = split_id)
            """)
    private int withdrawals;

    AugmentationAudit() {}

    AugmentationAudit(UUID id, UUID splitId, String plan, Digest planDigest, @Nullable UUID runId, Instant createdAt) {
        super(id, createdAt);
        this.splitId = splitId;
        this.plan = plan;
        this.planDigest = planDigest;
        this.runId = runId;
    }

    public UUID splitId() {
        return splitId;
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

    /** The run whose answers are looked at as well; absent where none is. */
    public @Nullable UUID runId() {
        requireAsWritten();
        return runId;
    }

    /** The contact sheet, a PNG file; absent before the audit has succeeded, and after a patient of the dataset was withdrawn. */
    public @Nullable ArtifactKey sheet() {
        return sheetDigest == null ? null : new ArtifactKey(sheetDigest);
    }

    /** Keeps the contact sheet, in the transaction in which the audit succeeds. */
    void attach(ArtifactKey sheet) {
        this.sheetDigest = sheet.digest();
    }

    /** A withdrawal takes the sheet away. */
    @Override
    protected RecordDigest asked(RecordDigest facts) {
        return facts.fact("split", splitId)
                .document("plan", plan)
                .fact("planDigest", planDigest)
                .fact("run", runId);
    }
}
