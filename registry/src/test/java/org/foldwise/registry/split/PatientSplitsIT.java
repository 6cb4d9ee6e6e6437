package org.foldwise.registry.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.json.SplitCertificateJson;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitCertificate;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.DatasetTamperedException;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.experiment.Procedure;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
class PatientSplitsIT {
    /** What is done to a stored split; each in turn. */
    private static final String DATASET_MUTATION = "image of the dataset changed";

    private static final int KINDS_OF_MUTATION = 17;

    private static final int MUTATIONS = 200;

    private final PatientSplits splits;
    private final DatasetImages images;
    private final Experiments experiments;
    private final Story story;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    PatientSplitsIT(
            PatientSplits splits,
            DatasetImages images,
            Experiments experiments,
            Story story,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.splits = splits;
        this.images = images;
        this.experiments = experiments;
        this.story = story;
        this.database = database;
        this.transaction = transaction;
    }

    @Test
    void readsTheSplitThatItStored() {
        Dataset dataset = story.frozen();
        Split split = story.split(dataset, 3);

        PatientSplit stored = splits.store(dataset.id(), "three folds", split, images.cohort(dataset));

        assertThat(splits.load(stored.id())).isEqualTo(split);
        PatientSplit found = splits.find(stored.id()).orElseThrow();
        assertThat(found.digest()).isEqualTo(split.digest());
        assertThat(found.spec()).isEqualTo(split.spec());
        assertThat(found.audit()).isEqualTo(LeakageAudit.of(split, images.cohort(dataset)));
        assertThat(splits.isTaken(dataset.id(), "three folds")).isTrue();
        assertThat(splits.ofDataset(dataset.id(), new UUID(0, 0), 10)).containsExactly(stored);
    }

    @Test
    void readsAHoldOutWhoseSharesAreNoRoundNumbers() {
        Dataset dataset = story.frozen();
        Split split = holdout(dataset, new SplitSpec.Holdout(0.1 + 0.2, 1 - (0.1 + 0.2) - 1.0 / 3, 1.0 / 3));

        PatientSplit stored = splits.store(dataset.id(), "thirds", split, images.cohort(dataset));

        assertThat(splits.load(stored.id())).isEqualTo(split);
    }

    @Test
    void refusesASplitOfAnotherDataset() {
        Dataset dataset = story.frozen();
        Dataset other = story.frozen(story.draft(), story.cohort("there"));

        assertThatThrownBy(() -> splits.store(dataset.id(), "foreign", story.split(other, 3), images.cohort(dataset)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesASecondSplitOfTheSameName() {
        Dataset dataset = story.frozen();
        story.storedSplit(dataset);

        assertThatThrownBy(() -> story.storedSplit(dataset)).isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void noticesAPatientThatWasMovedPastTheTriggers() {
        PatientSplit stored = story.storedSplit();
        tamper("update fold_member set role = 'train' where split_id = ? and fold = 0 and patient = 'p04'", stored);

        assertThatThrownBy(() -> splits.load(stored.id()))
                .isInstanceOf(SplitTamperedException.class)
                .hasMessageContaining(stored.digest().hex());
    }

    @Test
    void noticesASeedThatWasChangedPastTheTriggers() {
        PatientSplit stored = story.storedSplit();
        tamper("update patient_split set seed = 43 where id = ?", stored);

        assertThatThrownBy(() -> splits.load(stored.id()))
                .isInstanceOf(SplitTamperedException.class)
                .hasMessageContaining(stored.digest().hex());
    }

    @Test
    void noticesASpecificationThatIsNoneAnyMore() {
        PatientSplit stored = story.storedSplit();
        tamper("update patient_split set spec = '{\"kind\": \"kFold\", \"folds\": 1}' where id = ?", stored);

        assertThatThrownBy(() -> splits.load(stored.id())).isInstanceOf(SplitTamperedException.class);
    }

    /** What is written as nothing is read as nothing, and by no means as something. */
    @Test
    void noticesDocumentsThatAreNoneAnyMore() {
        for (String document : List.of("spec", "rules", "audit")) {
            PatientSplit stored = story.storedSplit();
            tamper("update patient_split set " + document + " = 'null' where id = ?", stored);

            assertThatThrownBy(() -> splits.find(stored.id()).orElseThrow().requireAsStored())
                    .as(document)
                    .isInstanceOf(SplitTamperedException.class)
                    .hasMessageEndingWith(" none");
        }
    }

    @Test
    void noticesAMemberThatIsNoPatientAndASplitThatIsGone() {
        PatientSplit stored = story.storedSplit();
        tamper(
                "update fold_member set patient = patient || ' ' where split_id = ? and fold = -1 and role = 'test'",
                stored);

        assertThatThrownBy(() -> splits.lockedPatients(List.of(stored.id())))
                .isInstanceOf(SplitTamperedException.class)
                .hasMessageEndingWith("one of its members is no patient");
        assertThatThrownBy(() -> splits.load(stored.id())).isInstanceOf(SplitTamperedException.class);
        assertThatThrownBy(() -> splits.requireSubmitted(new UUID(0, 1), stored.digest()))
                .isInstanceOf(RecordTamperedException.class)
                .hasMessageContaining("not there any more");
    }

    /** One of them for another, one less, and nobody at all: then no member says any more that the split locks anybody away. */
    @Test
    void noticesThatOthersAreLockedAwayThanThoseWhomItWasStoredWith() {
        Dataset dataset = story.frozen();
        PatientSplit stored = story.storedSplit(dataset);
        assertThat(splits.locking(dataset.id())).containsExactly(stored.id());
        splits.requireLockedElsewhereAsStored(stored.id());
        for (String change : List.of(
                "role = case role when 'test' then 'train' else 'test' end where patient in"
                        + " (select min(patient) from fold_member where split_id = :split and fold = -1 and role in ('test', 'train') group by role)",
                "role = 'train' where patient = (select min(patient) from fold_member where split_id = :split and role = 'test')",
                "role = 'train' where role = 'test'")) {
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                assertThat(database.sql("update fold_member set " + change + " and split_id = :split and fold = -1")
                                .param("split", stored.id())
                                .update())
                        .isPositive();

                for (ThrowingCallable reading : List.<ThrowingCallable>of(
                        () -> splits.lockedPatients(List.of(stored.id())),
                        () -> splits.locking(dataset.id()),
                        () -> splits.requireLockedElsewhereAsStored(stored.id()))) {
                    assertThatThrownBy(reading)
                            .as(change)
                            .isInstanceOf(SplitTamperedException.class)
                            .hasMessageContaining("the patients whom it locks away are others");
                }
                status.setRollbackOnly();
            });
        }
    }

    @Test
    void noticesThatAllMembersAreGone() {
        PatientSplit stored = story.storedSplit();
        tamper("delete from fold_member where split_id = ?", stored);

        assertThatThrownBy(() -> splits.load(stored.id())).isInstanceOf(SplitTamperedException.class);
    }

    @Test
    void provesTheSplitThatItStored() {
        Dataset dataset = story.frozen();
        PatientSplit stored = story.storedSplit(dataset);

        assertThat(splits.loadProven(stored.id(), images.cohort(dataset))).isEqualTo(splits.load(stored.id()));
        assertThat(stored.certificateDigest())
                .isEqualTo(Digest.of(java.util.Objects.requireNonNull(stored.certificate())));
    }

    /** Rows, digest, certificate and audit all at once: another sound split, but not the one that the experiment was submitted with. */
    @Test
    void noticesASplitThatWasMadeAnewAfterASubmission() {
        Dataset dataset = story.frozen(story.draft(), twins());
        Cohort cohort = images.cohort(dataset);
        SplitSpec spec = new SplitSpec.KFold(3, 0.2, 0.2);
        Split split = PatientSplitter.split(cohort, spec, 1);
        PatientSplit stored = splits.store(dataset.id(), "submitted", split, cohort);
        UUID experiment =
                story.launched(stored, Procedure.CROSS_VALIDATION).get(0).experimentId();
        Digest submitted = experiments.findById(experiment).orElseThrow().splitDigest();
        Split other = PatientSplitter.split(cohort, spec, 2);
        SplitCertificate certificate = SplitCertificate.of(other, cohort);

        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            replace(stored, other);
            change(
                    "update patient_split set certificate = ?, certificate_digest = ?, audit = cast(? as jsonb) where id = ?",
                    SplitCertificateJson.write(certificate),
                    SplitCertificateJson.digest(certificate).hex(),
                    ReportJson.write(LeakageAudit.of(other, cohort)),
                    stored.id());
            database.sql("alter table patient_split drop constraint patient_split_is_bound")
                    .update();
            change("update patient_split set record_digest = null where id = ?", stored.id());
            assertThat(splits.loadProven(stored.id(), cohort)).isEqualTo(other);
            assertThatThrownBy(() -> splits.requireSubmitted(stored.id(), submitted))
                    .isInstanceOf(SplitTamperedException.class)
                    .hasMessageContaining("made anew");
            status.setRollbackOnly();
        });

        assertThat(submitted).isEqualTo(split.digest());
        assertThat(splits.requireSubmitted(stored.id(), submitted)).isEqualTo(stored);
    }

    /** Also past the triggers: a split whose certificate was taken away is none. */
    @Test
    void theDatabaseKeepsTheCertificateOfASplit() {
        PatientSplit stored = story.storedSplit();

        assertThatThrownBy(() -> tamper(
                        "update patient_split set certificate = null, certificate_digest = null where id = ?", stored))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("patient_split_has_certificate");
    }

    /** Also where its time is set back to before rows were bound. */
    @Test
    void theDatabaseKeepsWhatBindsASplit() {
        PatientSplit stored = story.storedSplit();

        for (String earlier : List.of("", ", created_at = '2026-01-01', name = 'renamed'")) {
            assertThatThrownBy(() ->
                            tamper("update patient_split set record_digest = null" + earlier + " where id = ?", stored))
                    .isInstanceOf(DataIntegrityViolationException.class)
                    .hasMessageContaining("patient_split_is_bound");
        }
    }

    /** As it was spelt once. */
    @Test
    void readsAnAuditWhoseDigestIsAnObject() {
        Dataset dataset = story.frozen();
        Split split = story.split(dataset, 3);
        Cohort cohort = images.cohort(dataset);
        PatientSplit stored = splits.store(dataset.id(), "spelt otherwise", split, cohort);

        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            assertThat(database.sql(
                                    """
                                    update patient_split
                                    set audit = jsonb_set(audit, '{dataset}', jsonb_build_object('hex', audit -> 'dataset'))
                                    where id = ?
                                    """)
                            .param(stored.id())
                            .update())
                    .isOne();
            // such splits are older than the digest over what a row says
            database.sql("alter table patient_split drop constraint patient_split_is_bound")
                    .update();
            change("update patient_split set record_digest = null where id = ?", stored.id());
            assertThat(splits.loadProven(stored.id(), cohort)).isEqualTo(split);
            status.setRollbackOnly();
        });
    }

    @Test
    void storesNoSplitThatLeaks() {
        Dataset dataset = story.frozen(story.draft(), twins());
        Split sound = PatientSplitter.split(images.cohort(dataset), new SplitSpec.Holdout(0.6, 0.2, 0.2), 1);
        TreeMap<PatientId, Role> roles = new TreeMap<>(sound.development().roles());
        PatientId twin = new PatientId("q01");
        roles.put(twin, roles.get(twin) == Role.TRAIN ? Role.VALIDATION : Role.TRAIN);
        Split leaking = new Split(sound.spec(), 1, sound.dataset(), new Fold(Fold.DEVELOPMENT, roles), List.of());

        assertThatThrownBy(() -> splits.store(dataset.id(), "leaking", leaking, images.cohort(dataset)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TIED_PATIENTS_DIVIDED");
    }

    /** The manifest or the files' names say two ids, the DICOM files say one person. */
    @Test
    void keepsTogetherWhomTheFilesSayToBeOnePerson() {
        Dataset draft = story.draft();
        Cohort cohort = twins();
        story.upload(
                draft,
                cohort,
                image -> patientKey(
                        image.patient().value().equals("q05")
                                ? "q04"
                                : image.patient().value()));
        Dataset dataset = story.frozenUpload(draft, cohort);
        Cohort stored = images.cohort(dataset);

        PatientTies ties = splits.ties(dataset.id(), stored, SplitRules.DEFAULT);

        assertThat(ties.groups())
                .containsExactly(
                        new TreeSet<>(Set.of(new PatientId("q01"), new PatientId("q02"))),
                        new TreeSet<>(Set.of(new PatientId("q04"), new PatientId("q05"))));
        Split sound = PatientSplitter.split(stored, new SplitSpec.Holdout(0.6, 0.2, 0.2), SplitRules.DEFAULT, ties, 1);
        PatientSplit kept = splits.store(dataset.id(), "sound", sound, stored);
        assertThat(splits.loadProven(kept.id(), stored)).isEqualTo(sound);
        TreeMap<PatientId, Role> roles = new TreeMap<>(sound.development().roles());
        PatientId twin = new PatientId("q05");
        roles.put(twin, roles.get(twin) == Role.TRAIN ? Role.TEST : Role.TRAIN);
        Split leaking = new Split(sound.spec(), 1, sound.dataset(), new Fold(Fold.DEVELOPMENT, roles), List.of());
        assertThatThrownBy(() -> splits.store(dataset.id(), "leaking", leaking, stored))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TIED_PATIENTS_DIVIDED");
    }

    /** Twins of whom nothing in the data says so: proven, kept by inner folds, and held fast by the database. */
    @Test
    void keepsTogetherWhomTheSplitSaysToBeSo() {
        Dataset dataset = story.frozen(story.draft(), twins());
        Cohort cohort = images.cohort(dataset);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(2, 0, 0.2), 3);
        SplitSpec.KFold within = new SplitSpec.KFold(2, 0, 0.25);
        PatientSplit loose = splits.store(dataset.id(), "loose", split, cohort);
        List<PatientId> parted = new ArrayList<>();
        for (PatientId one : split.development().roles().keySet()) {
            for (PatientId other : split.development().roles().keySet()) {
                boolean alike = !one.equals(other)
                        && split.allFolds().stream()
                                .allMatch(fold ->
                                        fold.roles().get(one) == fold.roles().get(other));
                if (parted.isEmpty() && alike && parts(splits.planInner(loose.id(), within, 5), one, other)) {
                    parted.addAll(List.of(one, other));
                }
            }
        }
        assertThat(parted).as("some whom inner folds part").hasSize(2);

        PatientSplit kept =
                splits.store(dataset.id(), "kept", split, cohort, new PatientTies(List.of(new TreeSet<>(parted))));

        assertThat(parts(splits.planInner(kept.id(), within, 5), parted.get(0), parted.get(1)))
                .isFalse();
        assertThat(kept.digest()).isEqualTo(loose.digest());
        assertThat(kept.certificateDigest()).isNotEqualTo(loose.certificateDigest());
        assertThat(splits.loadProven(kept.id(), cohort)).isEqualTo(split);
        InnerFolds inner = splits.planInner(kept.id(), within, 5).get(0);
        PatientSplit stored = splits.storeInner(kept.id(), inner, "inner");
        assertThat(splits.loadProvenInner(stored.id(), cohort)).isEqualTo(inner);
        InnerFolds ofLoose = splits.planInner(loose.id(), within, 5).stream()
                .filter(one -> parts(List.of(one), parted.get(0), parted.get(1)))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> splits.storeInner(kept.id(), ofLoose, "parted"))
                .isInstanceOf(IllegalArgumentException.class);
        for (String change : List.of(
                "delete from kept_together where split_id = '%s'",
                "update kept_together set number = 7 where split_id = '%s'",
                "insert into kept_together (split_id, number, patient) select split_id, 1, min(patient) from fold_member"
                        + " where split_id = '%s' and fold = -1 and patient not in (select patient from kept_together)"
                        + " group by split_id")) {
            String sql = change.formatted(kept.id());
            assertThatThrownBy(() -> database.sql(sql).update()).as(sql).isInstanceOf(DataAccessException.class);
        }
        splits.requireTiesAsStored(kept.id(), cohort);
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("update kept_together set patient = patient || ' ' where split_id = ?")
                    .param(kept.id())
                    .update();
            assertThatThrownBy(() -> splits.requireTiesAsStored(kept.id(), cohort))
                    .isInstanceOf(SplitTamperedException.class);
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("delete from kept_together where split_id = ?")
                    .param(kept.id())
                    .update();
            assertThatThrownBy(() -> splits.loadProven(kept.id(), cohort)).isInstanceOf(SplitTamperedException.class);
            assertThatThrownBy(() -> splits.requireTiesAsStored(kept.id(), cohort))
                    .isInstanceOf(SplitTamperedException.class)
                    .hasMessageEndingWith("whom it keeps together is another than by its certificate");
            assertThatThrownBy(() -> splits.loadProvenInner(stored.id(), cohort))
                    .isInstanceOf(SplitTamperedException.class);
            status.setRollbackOnly();
        });
    }

    private static boolean parts(List<InnerFolds> inner, PatientId one, PatientId other) {
        return inner.stream()
                .flatMap(folds -> folds.split().allFolds().stream())
                .anyMatch(fold -> fold.roles().get(one) != fold.roles().get(other));
    }

    private static ImageMetadata patientKey(String key) {
        return new ImageMetadata(
                key, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null);
    }

    /** Past the library: the database itself refuses two roles in one fold, and a tested patient who is trained on in another. */
    @Test
    void theDatabaseRefusesAPatientOnTwoSides() {
        PatientSplit stored = story.storedSplit();
        String copy =
                """
                with fresh as (
                    insert into patient_split (id, dataset_id, name, seed, spec, digest, audit, created_at, rules,
                        certificate, certificate_digest, record_digest)
                    select gen_random_uuid(), dataset_id, name || ' once more', seed, spec, digest, audit, created_at, rules,
                        certificate, certificate_digest, digest from patient_split where id = ? returning id)
                insert into fold_member (split_id, fold, patient, role)
                select id, fold, 'p01', role from fresh, (values %s) as roles (fold, role)
                """;

        for (String roles :
                List.of("(-1, 'train'), (-1, 'test')", "(-1, 'test'), (0, 'train')", "(-1, 'train'), (0, 'dropped')")) {
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> database.sql(copy.formatted(roles))
                            .param(stored.id())
                            .update()))
                    .as(roles)
                    .isInstanceOf(DataAccessException.class);
        }
        transaction.executeWithoutResult(status -> {
            assertThat(database.sql(copy.formatted("(-1, 'train'), (0, 'heldOut')"))
                            .param(stored.id())
                            .update())
                    .isEqualTo(2);
            status.setRollbackOnly();
        });
    }

    @Test
    void refusesEveryMutationOfAStoredSplitWithAReason() {
        Dataset dataset = story.frozen(story.draft(), twins());
        Cohort cohort = images.cohort(dataset);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(3, 2, 0.2, 0.2), 1);
        PatientSplit stored = splits.store(dataset.id(), "sound", split, cohort);

        Map<String, Integer> refusals = new TreeMap<>();
        for (int mutation = 0; mutation < MUTATIONS; mutation++) {
            int number = mutation;
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                String what = mutate(stored, split, cohort, number);
                boolean ofDataset = what.equals(DATASET_MUTATION);
                assertThatThrownBy(() -> splits.loadProven(stored.id(), images.cohort(dataset)))
                        .as("mutation %d: %s", number, what)
                        .isInstanceOf(ofDataset ? DatasetTamperedException.class : SplitTamperedException.class)
                        .hasMessageStartingWith(
                                ofDataset
                                        ? dataset + " is not as it was frozen: "
                                        : stored + " was stored with digest ")
                        .message()
                        .matches(message -> message.length() > (ofDataset ? 100 : 150), "says what is wrong");
                refusals.merge(what, 1, Integer::sum);
                status.setRollbackOnly();
            });
        }

        assertThat(splits.loadProven(stored.id(), images.cohort(dataset))).isEqualTo(split);
        System.out.println("refused mutations: " + refusals);
        assertThat(refusals.values().stream().mapToInt(count -> count)).hasSize(KINDS_OF_MUTATION);
        assertThat(refusals.values().stream().mapToInt(count -> count).sum()).isEqualTo(MUTATIONS);
    }

    /** Changes something past the triggers, as somebody who owns the database may. */
    private String mutate(PatientSplit stored, Split split, Cohort cohort, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RoleAssignment> rows = RoleAssignment.of(split);
        RoleAssignment row = rows.get(random.nextInt(rows.size()));
        UUID id = stored.id();
        switch (seed % KINDS_OF_MUTATION) {
            case 0 -> {
                Role other = Role.values()[(row.role().ordinal() + 1 + random.nextInt(4)) % 5];
                setRole(id, row, other);
                return "role changed";
            }
            case 1 -> {
                RoleAssignment other = rows.stream()
                        .filter(one -> one.fold() == row.fold() && one.role() != row.role())
                        .skip(random.nextInt(5))
                        .findFirst()
                        .orElseThrow();
                setRole(id, row, other.role());
                setRole(id, other, row.role());
                return "roles swapped";
            }
            case 2 -> {
                change(
                        "delete from fold_member where split_id = ? and fold = ? and patient = ?",
                        id,
                        row.fold(),
                        row.patient().value());
                return "row removed";
            }
            case 3 -> {
                change("insert into fold_member values (?, ?, ?, 'train')", id, row.fold(), "somebody" + seed);
                return "patient added to a fold";
            }
            case 4 -> {
                change(
                        "delete from fold_member where split_id = ? and patient = ?",
                        id,
                        row.patient().value());
                return "patient removed from all folds";
            }
            case 5 -> {
                change(
                        "update patient_split set digest = ? where id = ?",
                        Digest.of("forged " + seed).hex(),
                        id);
                return "digest changed";
            }
            case 6 -> {
                change("update patient_split set seed = seed + ? where id = ?", 1 + random.nextInt(1000), id);
                return "seed changed";
            }
            case 7 -> {
                change(
                        "update patient_split set spec = jsonb_set(spec, '{validation}', to_jsonb(cast(? as float8))) where id = ?",
                        0.1 + random.nextDouble() * 0.05,
                        id);
                return "specification changed";
            }
            case 8 -> {
                change(
                        "update patient_split set rules = ? :: jsonb where id = ?",
                        random.nextBoolean()
                                ? "{\"keepTogether\": [\"patient\", \"duplicates\", \"site\"], \"stratifyBy\": [\"label\"]}"
                                : "{\"keepTogether\": [\"patient\"], \"stratifyBy\": [\"label\"]}",
                        id);
                return "rules changed";
            }
            case 9 -> {
                String text = java.util.Objects.requireNonNull(stored.certificate());
                int digit = text.indexOf("\"patients\":", random.nextInt(text.length() / 2)) + 11;
                String forged =
                        text.substring(0, digit) + (text.charAt(digit) == '9' ? '8' : '9') + text.substring(digit + 1);
                change(
                        "update patient_split set certificate = ?, certificate_digest = ? where id = ?",
                        forged,
                        Digest.of(forged).hex(),
                        id);
                return "certificate forged";
            }
            case 10 -> {
                change(
                        "update patient_split set certificate_digest = ? where id = ?",
                        Digest.of("forged " + seed).hex(),
                        id);
                return "certificate's digest changed";
            }
            case 11 -> {
                // one of two patients who share a film changes sides, and the digest is made to fit
                List<RoleAssignment> choices = rows.stream()
                        .filter(one ->
                                Set.of("q01", "q02").contains(one.patient().value()))
                        .filter(one -> one.role() == Role.TRAIN || one.role() == Role.VALIDATION)
                        .toList();
                RoleAssignment moved = choices.get(random.nextInt(choices.size()));
                List<Fold> folds = new ArrayList<>();
                for (Fold fold : split.allFolds()) {
                    TreeMap<PatientId, Role> roles = new TreeMap<>(fold.roles());
                    if (fold.index() == moved.fold()) {
                        roles.put(moved.patient(), moved.role() == Role.TRAIN ? Role.VALIDATION : Role.TRAIN);
                    }
                    folds.add(new Fold(fold.index(), roles));
                }
                replace(
                        stored,
                        new Split(
                                split.spec(),
                                split.seed(),
                                split.dataset(),
                                folds.get(0),
                                folds.subList(1, folds.size())));
                return "duplicates divided, digest fitted";
            }
            case 12 -> {
                replace(stored, PatientSplitter.split(cohort, split.spec(), 1000 + seed));
                return "another sound split, digest fitted";
            }
            case 13 -> {
                change(
                        "update patient_split set audit = jsonb_set(audit, cast(? as text[]), to_jsonb(cast(? as int))) where id = ?",
                        "{folds," + random.nextInt(split.folds().size() + 1) + ",roles," + random.nextInt(3) + ","
                                + (random.nextBoolean() ? "images}" : "patients}"),
                        1000 + seed,
                        id);
                return "audit forged";
            }
            case 14 -> {
                database.sql("alter table patient_split drop constraint patient_split_has_certificate")
                        .update();
                change("update patient_split set certificate = null, certificate_digest = null where id = ?", id);
                return "certificate taken away";
            }
            case 15 -> {
                change(
                        List.of(
                                        "update patient_split set name = name || ' (2)' where id = ?",
                                        "update patient_split set created_at = created_at - interval '1 microsecond' where id = ?",
                                        "update patient_split set rules = '{}' where id = ?",
                                        "update patient_split set spec = spec || '{\"more\": 1}' where id = ?")
                                .get(random.nextInt(4)),
                        id);
                return "what the row says changed";
            }
            default -> {
                String image = cohort.images()
                        .get(random.nextInt(cohort.images().size()))
                        .name();
                change(
                        List.of(
                                        "update dataset_image set patient = 'q03x' where name = ? and dataset_id = ?",
                                        "update dataset_image set digest = repeat('0', 64) where name = ? and dataset_id = ?",
                                        "update dataset_image set site = 'moved' where name = ? and dataset_id = ?",
                                        "delete from dataset_image where name = ? and dataset_id = ?")
                                .get(random.nextInt(4)),
                        image,
                        stored.datasetId());
                return DATASET_MUTATION;
            }
        }
    }

    private void setRole(UUID split, RoleAssignment row, Role role) {
        change(
                "update fold_member set role = ? where split_id = ? and fold = ? and patient = ?",
                LowerCamelCase.of(role),
                split,
                row.fold(),
                row.patient().value());
    }

    private void replace(PatientSplit stored, Split split) {
        for (RoleAssignment row : RoleAssignment.of(split)) {
            setRole(stored.id(), row, row.role());
        }
        change(
                "update patient_split set digest = ?, seed = ? where id = ?",
                split.digest().hex(),
                split.seed(),
                stored.id());
    }

    private void change(String sql, Object... values) {
        assertThat(database.sql(sql).params(List.of(values)).update()).isPositive();
    }

    /** 30 patients; q01 and q02 have a film in common. */
    private static Cohort twins() {
        List<ImageRecord> images = new ArrayList<>();
        for (int patient = 0; patient < 30; patient++) {
            String label = patient % 3 == 0 ? "ill" : "healthy";
            for (int image = 0; image <= patient % 2; image++) {
                String name = "%s/q%02d_%d.png".formatted(label, patient, image);
                images.add(new ImageRecord(
                        name,
                        Digest.of(image == 0 && (patient == 1 || patient == 2) ? "one film" : name),
                        new PatientId("q%02d".formatted(patient)),
                        label,
                        null,
                        null));
            }
        }
        return new Cohort(Task.BINARY, List.of("healthy", "ill"), PatientLabelRule.ANY_POSITIVE, images);
    }

    /** As somebody does who owns the database. */
    private void tamper(String sql, PatientSplit split) {
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            assertThat(database.sql(sql).param(split.id()).update()).isPositive();
        });
    }

    private static Split holdout(Dataset dataset, SplitSpec.Holdout spec) {
        TreeMap<PatientId, Role> roles = new TreeMap<>();
        for (int i = 0; i < Story.PATIENTS; i++) {
            roles.put(
                    new PatientId("p%02d".formatted(i)),
                    List.of(Role.TRAIN, Role.VALIDATION, Role.TEST).get(i % 3));
        }
        Digest digest = java.util.Objects.requireNonNull(dataset.digest());
        return new Split(spec, Long.MIN_VALUE, digest, new Fold(Fold.DEVELOPMENT, roles), List.of());
    }
}
