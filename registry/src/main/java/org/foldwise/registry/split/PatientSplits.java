package org.foldwise.registry.split;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.SplitCertificateJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.InnerSplit;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitCertificate;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.Ids;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.dataset.StoredRows;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The stored splits. */
@Component
public class PatientSplits {
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final PatientSplitRows rows;
    private final Datasets datasets;
    private final DatasetImages images;
    private final JdbcClient database;
    private final Ids ids;
    private final DatabaseClock clock;

    PatientSplits(
            PatientSplitRows rows,
            Datasets datasets,
            DatasetImages images,
            JdbcClient database,
            Ids ids,
            DatabaseClock clock) {
        this.rows = rows;
        this.datasets = datasets;
        this.images = images;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Who must stay together in a dataset by those rules, because a picture of both was found when it was frozen, or because the files
     * themselves say that both are one person.
     */
    public PatientTies ties(UUID datasetId, Cohort cohort, SplitRules rules) {
        Dataset dataset = datasets.findById(datasetId).orElseThrow();
        return PatientTies.of(cohort, rules)
                .with(images.duplicateGroups(dataset).patients(cohort))
                .with(StoredRows.read(
                        dataset, () -> images.patientKeys(datasetId).samePatients(cohort)));
    }

    /**
     * Stores a split with all its members, its audit and its certificate, for good.
     *
     * @param cohort of the dataset
     * @throws IllegalArgumentException if the split is not of that dataset as it was frozen, or leaks
     */
    @Transactional
    public PatientSplit store(UUID datasetId, String name, Split split, Cohort cohort) {
        return store(datasetId, name, split, cohort, PatientTies.NONE);
    }

    /**
     * The same of a split that keeps more patients together than the dataset says.
     *
     * @param more groups of the cohort's patients, which the certificate proves and the folds within the split hold as well
     */
    @Transactional
    public PatientSplit store(UUID datasetId, String name, Split split, Cohort cohort, PatientTies more) {
        Dataset dataset = datasets.findById(datasetId).orElseThrow();
        dataset.requireWhole();
        if (!split.dataset().equals(dataset.digest())) {
            throw new IllegalArgumentException("the split is of a dataset with digest " + split.dataset() + ", but "
                    + dataset + " has " + dataset.digest());
        }
        PatientTies ties = ties(datasetId, cohort, split.rules()).with(more.groups());
        LeakageAudit audit = LeakageAudit.of(split, cohort, ties);
        SplitCertificate certificate = SplitCertificate.of(split, cohort, ties);
        PatientSplit stored = rows.saveAndFlush(
                new PatientSplit(ids.next(), datasetId, name, split, audit, certificate, clock.now()));
        for (Fold fold : split.allFolds()) {
            insertMembers(stored.id(), fold);
        }
        insertKeptTogether(stored.id(), more);
        return stored;
    }

    /** Who must stay together in a stored split: by its rules, and because whoever made it said so. */
    private PatientTies tiesOf(PatientSplit stored, Cohort whole) {
        return ties(stored.datasetId(), whole, stored.rules()).with(keptTogether(stored.id()));
    }

    /**
     * Returns if those who must stay together in a split of a whole dataset are those whom its certificate proves to be.
     *
     * @param whole cohort of the dataset
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws SplitTamperedException if they are others
     * @throws org.foldwise.registry.dataset.DatasetTamperedException if the dataset's copies are others than when it was frozen
     */
    @Transactional(readOnly = true)
    public void requireTiesAsStored(UUID id, Cohort whole) {
        PatientSplit stored = rows.findById(id).orElseThrow();
        stored.requireTies(tiesOf(stored, whole).digest());
    }

    private Collection<SortedSet<PatientId>> keptTogether(UUID split) {
        SortedMap<Integer, SortedSet<PatientId>> groups = new TreeMap<>();
        database.sql("select number, patient from kept_together where split_id = ?")
                .param(split)
                .query(row -> {
                    try {
                        groups.computeIfAbsent(row.getInt("number"), number -> new TreeSet<>())
                                .add(new PatientId(row.getString("patient")));
                    } catch (IllegalArgumentException e) {
                        throw new SplitTamperedException(
                                rows.findById(split).orElseThrow(),
                                "one of those whom it keeps together is no patient");
                    }
                });
        return groups.values();
    }

    private void insertKeptTogether(UUID split, PatientTies together) {
        List<Integer> numbers = new ArrayList<>();
        List<String> patients = new ArrayList<>();
        for (int number = 0; number < together.groups().size(); number++) {
            for (PatientId patient : together.groups().get(number)) {
                numbers.add(number);
                patients.add(patient.value());
            }
        }
        database.sql(
                        """
                        insert into kept_together (split_id, number, patient)
                        select ?, * from unnest(cast(? as int[]), cast(? as text[]))
                        """)
                .param(split)
                .param(numbers.toArray(Integer[]::new))
                .param(patients.toArray(String[]::new))
                .update();
    }

    /**
     * Splits the patients whom each fold of a cross-validation learns from, and stores nothing.
     *
     * @param spec how they are split; locks nobody away
     * @param seed of the search; fold f has its inner split drawn by {@code seed + f}
     * @return one for each fold, in their order
     * @throws org.foldwise.learning.split.InfeasibleSplitException if a fold has too few patients
     */
    @Transactional(readOnly = true)
    public List<InnerFolds> planInner(UUID outerId, SplitSpec.KFold spec, long seed) {
        PatientSplit stored = rows.findById(outerId).orElseThrow();
        Split outer = load(outerId);
        Cohort whole = images.cohort(datasets.findById(stored.datasetId()).orElseThrow());
        PatientTies ties = tiesOf(stored, whole);
        List<InnerFolds> inner = new ArrayList<>();
        for (Fold fold : outer.folds()) {
            inner.add(new InnerFolds(
                    fold.index(),
                    InnerSplit.of(whole, outer, fold.index(), spec, ties, seed + fold.index()),
                    InnerSplit.cohort(whole, fold)));
        }
        return List.copyOf(inner);
    }

    /**
     * Stores an inner split with all its members, its audit and its certificate, for good.
     *
     * @param outerId the split that it is within a fold of
     * @throws IllegalArgumentException if it is not of the patients whom that fold learns from, or leaks
     */
    @Transactional
    public PatientSplit storeInner(UUID outerId, InnerFolds inner, String name) {
        PatientSplit outer = rows.findById(outerId).orElseThrow();
        Cohort whole = images.cohort(datasets.findById(outer.datasetId()).orElseThrow());
        Cohort cohort = InnerSplit.cohort(whole, load(outerId).fold(inner.fold()));
        Split split = inner.split();
        PatientTies ties = tiesOf(outer, whole).among(cohort.imagesByPatient().keySet());
        SplitCertificate certificate = SplitCertificate.of(split, cohort, ties);
        LeakageAudit audit = LeakageAudit.of(split, cohort, ties);
        PatientSplit stored = rows.saveAndFlush(
                new PatientSplit(ids.next(), outer.datasetId(), name, split, audit, certificate, clock.now())
                        .within(outerId, inner.fold(), cohort.digest()));
        for (Fold fold : split.allFolds()) {
            insertMembers(stored.id(), fold);
        }
        return stored;
    }

    /**
     * Reads an inner split and proves it and the split that it is within anew.
     *
     * @param whole cohort of the dataset
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws SplitTamperedException if either leaks, if its patients are not those whom the outer fold learns from, or if a proof is
     *     not the one that was stored
     */
    @Transactional(readOnly = true)
    public InnerFolds loadProvenInner(UUID id, Cohort whole) {
        PatientSplit stored = rows.findById(id).orElseThrow();
        UUID outerId = stored.outerSplitId();
        Integer fold = stored.outerFold();
        if (outerId == null || fold == null) {
            throw new SplitTamperedException(stored, "is within no other split");
        }
        Split outer = loadProven(outerId, whole);
        Split split = load(id);
        Cohort cohort = cohortWithin(stored, outer, fold, whole);
        PatientTies ties = ties(stored.datasetId(), whole, split.rules()).with(keptTogether(outerId));
        requireCertified(
                stored, split, cohort, ties.among(cohort.imagesByPatient().keySet()));
        stored.requireAsStored();
        return new InnerFolds(fold, split, cohort);
    }

    private static Cohort cohortWithin(PatientSplit stored, Split outer, int fold, Cohort whole) {
        if (fold >= outer.folds().size()) {
            throw new SplitTamperedException(stored, "is within a fold that there is not");
        }
        return InnerSplit.cohort(whole, outer.fold(fold));
    }

    private void insertMembers(UUID split, Fold fold) {
        database.sql(
                        """
                        insert into fold_member (split_id, fold, patient, role)
                        select ?, ?, * from unnest(cast(? as text[]), cast(? as text[]))
                        """)
                .param(split)
                .param(fold.index())
                .param(fold.roles().keySet().stream().map(PatientId::value).toArray(String[]::new))
                .param(fold.roles().values().stream().map(LowerCamelCase::of).toArray(String[]::new))
                .update();
    }

    public Optional<PatientSplit> find(UUID id) {
        return rows.findById(id);
    }

    /** Whether a split of the dataset has that name. */
    public boolean isTaken(UUID datasetId, String name) {
        return rows.existsByDatasetIdAndName(datasetId, name);
    }

    /** A dataset's splits, without inner ones, with higher ids than {@code after}, in the order of their ids. */
    public List<PatientSplit> ofDataset(UUID datasetId, UUID after, int limit) {
        return rows.findByDatasetIdAndOuterSplitIdIsNullAndIdGreaterThanOrderById(datasetId, after, Limit.of(limit));
    }

    /**
     * The splits of a dataset that lock patients away, in the order of their ids.
     *
     * @throws SplitTamperedException if one of its splits locks away others than those whom it was stored with
     */
    public List<UUID> locking(UUID datasetId) {
        return ofDataset(datasetId, BEFORE_ALL, Integer.MAX_VALUE).stream()
                .filter(stored -> !lockedPatients(stored).isEmpty())
                .map(PatientSplit::id)
                .toList();
    }

    /**
     * The patients whom any of those splits locks away.
     *
     * @throws SplitTamperedException if one of them locks away others than those whom it was stored with
     */
    public SortedSet<PatientId> lockedPatients(List<UUID> splits) {
        SortedSet<PatientId> patients = new TreeSet<>();
        for (UUID split : splits) {
            patients.addAll(lockedPatients(rows.findById(split).orElseThrow()));
        }
        return patients;
    }

    /** Of a split of which patients were withdrawn, those whom it still has; nothing proves that they are all. */
    private SortedSet<PatientId> lockedPatients(PatientSplit stored) {
        SortedSet<PatientId> patients = new TreeSet<>();
        database.sql("select patient from fold_member where split_id = ? and fold = ? and role = ?")
                .param(stored.id())
                .param(Fold.DEVELOPMENT)
                .param(LowerCamelCase.of(Role.TEST))
                .query(row -> {
                    try {
                        patients.add(new PatientId(row.getString("patient")));
                    } catch (IllegalArgumentException e) {
                        throw new SplitTamperedException(stored, "one of its members is no patient");
                    }
                });
        if (stored.withdrawals() == 0) {
            try {
                stored.requireLocked(patients);
            } catch (SplitTamperedException e) {
                // a withdrawal may have come since the split was read
                if (images.withdrawals(stored.datasetId()) == 0) {
                    throw e;
                }
            }
        }
        return patients;
    }

    /**
     * Returns if the splits that may lock away whom a split lets be read, see {@link #lockedElsewhere}, lock those away whom they were stored with.
     *
     * @throws SplitTamperedException if one of them locks others away
     */
    public void requireLockedElsewhereAsStored(UUID split) {
        database.sql(
                        """
                        select s.id from patient_split s
                        where s.outer_split_id is null and s.dataset_id in (
                            select distinct dataset_id from known_in_project(?, '{train,validation,heldOut}'))
                        order by s.id
                        """)
                .param(split)
                .query(UUID.class)
                .list()
                .forEach(other -> lockedPatients(rows.findById(other).orElseThrow()));
    }

    /**
     * Whom a split lets be read though another split of the project locks them away: in its dataset by their key, in every dataset by
     * byte-identical images.
     */
    public LockedElsewhere lockedElsewhere(UUID split) {
        return database.sql(
                        """
                        select count(distinct k.own) as patients, count(distinct s.id) as splits
                        from known_in_project(?, '{train,validation,heldOut}') k
                        join patient_split s on s.dataset_id = k.dataset_id
                        join fold_member m on m.split_id = s.id and m.fold = -1 and m.role = 'test' and m.patient = k.patient
                        """)
                .param(split)
                .query((row, number) -> new LockedElsewhere(row.getInt("patients"), row.getInt("splits")))
                .single();
    }

    /**
     * How many contents of another dataset are, byte for byte, those of patients whom splits of a dataset lock away.
     *
     * @param withoutShared whether patients of the other dataset whose ids the dataset has as well are left out
     */
    public int lockedContents(UUID dataset, UUID other, boolean withoutShared) {
        return database.sql(
                        """
                        select count(distinct i.digest) from dataset_image i
                        join dataset_image l on l.digest = i.digest and l.dataset_id = :dataset
                        where i.dataset_id = :other and exists (
                            select from patient_split s join fold_member m on m.split_id = s.id
                            where s.dataset_id = :dataset and m.fold = -1 and m.role = 'test' and m.patient = l.patient)
                        and not (:withoutShared and exists (
                            select from dataset_image t where t.dataset_id = :dataset and t.patient = i.patient))
                        """)
                .param("dataset", dataset)
                .param("other", other)
                .param("withoutShared", withoutShared)
                .query(Integer.class)
                .single();
    }

    /** Whether a content is, byte for byte, that of a patient whom a split of the project locks away. */
    public boolean locksAway(UUID project, Digest content) {
        return database.sql(
                        """
                        select exists (
                            select from dataset_image i
                            join dataset d on d.id = i.dataset_id and d.project_id = :project
                            join patient_split s on s.dataset_id = d.id
                            join fold_member m on m.split_id = s.id and m.fold = -1 and m.patient = i.patient and m.role = 'test'
                            where i.digest = :content)
                        """)
                .param("project", project)
                .param("content", content.hex())
                .query(Boolean.class)
                .single();
    }

    /**
     * Reads a split with all its members and proves that they are those that were stored.
     *
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws SplitTamperedException if they are not
     * @throws org.foldwise.registry.dataset.DataWithdrawnException if members were withdrawn
     */
    @Transactional(readOnly = true)
    public Split load(UUID id) {
        PatientSplit stored = rows.findById(id).orElseThrow();
        datasets.findById(stored.datasetId()).ifPresent(Dataset::requireWhole);
        Split split = remainder(id);
        if (!split.digest().equals(stored.digest())) {
            throw new SplitTamperedException(stored, split.digest());
        }
        return split;
    }

    /**
     * Reads a split with those members that it has, which nothing proves where others were withdrawn.
     *
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws SplitTamperedException if they are no split
     */
    @Transactional(readOnly = true)
    public Split remainder(UUID id) {
        PatientSplit stored = rows.findById(id).orElseThrow();
        Digest ofDataset = datasets.findById(stored.datasetId())
                .map(Dataset::digest)
                .orElseThrow(() -> new SplitTamperedException(stored, "its dataset is not frozen"));
        Digest ofCohort = stored.cohortDigest();
        return assemble(stored, ofCohort == null ? ofDataset : ofCohort);
    }

    /**
     * Reads a split and proves it anew from its members and the cohort: that it leaks nothing, and that the proof and the audit are
     * those that were stored.
     *
     * @param cohort of the split's dataset
     * @throws java.util.NoSuchElementException if there is no such split
     * @throws SplitTamperedException if either is not so
     */
    @Transactional(readOnly = true)
    public Split loadProven(UUID id, Cohort cohort) {
        Split split = load(id);
        PatientSplit stored = rows.findById(id).orElseThrow();
        requireCertified(stored, split, cohort, tiesOf(stored, cohort));
        stored.requireAsStored();
        return split;
    }

    /**
     * A split that an experiment was submitted with. Whoever rewrites rows, digest, certificate and audit of a split all at once makes
     * another sound one, and only this tells the two apart.
     *
     * @param submitted its digest at that time
     * @throws RecordTamperedException if there is no such split any more
     * @throws SplitTamperedException if it has another digest now
     */
    @Transactional(readOnly = true)
    public PatientSplit requireSubmitted(UUID id, @Nullable Digest submitted) {
        PatientSplit stored = rows.findById(id)
                .orElseThrow(() -> new RecordTamperedException("Split " + id, "it is not there any more"));
        if (!stored.digest().equals(submitted)) {
            throw new SplitTamperedException(
                    stored,
                    "the experiment was submitted with a split of digest " + submitted + ": it was made anew since");
        }
        return stored;
    }

    private static void requireCertified(PatientSplit stored, Split split, Cohort cohort, PatientTies ties) {
        Digest claimed = stored.certificateDigest();
        String text = stored.certificate();
        if (claimed == null || text == null) {
            throw new SplitTamperedException(
                    stored,
                    "has no certificate: it was taken away, or the split is older than certificates; make it anew");
        }
        Digest proven = certify(stored, text, split, cohort, ties);
        if (!claimed.equals(proven)) {
            throw new SplitTamperedException(stored, "its certificate is " + proven + " and not the stored " + claimed);
        }
        requireAudited(stored, LeakageAudit.of(split, cohort, ties));
    }

    private static void requireAudited(PatientSplit stored, LeakageAudit proven) {
        if (!stored.storedAudit().equals(Optional.of(proven))) {
            throw new SplitTamperedException(
                    stored, "its audit, which counts and balance are shown from, is not what its members show");
        }
    }

    private static Digest certify(PatientSplit stored, String text, Split split, Cohort cohort, PatientTies ties) {
        try {
            SplitCertificate certificate = SplitCertificate.of(split, cohort, ties);
            if (!text.equals(SplitCertificateJson.write(certificate))) {
                throw new SplitTamperedException(stored, "its certificate's text is not what its members prove");
            }
            return SplitCertificateJson.digest(certificate);
        } catch (IllegalArgumentException e) {
            throw new SplitTamperedException(stored, "cannot be certified: " + e.getMessage());
        }
    }

    private SortedMap<Integer, SortedMap<PatientId, Role>> readFolds(UUID id) {
        SortedMap<Integer, SortedMap<PatientId, Role>> folds = new TreeMap<>();
        database.sql("select fold, patient, role from fold_member where split_id = ?")
                .param(id)
                .query(row -> {
                    folds.computeIfAbsent(row.getInt("fold"), fold -> new TreeMap<>())
                            .put(
                                    new PatientId(row.getString("patient")),
                                    LowerCamelCase.parse(Role.class, row.getString("role")));
                });
        return folds;
    }

    private Split assemble(PatientSplit stored, Digest dataset) {
        try {
            List<Fold> folds = new ArrayList<>();
            for (Map.Entry<Integer, SortedMap<PatientId, Role>> entry :
                    readFolds(stored.id()).entrySet()) {
                folds.add(new Fold(entry.getKey(), entry.getValue()));
            }
            return new Split(
                    stored.spec(),
                    stored.rules(),
                    stored.seed(),
                    dataset,
                    folds.get(0),
                    folds.subList(1, folds.size()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new SplitTamperedException(stored, "its members are no split: " + e.getMessage());
        }
    }
}
