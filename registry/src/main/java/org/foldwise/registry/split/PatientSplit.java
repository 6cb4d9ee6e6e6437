package org.foldwise.registry.split;

import jakarta.persistence.Entity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.InvalidPlanException;
import org.foldwise.learning.json.LeakageAuditJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.json.SplitCertificateJson;
import org.foldwise.learning.json.SplitRulesJson;
import org.foldwise.learning.json.SplitSpecJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitCertificate;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.RecordDigest;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A stored split without its members, which {@link PatientSplits#load} reads. */
@Entity
public class PatientSplit extends Aggregate {
    private UUID datasetId;
    private String name;
    private long seed;

    @JdbcTypeCode(SqlTypes.JSON)
    private String spec;

    @JdbcTypeCode(SqlTypes.JSON)
    private String rules;

    private Digest digest;

    @JdbcTypeCode(SqlTypes.JSON)
    private String audit;

    private @Nullable String certificate;
    private @Nullable Digest certificateDigest;
    private @Nullable UUID outerSplitId;
    private @Nullable Short outerFold;
    private @Nullable Digest cohortDigest;
    private Instant createdAt;
    private @Nullable Digest recordDigest;

    @Formula("(select count(*) from withdrawal_dataset w where w.dataset_id = dataset_id)")
    private int withdrawals;

    PatientSplit() {}

    PatientSplit(
            UUID id,
            UUID datasetId,
            String name,
            Split split,
            LeakageAudit audit,
            SplitCertificate certificate,
            Instant createdAt) {
        super(id);
        this.datasetId = datasetId;
        this.name = name;
        this.seed = split.seed();
        this.spec = SplitSpecJson.write(split.spec());
        this.rules = SplitRulesJson.write(split.rules());
        this.digest = split.digest();
        this.audit = ReportJson.write(audit);
        this.certificate = SplitCertificateJson.write(certificate);
        this.certificateDigest = SplitCertificateJson.digest(certificate);
        this.createdAt = createdAt;
        this.recordDigest = binding();
    }

    /** Says that this splits only the patients whom a fold of another split learns from. */
    PatientSplit within(UUID outerSplitId, int outerFold, Digest cohortDigest) {
        this.outerSplitId = outerSplitId;
        this.outerFold = (short) outerFold;
        this.cohortDigest = cohortDigest;
        this.recordDigest = binding();
        return this;
    }

    /**
     * Compares all that the row says with what was stored. Of splits from before they were bound the certificate alone is compared, with its digest.
     *
     * @throws SplitTamperedException if it is something else
     */
    public void requireAsStored() {
        if (certificate != null && !Digest.of(certificate).equals(certificateDigest)) {
            throw new SplitTamperedException(this, "its certificate has not the digest that was stored");
        }
        if (recordDigest != null && !recordDigest.equals(binding())) {
            // where one of these is none at all, that says more
            spec();
            rules();
            audit();
            throw new SplitTamperedException(
                    this, "its record, such as its name, time or rules, says something else than then");
        }
    }

    /**
     * Returns if those are the patients whom it locks away by its certificate. Of splits that are older than certificates they are believed.
     *
     * @throws SplitTamperedException if they are others
     */
    void requireLocked(SortedSet<PatientId> locked) {
        requireAsStored();
        if (certificate == null) {
            return;
        }
        Digest certified = certified(certificate).folds().stream()
                .filter(fold -> fold.fold() == Fold.DEVELOPMENT)
                .flatMap(fold -> fold.roles().stream())
                .filter(role -> role.role() == Role.TEST)
                .map(SplitCertificate.RoleProof::members)
                .findFirst()
                .orElse(Digest.ofLines(List.of()));
        if (!certified.equals(
                Digest.ofLines(locked.stream().map(PatientId::value).toList()))) {
            throw new SplitTamperedException(
                    this, "the patients whom it locks away are others than those of its certificate");
        }
    }

    /**
     * Returns if that is the digest of those who must stay together by its certificate. Of splits that are older than certificates it is believed.
     *
     * @throws SplitTamperedException if it is another
     */
    void requireTies(Digest ties) {
        requireAsStored();
        if (certificate != null && !certified(certificate).ties().equals(ties)) {
            throw new SplitTamperedException(this, "whom it keeps together is another than by its certificate");
        }
    }

    private SplitCertificate certified(String text) {
        try {
            return SplitCertificateJson.read(text);
        } catch (JacksonException e) {
            throw new SplitTamperedException(this, "its certificate is none");
        }
    }

    private Digest binding() {
        return RecordDigest.of("split")
                .fact("id", id())
                .fact("dataset", datasetId)
                .fact("name", name)
                .fact("seed", seed)
                .document("spec", spec)
                .document("rules", rules)
                .fact("digest", digest)
                .document("audit", audit)
                .fact("certificate", certificate)
                .fact("certificateDigest", certificateDigest)
                .fact("outerSplit", outerSplitId)
                .fact("outerFold", outerFold)
                .fact("cohortDigest", cohortDigest)
                .fact("createdAt", createdAt)
                .digest();
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

    /**
     * How patients were divided.
     *
     * @throws SplitTamperedException if what is stored is none
     */
    public SplitSpec spec() {
        try {
            return SplitSpecJson.read(spec);
        } catch (InvalidPlanException e) {
            throw new SplitTamperedException(this, "its specification is none");
        }
    }

    /**
     * What it kept together, and what in equal shares.
     *
     * @throws SplitTamperedException if what is stored is none
     */
    public SplitRules rules() {
        try {
            return SplitRulesJson.read(rules);
        } catch (InvalidPlanException e) {
            throw new SplitTamperedException(this, "its rules are none");
        }
    }

    /** The digest of the split, {@link Split#digest()}. */
    public Digest digest() {
        return digest;
    }

    /**
     * The proof that no patient and no content is on two sides, and how the folds are filled.
     *
     * @throws SplitTamperedException if what is stored is none
     */
    public LeakageAudit audit() {
        return storedAudit().orElseThrow(() -> new SplitTamperedException(this, "its audit is none"));
    }

    /** The audit as it is stored; empty where what is stored is none. */
    Optional<LeakageAudit> storedAudit() {
        return LeakageAuditJson.read(audit);
    }

    /** The canonical JSON of the {@link SplitCertificate}; absent in splits that are older than certificates. */
    public @Nullable String certificate() {
        return certificate;
    }

    /** The digest of that text in UTF-8. */
    public @Nullable Digest certificateDigest() {
        return certificateDigest;
    }

    /** The split of whose fold's train and validation patients this is an inner split; absent of all others. */
    public @Nullable UUID outerSplitId() {
        return outerSplitId;
    }

    /** Index of that fold; absent where this is no inner split. */
    public @Nullable Integer outerFold() {
        return outerFold == null ? null : (Integer) outerFold.intValue();
    }

    /** Digest of those patients' images alone; absent where this is no inner split and divides the whole dataset. */
    public @Nullable Digest cohortDigest() {
        return cohortDigest;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** How often a patient's data were withdrawn from its dataset; digest, audit and certificate are those from before. */
    public int withdrawals() {
        return withdrawals;
    }
}
