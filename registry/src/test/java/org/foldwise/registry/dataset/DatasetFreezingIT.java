package org.foldwise.registry.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.FrameSelection;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientKeyDoubt;
import org.foldwise.learning.dataset.PatientKeys;
import org.foldwise.learning.dataset.StatedPatient;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.Ids;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.foldwise.registry.jobs.JobState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
class DatasetFreezingIT {
    private static final UUID FIRST = new UUID(0, 0);

    private final DatasetFreezing freezing;
    private final DatasetReporting reporting;
    private final Datasets datasets;
    private final DatasetImages images;
    private final JobQueue queue;
    private final Story story;
    private final TransactionTemplate transaction;
    private final JdbcClient database;
    private final Ids ids;

    DatasetFreezingIT(
            DatasetFreezing freezing,
            DatasetReporting reporting,
            Datasets datasets,
            DatasetImages images,
            JobQueue queue,
            Story story,
            TransactionTemplate transaction,
            JdbcClient database,
            Ids ids) {
        this.freezing = freezing;
        this.reporting = reporting;
        this.datasets = datasets;
        this.images = images;
        this.queue = queue;
        this.story = story;
        this.transaction = transaction;
        this.database = database;
        this.ids = ids;
    }

    @Test
    void asksAWorkerToCheckTheCohort() {
        Dataset draft = story.draft();
        Cohort cohort = story.cohort("here");
        story.upload(draft, cohort);

        Dataset started = freezing.start(draft.id(), cohort);

        assertThat(started.state()).isEqualTo(DatasetState.FREEZING);
        assertThat(queue.find(draft.id()).orElseThrow())
                .satisfies(job -> assertThat(job.kind()).isEqualTo(JobKind.INGEST))
                .satisfies(job -> assertThat(job.state()).isEqualTo(JobState.QUEUED));
        assertThat(images.cohort(reread(draft))).isEqualTo(cohort);
    }

    @Test
    void freezesTheCohortAsItWasResolved() {
        Dataset dataset = story.freezing();
        Cohort cohort = story.cohort("here");

        reporting.freeze(story.claim(dataset.id()), "{\"images\": 22}", "[{\"code\": \"imbalance\"}]");

        Dataset frozen = reread(dataset);
        assertThat(frozen.state()).isEqualTo(DatasetState.FROZEN);
        assertThat(frozen.digest()).isEqualTo(cohort.digest());
        assertThat(frozen.classes()).containsExactly("healthy", "ill");
        assertThat(frozen.imageCount()).isEqualTo(cohort.images().size());
        assertThat(frozen.patientCount()).isEqualTo(Story.PATIENTS);
        assertThat(frozen.profile()).isEqualTo("{\"images\": 22}");
        assertThat(frozen.findings()).isEqualTo("[{\"code\": \"imbalance\"}]");
        assertThat(frozen.frozenAt()).isAfter(frozen.createdAt());
        assertThat(frozen.description()).isEqualTo(dataset.description());
        assertThat(images.cohort(frozen)).isEqualTo(cohort);
        assertThat(queue.find(dataset.id()).orElseThrow().state()).isEqualTo(JobState.FINISHED);
    }

    /** Changed past the triggers, as somebody who owns the database may. */
    @Test
    void noticesThatSomethingElseIsSaidOfItThanWhenItWasFrozen() {
        Dataset dataset = story.frozen();
        reread(dataset).requireAsFrozen();
        for (String change : List.of(
                "positive_label = 'healthy'",
                "positive_label = null",
                "modality = 'dermoscopy'",
                "modality = null, body_part = modality",
                "body_part = 'chest'",
                "body_part = ''",
                "name = name || ' '",
                "task = 'multilabel'",
                "patient_label_rule = 'majority'",
                "deidentified_only = not deidentified_only",
                "layout = '{\"kind\": \"classFolders\", \"patientIdPattern\": \"(?<patient>.)\"}'",
                "frames = '{\"every\": 2, \"from\": 0, \"to\": 1}'",
                "classes = array['ill', 'healthy']",
                "image_count = image_count + 1",
                "patient_count = patient_count - 1",
                "project_id = (select id from project where id <> project_id limit 1)",
                "digest = repeat('0', 64)",
                "state = 'draft'",
                "state = 'freezing'",
                "manifest_digest = repeat('0', 64), manifest_name = 'other.csv'")) {
            transaction.executeWithoutResult(status -> {
                changePastTriggers(dataset, change);

                assertThatThrownBy(reread(dataset)::requireAsFrozen)
                        .as(change)
                        .isInstanceOf(DatasetTamperedException.class)
                        .hasMessageContaining("another than when it was frozen");
                status.setRollbackOnly();
            });
        }
        // nor can what binds it be taken away
        Map.of(
                        "description_digest", "dataset_frozen_is_described",
                        "frozen_manifest_digest", "dataset_frozen_has_manifest_bound")
                .forEach((digest, constraint) -> {
                    for (String earlier : List.of("", ", frozen_at = '2026-01-01'")) {
                        assertThatThrownBy(() -> transaction.executeWithoutResult(
                                        status -> changePastTriggers(dataset, digest + " = null" + earlier)))
                                .isInstanceOf(DataIntegrityViolationException.class)
                                .hasMessageContaining(constraint);
                    }
                });
    }

    /** Whatever the row says of its state, and of withdrawals that took nothing: images are compared because there is a digest. */
    @Test
    void noticesOtherImagesWhateverIsSaidOfItsState() {
        Dataset dataset = story.frozen();
        String said =
                "insert into withdrawal_dataset (withdrawal_id, dataset_id, patients, images) select gen_random_uuid(), id, 1, 1"
                        + " from dataset where id = :dataset";
        for (String change : List.of(
                "update dataset set state = 'draft' where id = :dataset",
                "update dataset set state = 'freezing' where id = :dataset",
                said)) {
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                database.sql("update dataset_image set site = 'elsewhere', duplicate_group = 0 where dataset_id = ?")
                        .param(dataset.id())
                        .update();
                database.sql(change).param("dataset", dataset.id()).update();
                Dataset changed = reread(dataset);

                assertThatThrownBy(() -> images.cohort(changed))
                        .as(change)
                        .isInstanceOf(DatasetTamperedException.class);
                assertThatThrownBy(() -> images.duplicateGroups(changed))
                        .as(change)
                        .isInstanceOf(DatasetTamperedException.class);
                status.setRollbackOnly();
            });
        }
    }

    /** The digest that datasets had which were frozen when less was bound, here of a "CT" without the rest: that much is compared. */
    @Test
    void keepsDigestsOfDatasetsThatWereFrozenWhenLessWasBound() {
        Dataset dataset = story.frozen();
        String former = Digest.of("foldwise description 1\0-\0+CT\0-").hex();
        for (String modality : List.of("CT", "MR")) {
            transaction.executeWithoutResult(status -> {
                database.sql("alter table dataset drop constraint dataset_frozen_has_manifest_bound")
                        .update();
                changePastTriggers(
                        dataset,
                        "positive_label = null, modality = '" + modality
                                + "', body_part = null, deidentified_only = not deidentified_only, frozen_manifest_digest = null,"
                                + " description_digest = '" + former + "'");
                Dataset changed = reread(dataset);

                if (modality.equals("CT")) {
                    changed.requireAsFrozen();
                } else {
                    assertThatThrownBy(changed::requireAsFrozen).isInstanceOf(DatasetTamperedException.class);
                }
                status.setRollbackOnly();
            });
        }
    }

    /** What cannot be read is told without what it says, which may be the name of a file. */
    @Test
    void namesNoFileOfARowThatIsNoImage() {
        Dataset dataset = story.frozen();
        for (String change : List.of("labels = '{ill,ill}'", "patient = patient || ' '")) {
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                database.sql("update dataset_image set " + change + " where dataset_id = ?")
                        .param(dataset.id())
                        .update();

                assertThatThrownBy(() -> images.page(dataset.id(), null, null, null, null, FIRST, 10))
                        .as(change)
                        .isInstanceOf(RecordTamperedException.class)
                        .hasMessageEndingWith("its row is that of no image")
                        .hasNoCause();
                status.setRollbackOnly();
            });
        }
    }

    @Test
    void noticesThatSomethingElseWasFoundInItThanWhenItWasFrozen() {
        Dataset dataset = story.freezing();
        reporting.freeze(
                story.claim(dataset.id()),
                "{\"entropy\": 1e-5, \"images\": {\"all\": 30.0}}",
                "[{\"code\": \"exactDuplicates\", \"severity\": \"blocking\", \"images\": [\"a.png\", \"b.png\"],"
                        + " \"groups\": [{\"images\": [\"a.png\", \"b.png\"], \"patients\": 2}]}]");
        reread(dataset).requireAsFrozen();
        for (String change : List.of(
                "profile = '{}'",
                "profile = jsonb_set(profile, '{images,all}', '31')",
                "findings = '[]'",
                "findings = jsonb_set(findings, '{0,severity}', '\"notice\"')",
                "findings = jsonb_set(findings, '{0,groups,0,patients}', '1')",
                "findings = findings || findings")) {
            transaction.executeWithoutResult(status -> {
                changePastTriggers(dataset, change);

                assertThatThrownBy(reread(dataset)::requireAsFrozen)
                        .as(change)
                        .isInstanceOf(DatasetTamperedException.class)
                        .hasMessageContaining("others than when it was frozen");
                status.setRollbackOnly();
            });
        }
        // the names of images go with their patient
        transaction.executeWithoutResult(status -> {
            changePastTriggers(
                    dataset,
                    "findings = jsonb_set(jsonb_set(findings, '{0,images}', '[\"b.png\"]'), '{0,groups,0,images}', '[\"b.png\"]')");

            reread(dataset).requireAsFrozen();
            status.setRollbackOnly();
        });
        for (String earlier : List.of("", ", frozen_at = '2026-01-01'")) {
            assertThatThrownBy(() -> transaction.executeWithoutResult(
                            status -> changePastTriggers(dataset, "examination_digest = null" + earlier)))
                    .isInstanceOf(DataIntegrityViolationException.class)
                    .hasMessageContaining("dataset_frozen_is_examined");
        }
    }

    @Test
    void noticesThatItsImagesAreOthersThanThoseThatWereFrozen() {
        Dataset dataset = story.frozen();
        assertThat(images.cohort(reread(dataset)).digest())
                .isEqualTo(reread(dataset).digest());
        transaction.executeWithoutResult(status -> {
            database.sql("set local session_replication_role = replica").update();
            database.sql("update dataset_image set site = 'elsewhere' where dataset_id = ?")
                    .param(dataset.id())
                    .update();

            assertThatThrownBy(() -> images.cohort(reread(dataset)))
                    .isInstanceOf(DatasetTamperedException.class)
                    .hasMessageContaining("others than when it was frozen");
            status.setRollbackOnly();
        });
    }

    @Test
    void believesWhatIsSaidOfDatasetsThatWereFrozenBeforeItWasBound() {
        Dataset dataset = story.frozen();
        transaction.executeWithoutResult(status -> {
            // as the table is where datasets were frozen before
            database.sql("alter table dataset drop constraint dataset_frozen_is_described,"
                            + " drop constraint dataset_frozen_is_examined")
                    .update();
            changePastTriggers(
                    dataset, "description_digest = null, examination_digest = null, modality = 'CT', findings = '[]'");

            reread(dataset).requireAsFrozen();
            status.setRollbackOnly();
        });
    }

    @Test
    void noticesThatItsRowsAreNoCohort() {
        Dataset dataset = story.frozen();
        for (String labels : List.of("{}", "{healthy,ill}", "{other}")) {
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                database.sql("update dataset_image set labels = cast(? as text[]) where dataset_id = ?")
                        .param(labels)
                        .param(dataset.id())
                        .update();

                assertThatThrownBy(() -> images.cohort(dataset))
                        .as(labels)
                        .isInstanceOf(DatasetTamperedException.class)
                        .hasMessageContaining("rows of its images contradict its task");
                status.setRollbackOnly();
            });
        }
    }

    private void changePastTriggers(Dataset dataset, String change) {
        database.sql("set local session_replication_role = replica").update();
        assertThat(database.sql("update dataset set " + change + " where id = ?")
                        .param(dataset.id())
                        .update())
                .isEqualTo(1);
    }

    @Test
    void becomesADraftAgainWhenRefusedAndCanBeFrozenLater() {
        Dataset dataset = story.freezing();

        reporting.refuse(story.claim(dataset.id()), "[{\"code\": \"oneClass\"}]");

        Dataset draft = reread(dataset);
        assertThat(draft.state()).isEqualTo(DatasetState.DRAFT);
        assertThat(draft.findings()).isEqualTo("[{\"code\": \"oneClass\"}]");
        assertThat(images.page(draft.id(), null, null, null, null, FIRST, 10)).isEmpty();
        assertThatThrownBy(() -> images.cohort(draft)).isInstanceOf(IllegalStateException.class);

        freezing.start(draft.id(), story.cohort("here"));
        reporting.freeze(story.claim(draft.id()), "{}", "[]");
        assertThat(reread(dataset).state()).isEqualTo(DatasetState.FROZEN);
    }

    @Test
    void leavesNeitherStateNorImagesNorJobWhenTheTransactionIsRolledBack() {
        Dataset draft = story.draft();
        Cohort cohort = story.cohort("here");
        story.upload(draft, cohort);

        transaction.executeWithoutResult(status -> {
            freezing.start(draft.id(), cohort);
            status.setRollbackOnly();
        });

        assertThat(reread(draft).state()).isEqualTo(DatasetState.DRAFT);
        assertThat(images.page(draft.id(), null, null, null, null, FIRST, 10)).isEmpty();
        assertThat(queue.find(draft.id())).isEmpty();
    }

    @Test
    void refusesToFreezeTwice() {
        for (Dataset dataset : List.of(story.freezing(), story.frozen())) {
            assertThatThrownBy(() -> freezing.start(dataset.id(), story.cohort("here")))
                    .isInstanceOf(IllegalTransitionException.class);
        }
    }

    @Test
    void refusesImagesThatWereNeverUploaded() {
        Dataset draft = story.draft();
        story.upload(draft, story.cohort("here"));

        assertThatThrownBy(() -> freezing.start(draft.id(), story.cohort("there")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("never uploaded");
        assertThat(reread(draft).state()).isEqualTo(DatasetState.DRAFT);
    }

    @Test
    void refusesToFreezeWhatDoesNotExist() {
        assertThatThrownBy(() -> freezing.start(new UUID(9, 9), story.cohort("here")))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void keepsADraftsManifest() {
        Dataset draft = story.draft();
        transaction.executeWithoutResult(
                status -> datasets.lock(draft.id()).orElseThrow().replaceManifest("images.csv", Digest.of("manifest")));

        assertThat(reread(draft).manifestDigest()).isEqualTo(Digest.of("manifest"));
    }

    @Test
    void refusesASecondDatasetOfTheSameNameInOneProject() {
        Project project = story.project();
        Dataset first = story.draftIn(project);

        assertThat(datasets.existsByProjectIdAndName(
                        project.id(), first.description().name()))
                .isTrue();
        assertThatThrownBy(() -> datasets.save(
                        new Dataset(story.project().id(), project.id(), first.description(), first.createdAt())))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void pagesThroughDatasetsOfOneProjectAndOfAll() {
        Project project = story.project();
        Dataset first = story.draftIn(project);
        Dataset elsewhere = story.draft();
        Dataset second = story.draftIn(project);

        assertThat(datasets.findByProjectIdAndIdGreaterThanOrderById(project.id(), FIRST, Limit.of(9)))
                .containsExactly(first, second);
        assertThat(datasets.findByIdGreaterThanOrderById(first.id(), Limit.of(2)))
                .containsExactly(elsewhere, second);
    }

    @Test
    void pagesThroughImagesByLabelAndPatient() {
        Dataset dataset = story.frozen();
        int images = dataset.imageCount();
        List<DatasetImage> all = this.images.page(dataset.id(), null, null, null, null, FIRST, 100);
        assertThat(all).hasSize(images);
        assertThat(this.images.page(
                        dataset.id(), null, null, null, null, all.get(4).id(), 3))
                .isEqualTo(all.subList(5, 8));
        assertThat(this.images.page(dataset.id(), "ill", null, null, null, FIRST, 100))
                .isNotEmpty()
                .allSatisfy(image -> assertThat(image.image().label()).isEqualTo("ill"));
        assertThat(this.images.page(dataset.id(), null, "p02", null, null, FIRST, 100))
                .hasSize(3)
                .allSatisfy(image -> assertThat(image.image().patient()).isEqualTo(new PatientId("p02")));
        assertThat(this.images.find(all.get(0).id())).contains(all.get(0));
        assertThat(all.get(0).width()).isEqualTo(640);
    }

    /** A volume of 12 slices, of which every second is an image, beside files of one. */
    @Test
    void keepsFramesOfAFileAsImagesOfTheirOwn() {
        Dataset draft = story.draft();
        Cohort files = story.cohort("here");
        ImageRecord volume = files.images().get(0);
        List<ImageRecord> withFrames = new ArrayList<>(files.images());
        withFrames.remove(volume);
        for (int frame = 0; frame < 12; frame += 2) {
            withFrames.add(volume.ofFrame(frame, 12));
        }
        Cohort cohort = new Cohort(files.task(), files.classes(), files.patientLabelRule(), withFrames);
        story.upload(draft, files);

        Dataset dataset = story.frozenUpload(draft, cohort);

        assertThat(dataset.imageCount()).isEqualTo(files.images().size() + 5);
        assertThat(dataset.digest()).isEqualTo(cohort.digest()).isNotEqualTo(files.digest());
        assertThat(images.cohort(dataset)).isEqualTo(cohort);
        assertThat(images.page(dataset.id(), null, null, null, volume.name(), FIRST, 100))
                .extracting(image -> image.image().frame())
                .containsExactly(0, 2, 4, 6, 8, 10);
        assertThat(images.fileSizes(dataset.id())).hasSize(cohort.images().size());
        assertThat(images.count(dataset.id(), "image/png"))
                .as("files")
                .isEqualTo(files.images().size());
        assertThat(images.copies(dataset.id(), -1, 10, 10)).isEmpty();
    }

    @Test
    void refusesFramesThatAreNotCalledAfterTheirFile() {
        Dataset dataset = story.freezing();

        for (String values : List.of(
                "name || '#1', name, null",
                "name || '#1', name, 2",
                "name || '#', name, 0",
                "name || '#-1', name, -1",
                "name, name || '#1', null",
                "'other#1', name, 1")) {
            assertThatThrownBy(() -> database.sql(
                                    "insert into dataset_image (id, dataset_id, digest, patient, labels, width, height, channels,"
                                            + " bit_depth, size_bytes, name, file, frame) select gen_random_uuid(), dataset_id, digest,"
                                            + " 'p99', '{ill}', 1, 1, 1, 8, 1, " + values
                                            + " from upload_image where dataset_id = ? limit 1")
                            .param(dataset.id())
                            .update())
                    .as(values)
                    .hasMessageContaining("dataset_image_is_called_after_its_file");
        }
    }

    @Test
    void countsWhatTwoDatasetsShare() {
        Dataset here = story.frozen();
        Dataset copy = story.frozen(story.draft(), story.cohort("here"));
        Dataset there = story.frozen(story.draft(), story.cohort("there"));

        assertThat(images.sharedPatients(here.id(), there.id())).hasSize(Story.PATIENTS);
        assertThat(images.sharedContents(here.id(), there.id())).isEmpty();
        assertThat(images.sharedContents(here.id(), copy.id())).hasSize(here.imageCount());
    }

    /** Two hospitals number one person differently; the DICOM files say who it is. */
    @Test
    void countsPatientsWhomOnlyTheirFilesTellToBeTheSame() {
        Dataset here = frozen(story.cohort("here"), patient -> "key of " + patient);
        Cohort elsewhere = renumbered(story.cohort("there"));
        Dataset there =
                frozen(elsewhere, patient -> patient.equals("q04") ? "key of p02" : "another key of " + patient);
        Dataset nameless = frozen(elsewhere, patient -> "key of p02");

        assertThat(images.sharedPatients(here.id(), there.id())).containsExactly(new PatientId("q04"));
        assertThat(images.sharedPatients(there.id(), here.id())).containsExactly(new PatientId("p02"));
        assertThat(images.sharedPatients(here.id(), nameless.id())).isEmpty();
    }

    @Test
    void keepsWhatWasSeenOfKeysThatAreNoPatients() {
        Cohort cohort = story.cohort("here");

        PatientKeys keys = images.patientKeys(
                frozen(cohort, patient -> patient, new StatedPatient(PatientKeyDoubt.INSTANCE, "spelt", "like"))
                        .id());

        assertThat(cohort.images()).allMatch(image -> keys.doubt(image) == PatientKeyDoubt.INSTANCE);
        assertThat(images.patientKeys(frozen(story.cohort("there"), patient -> patient)
                                .id())
                        .statedByImage())
                .isEmpty();
    }

    private Dataset frozen(Cohort cohort, UnaryOperator<String> keyOf) {
        return frozen(cohort, keyOf, null);
    }

    private Dataset frozen(Cohort cohort, UnaryOperator<String> keyOf, @Nullable StatedPatient seen) {
        Dataset draft = story.draft();
        story.upload(
                draft,
                cohort,
                image -> new ImageMetadata(
                        keyOf.apply(image.patient().value()),
                        seen,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
        return story.frozenUpload(draft, cohort);
    }

    private static Cohort renumbered(Cohort cohort) {
        return new Cohort(
                cohort.task(),
                cohort.classes(),
                cohort.patientLabelRule(),
                cohort.images().stream()
                        .map(image -> new ImageRecord(
                                image.name(),
                                image.content(),
                                new PatientId(image.patient().value().replace('p', 'q')),
                                image.labels(),
                                image.acquiredOn(),
                                image.site()))
                        .toList());
    }

    @Test
    void readsBothKindsOfLayout() {
        Dataset draft = story.draft();
        DatasetDescription description = new DatasetDescription(
                "by manifest",
                draft.description().task(),
                null,
                null,
                null,
                new DatasetLayout.Manifest(new DatasetLayout.Columns("file", "patient", "label", null, "site")),
                draft.description().patientLabelRule());
        Dataset byManifest =
                datasets.save(new Dataset(story.project().id(), draft.projectId(), description, draft.createdAt()));

        assertThat(reread(byManifest).description()).isEqualTo(description);
        DatasetDescription ofFrames = new DatasetDescription(
                "of frames",
                description.task(),
                null,
                null,
                null,
                new DatasetLayout.Manifest(
                        new DatasetLayout.Columns("file", "patient", "label", null, null, null, List.of(), "slice")),
                description.patientLabelRule(),
                false,
                new FrameSelection(3, 0.25, 0.75));
        assertThat(reread(datasets.save(new Dataset(ids.next(), draft.projectId(), ofFrames, draft.createdAt())))
                        .description())
                .isEqualTo(ofFrames);
        assertThat(reread(draft).description()).isEqualTo(draft.description());
    }

    private Dataset reread(Dataset dataset) {
        return datasets.findById(dataset.id()).orElseThrow();
    }
}
