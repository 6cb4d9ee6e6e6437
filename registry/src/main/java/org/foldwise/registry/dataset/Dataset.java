package org.foldwise.registry.dataset;

import jakarta.persistence.Entity;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Aggregate;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordDigest;
import org.hibernate.annotations.Formula;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dataset: a draft that takes uploads, then, once frozen, images with patients and labels that never change again. Its images have a
 * table of their own, {@link DatasetImages}. Profile and findings are JSON documents that the registry stores as they are.
 */
@Entity
public class Dataset extends Aggregate {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private UUID projectId;
    private String name;
    private Task task;
    private @Nullable String positiveLabel;
    private @Nullable String modality;
    private @Nullable String bodyPart;

    @JdbcTypeCode(SqlTypes.JSON)
    private DatasetLayout layout;

    private PatientLabelRule patientLabelRule;
    private boolean deidentifiedOnly;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable FrameSelection frames;

    private DatasetState state;
    private @Nullable Digest manifestDigest;
    private @Nullable String manifestName;

    @JdbcTypeCode(SqlTypes.ARRAY)
    private @Nullable List<String> classes;

    private @Nullable Digest digest;
    private @Nullable Digest descriptionDigest;
    private @Nullable Digest examinationDigest;
    private @Nullable Digest duplicatesDigest;
    private @Nullable Digest frozenManifestDigest;
    private int imageCount;
    private int patientCount;

    @JdbcTypeCode(SqlTypes.JSON)
    private @Nullable String profile;

    @JdbcTypeCode(SqlTypes.JSON)
    private String findings;

    private @Nullable Instant frozenAt;
    private Instant createdAt;

    @Formula("(select count(*) from withdrawal_dataset w where w.dataset_id = id)")
    private int withdrawals;

    @Version
    private long version;

    Dataset() {}

    /** A draft without images. */
    public Dataset(UUID id, UUID projectId, DatasetDescription description, Instant createdAt) {
        super(id);
        this.projectId = projectId;
        this.name = description.name();
        this.task = description.task();
        this.positiveLabel = description.positiveLabel();
        this.modality = description.modality();
        this.bodyPart = description.bodyPart();
        this.layout = description.layout();
        this.patientLabelRule = description.patientLabelRule();
        this.deidentifiedOnly = description.deidentifiedOnly();
        this.frames = description.frames();
        this.state = DatasetState.DRAFT;
        this.findings = "[]";
        this.createdAt = createdAt;
    }

    public UUID projectId() {
        return projectId;
    }

    public DatasetDescription description() {
        return new DatasetDescription(
                name, task, positiveLabel, modality, bodyPart, layout, patientLabelRule, deidentifiedOnly, frames);
    }

    public DatasetState state() {
        return state;
    }

    /** The manifest that was uploaded last. */
    public @Nullable Digest manifestDigest() {
        return manifestDigest;
    }

    /** Its path within the archive it came in; the image paths in it are relative to its folder. */
    public @Nullable String manifestName() {
        return manifestName;
    }

    /**
     * For a binary task first the negative, then the positive class; absent in a draft.
     *
     * @throws DatasetTamperedException if a binary task has not two of them
     */
    public @Nullable List<String> classes() {
        if (classes != null && task == Task.BINARY && classes.size() != 2) {
            throw new DatasetTamperedException(this, "its task has two classes, and it has " + classes.size());
        }
        return classes == null ? null : List.copyOf(classes);
    }

    /** The digest of the frozen cohort; absent before. */
    public @Nullable Digest digest() {
        return digest;
    }

    /** How many images the cohort has; 0 in a draft. */
    public int imageCount() {
        return imageCount;
    }

    /** How many patients the cohort has; 0 in a draft. */
    public int patientCount() {
        return patientCount;
    }

    /** A JSON document; absent before the dataset is frozen. */
    public @Nullable String profile() {
        return profile;
    }

    /** A JSON array: what was found on the last freezing, refused or not. */
    public String findings() {
        return findings;
    }

    public @Nullable Instant frozenAt() {
        return frozenAt;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** How often a patient's data were withdrawn from it; digest and counts are those from before. */
    public int withdrawals() {
        return withdrawals;
    }

    /**
     * Returns if the dataset is as it was frozen.
     *
     * @throws DataWithdrawnException if a patient's data were withdrawn
     */
    public void requireWhole() {
        if (withdrawals > 0) {
            throw new DataWithdrawnException(this, withdrawals);
        }
    }

    /**
     * Returns if what splits and checks of experiments go by is what it was when the dataset was frozen: all that {@link #requireDescribedAsFrozen}
     * compares, profile and findings; of findings all but the names of their images. Of datasets from before that was bound everything is
     * believed.
     *
     * @throws DatasetTamperedException if something of it is another now
     */
    public void requireAsFrozen() {
        requireDescribedAsFrozen();
        Digest examined = examinationDigest;
        if (examined != null
                && !examined.equals(ExaminationDigest.of(Objects.requireNonNullElse(profile, "null"), findings))) {
            throw new DatasetTamperedException(this, "its profile or its findings are others than when it was frozen");
        }
    }

    /**
     * Returns if what the dataset says of itself is what it said when it was frozen, where it ever was: description, classes, counts, project and
     * manifest. Of datasets from before all of that was bound, positive label, modality and part of the body are compared and the rest is
     * believed.
     *
     * @throws DatasetTamperedException if something of it is another now
     */
    public void requireDescribedAsFrozen() {
        if (!wasFrozen()) {
            return;
        }
        if (state != DatasetState.FROZEN) {
            throw new DatasetTamperedException(this, "its state is another than when it was frozen");
        }
        Digest described = descriptionDigest;
        if (described != null
                && !described.equals(describing())
                && !described.equals(description().formerDigest())) {
            throw new DatasetTamperedException(
                    this,
                    "its positive label, modality or part of the body, its layout, its classes or what else is said of it is another than when"
                            + " it was frozen");
        }
        // a withdrawal takes away a manifest that names the patient
        boolean mayBeGone = withdrawals > 0 && manifestDigest == null;
        if (frozenManifestDigest != null && !mayBeGone && !frozenManifestDigest.equals(ofManifest())) {
            throw new DatasetTamperedException(this, "its manifest is another than when it was frozen");
        }
    }

    /** Whether it is frozen, or was, whatever its state says now. */
    boolean wasFrozen() {
        return digest != null || frozenAt != null || state == DatasetState.FROZEN;
    }

    private Digest describing() {
        return description()
                .facts()
                .fact("id", id())
                .fact("project", projectId)
                .document("classes", JSON.writeValueAsString(classes))
                .fact("digest", digest)
                .fact("imageCount", imageCount)
                .fact("patientCount", patientCount)
                .digest();
    }

    private Digest ofManifest() {
        return RecordDigest.of("manifest")
                .fact("name", manifestName)
                .fact("digest", manifestDigest)
                .digest();
    }

    /**
     * Returns if the frozen dataset's images, their patients and labels are those that were frozen.
     *
     * @param cohort the digest of what is stored of them now
     * @throws DatasetTamperedException if it is another
     */
    void requireCohort(Digest cohort) {
        if (!cohort.equals(digest)) {
            throw new DatasetTamperedException(
                    this, "its images, their patients or their labels are others than when it was frozen");
        }
    }

    /** Of datasets from before they were bound they are believed. */
    void requireDuplicates(Digest duplicates) {
        if (duplicatesDigest != null && !duplicatesDigest.equals(duplicates)) {
            throw new DatasetTamperedException(
                    this, "which of its images are copies of each other is another than when it was frozen");
        }
    }

    public long version() {
        return version;
    }

    /**
     * Takes a manifest in the place of any earlier one.
     *
     * @throws IllegalTransitionException if the dataset is not a draft
     */
    public void replaceManifest(String name, Digest manifest) {
        if (state != DatasetState.DRAFT) {
            throw new IllegalTransitionException(this, state, DatasetState.DRAFT);
        }
        manifestName = name;
        manifestDigest = manifest;
    }

    void startFreezing(Cohort cohort) {
        if (cohort.task() != task || cohort.patientLabelRule() != patientLabelRule) {
            throw new IllegalArgumentException(this + " is for " + task + " by " + patientLabelRule
                    + ", the cohort for " + cohort.task() + " by " + cohort.patientLabelRule());
        }
        become(DatasetState.FREEZING);
        classes = cohort.classes();
        imageCount = cohort.images().size();
        patientCount = cohort.imagesByPatient().size();
        findings = "[]";
    }

    /**
     * For good.
     *
     * @param digest of the cohort
     * @param duplicates of the groups of its images that are copies of each other
     */
    void freeze(Digest digest, Digest duplicates, String profile, String findings, Instant now) {
        become(DatasetState.FROZEN);
        this.digest = digest;
        this.duplicatesDigest = duplicates;
        this.descriptionDigest = describing();
        this.frozenManifestDigest = ofManifest();
        this.examinationDigest = ExaminationDigest.of(profile, findings);
        this.profile = profile;
        this.findings = findings;
        this.frozenAt = now;
    }

    void refuse(String findings) {
        become(DatasetState.DRAFT);
        this.classes = null;
        this.imageCount = 0;
        this.patientCount = 0;
        this.findings = findings;
    }

    private void become(DatasetState next) {
        if (!state.canBecome(next)) {
            throw new IllegalTransitionException(this, state, next);
        }
        state = next;
    }
}
