package org.foldwise.registry.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.registry.RegistryTest;
import org.foldwise.registry.Story;
import org.foldwise.registry.dataset.Dataset;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@RegistryTest
class PatientSplitsIT {
    private final PatientSplits splits;
    private final Story story;
    private final JdbcClient database;
    private final TransactionTemplate transaction;

    PatientSplitsIT(PatientSplits splits, Story story, JdbcClient database, TransactionTemplate transaction) {
        this.splits = splits;
        this.story = story;
        this.database = database;
        this.transaction = transaction;
    }

    @Test
    void readsTheSplitThatItStored() {
        Dataset dataset = story.frozen();
        Split split = story.split(dataset, 3);

        PatientSplit stored = splits.store(dataset.id(), "three folds", split, "{\"sharedPatients\": 0}");

        assertThat(splits.load(stored.id())).isEqualTo(split);
        PatientSplit found = splits.find(stored.id()).orElseThrow();
        assertThat(found.digest()).isEqualTo(split.digest());
        assertThat(found.spec()).isEqualTo(split.spec());
        assertThat(found.audit()).isEqualTo("{\"sharedPatients\": 0}");
        assertThat(splits.isTaken(dataset.id(), "three folds")).isTrue();
        assertThat(splits.ofDataset(dataset.id(), new UUID(0, 0), 10)).containsExactly(stored);
    }

    @Test
    void readsAHoldOutWhoseSharesAreNoRoundNumbers() {
        Dataset dataset = story.frozen();
        Split split = holdout(dataset, new SplitSpec.Holdout(0.1 + 0.2, 1 - (0.1 + 0.2) - 1.0 / 3, 1.0 / 3));

        PatientSplit stored = splits.store(dataset.id(), "thirds", split, "{}");

        assertThat(splits.load(stored.id())).isEqualTo(split);
    }

    @Test
    void refusesASplitOfAnotherDataset() {
        Dataset dataset = story.frozen();
        Dataset other = story.frozen(story.draft(), story.cohort("there"));

        assertThatThrownBy(() -> splits.store(dataset.id(), "foreign", story.split(other, 3), "{}"))
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

    @Test
    void noticesThatAllMembersAreGone() {
        PatientSplit stored = story.storedSplit();
        tamper("delete from fold_member where split_id = ?", stored);

        assertThatThrownBy(() -> splits.load(stored.id())).isInstanceOf(SplitTamperedException.class);
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
