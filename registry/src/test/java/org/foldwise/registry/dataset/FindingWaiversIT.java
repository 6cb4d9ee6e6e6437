package org.foldwise.registry.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeSet;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.DuplicateGroups;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.split.PatientSplits;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What the worker sees is stored with the images, and what it objects to stops splits until somebody takes the blame. */
@RegistryTest
class FindingWaiversIT {
    private static final String FINDINGS =
            """
            [{"code": "duplicatesAcrossPatients", "severity": "blocking"}, {"code": "oneImagePerPatient", "severity": "blocking"},
             {"code": "borders", "severity": "notice"}]
            """;

    private final DatasetReporting reporting;
    private final Datasets datasets;
    private final TransactionTemplate transaction;
    private final DatasetImages images;
    private final FindingWaivers waivers;
    private final PatientSplits splits;
    private final Story story;
    private final JdbcClient database;

    FindingWaiversIT(
            DatasetReporting reporting,
            Datasets datasets,
            TransactionTemplate transaction,
            DatasetImages images,
            FindingWaivers waivers,
            PatientSplits splits,
            Story story,
            JdbcClient database) {
        this.reporting = reporting;
        this.datasets = datasets;
        this.transaction = transaction;
        this.images = images;
        this.waivers = waivers;
        this.splits = splits;
        this.story = story;
        this.database = database;
    }

    private Dataset frozen(ExaminedImages examined) {
        Dataset dataset = story.freezing();
        reporting.freeze(story.claim(dataset.id()), "{}", FINDINGS, examined);
        return datasets.findById(dataset.id()).orElseThrow();
    }

    @Test
    void noSplitIsStoredBeforeEveryBlockingFindingIsWaived() {
        Dataset dataset = frozen(ExaminedImages.NONE);
        var split = story.split(dataset, 3);
        assertThat(waivers.notWaived(dataset.id())).containsExactly("duplicatesAcrossPatients", "oneImagePerPatient");

        waivers.waive(dataset.id(), "oneImagePerPatient", "one film each, checked", "anna");
        assertThatThrownBy(() -> splits.store(dataset.id(), "folds", split, images.cohort(dataset)))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("not waived");

        waivers.waive(dataset.id(), "duplicatesAcrossPatients", "twins", "ben");
        assertThat(waivers.notWaived(dataset.id())).isEmpty();
        assertThat(splits.load(splits.store(dataset.id(), "folds", split, images.cohort(dataset))
                        .id()))
                .isEqualTo(split);
        assertThat(waivers.ofDataset(dataset.id()))
                .extracting(FindingWaiver::code, FindingWaiver::reason, FindingWaiver::waivedBy)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("oneImagePerPatient", "one film each, checked", "anna"),
                        org.assertj.core.api.Assertions.tuple("duplicatesAcrossPatients", "twins", "ben"));
    }

    @Test
    void aWaiverKeepsItsFirstReasonForEver() {
        Dataset dataset = frozen(ExaminedImages.NONE);
        assertThat(waivers.waive(dataset.id(), "oneImagePerPatient", "first", "anna"))
                .isTrue();
        assertThat(waivers.waive(dataset.id(), "oneImagePerPatient", "second", "ben"))
                .isFalse();

        for (String statement : List.of(
                "update finding_waiver set reason = 'other'",
                "delete from finding_waiver",
                "truncate finding_waiver")) {
            assertThatThrownBy(() -> database.sql(statement).update())
                    .as(statement)
                    .isInstanceOf(DataAccessException.class);
        }
        assertThat(waivers.ofDataset(dataset.id())).singleElement().satisfies(waiver -> assertThat(waiver.reason())
                .isEqualTo("first"));
    }

    @Test
    void onlyBlockingFindingsOfFrozenDatasetsCanBeWaived() {
        Dataset dataset = frozen(ExaminedImages.NONE);
        Dataset other = story.frozen();
        Dataset freezing = story.freezing();

        assertThatThrownBy(() -> waivers.waive(dataset.id(), "borders", "a reason", "anna"))
                .isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> waivers.waive(other.id(), "oneImagePerPatient", "a reason", "anna"))
                .isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> waivers.waive(freezing.id(), "oneImagePerPatient", "a reason", "anna"))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void keepsCopiesAndMeasuresWithTheImages() {
        Cohort cohort = story.cohort("here");
        List<String> names = cohort.images().stream().map(image -> image.name()).toList();
        DuplicateGroups copies =
                new DuplicateGroups(List.of(new TreeSet<>(names.subList(0, 2)), new TreeSet<>(names.subList(4, 7))));
        List<MeasuredImage> measures = names.stream()
                .map(name -> new MeasuredImage(name, 120, 40, 7, 300, 0.01, 0.02, 0.1, name.hashCode()))
                .toList();

        Dataset dataset = frozen(new ExaminedImages(copies, measures));

        assertThat(images.duplicateGroups(datasets.findById(dataset.id()).orElseThrow()))
                .isEqualTo(copies);
        assertThat(database.sql(
                                "select count(*) from image_measures m join dataset_image i on i.id = m.image_id where i.dataset_id = ?")
                        .param(dataset.id())
                        .query(Integer.class)
                        .single())
                .isEqualTo(names.size());
        assertThat(images.fileSizes(dataset.id())).hasSize(names.size()).containsValue(1000L);
        assertThatThrownBy(() -> database.sql("update dataset_image set duplicate_group = 5 where dataset_id = ?")
                        .param(dataset.id())
                        .update())
                .isInstanceOf(DataAccessException.class);
        // nor past the triggers, without that whoever keeps patients together by them notices
        for (String change : List.of(
                "duplicate_group = null",
                "duplicate_group = 5 + duplicate_group % 2",
                "duplicate_group = null where name = '" + names.get(0) + "' or name = 'none'")) {
            transaction.executeWithoutResult(status -> {
                database.sql("set local session_replication_role = replica").update();
                assertThat(database.sql("update dataset_image set " + change
                                        + (change.contains("where")
                                                ? ""
                                                : " where dataset_id = '" + dataset.id() + "'"))
                                .update())
                        .isPositive();

                Dataset read = datasets.findById(dataset.id()).orElseThrow();
                if (change.contains("%")) {
                    assertThat(images.duplicateGroups(read))
                            .as("other numbers of the same groups")
                            .isEqualTo(copies);
                } else {
                    assertThatThrownBy(() -> images.duplicateGroups(read))
                            .as(change)
                            .isInstanceOf(DatasetTamperedException.class);
                }
                status.setRollbackOnly();
            });
        }
        // the digest says what the cohort is, not what was seen on it
        assertThat(dataset.digest()).isEqualTo(cohort.digest());
    }

    @Test
    void refusesCopiesOfImagesThatTheDatasetLacks() {
        Dataset dataset = story.freezing();
        ExaminedImages strangers = new ExaminedImages(
                new DuplicateGroups(List.of(new TreeSet<>(List.of("nowhere", "elsewhere")))), List.of());
        assertThatThrownBy(() -> reporting.freeze(story.claim(dataset.id()), "{}", "[]", strangers))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(datasets.findById(dataset.id()).orElseThrow().state()).isEqualTo(DatasetState.FREEZING);
    }
}
