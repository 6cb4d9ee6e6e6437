package org.foldwise.registry.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.IllegalTransitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Map<DatasetState, Set<DatasetState>> LEGAL = Map.of(
            DatasetState.DRAFT, Set.of(DatasetState.FREEZING),
            DatasetState.FREEZING, Set.of(DatasetState.FROZEN, DatasetState.DRAFT),
            DatasetState.FROZEN, Set.of());
    private static final Map<DatasetState, Consumer<Dataset>> EVENTS = Map.of(
            DatasetState.DRAFT, dataset -> dataset.refuse("[{}]"),
            DatasetState.FREEZING, dataset -> dataset.startFreezing(cohort(PatientLabelRule.ANY_POSITIVE)),
            DatasetState.FROZEN,
                    dataset -> dataset.freeze(Digest.of("cohort"), Digest.of("duplicates"), "{}", "[]", NOW));

    @ParameterizedTest
    @EnumSource
    void goesWhereItMayAndNowhereElse(DatasetState from) {
        for (DatasetState to : DatasetState.values()) {
            Dataset dataset = dataset(from);
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canBecome(to)).as("%s to %s", from, to).isEqualTo(legal);
            if (legal) {
                EVENTS.get(to).accept(dataset);
                assertThat(dataset.state()).isEqualTo(to);
            } else {
                assertThatThrownBy(() -> EVENTS.get(to).accept(dataset))
                        .as("%s to %s", from, to)
                        .isInstanceOf(IllegalTransitionException.class);
                assertThat(dataset.state()).isEqualTo(from);
            }
        }
    }

    @Test
    void takesAManifestOnlyAsADraft() {
        Dataset dataset = dataset(DatasetState.DRAFT);
        dataset.replaceManifest("images.csv", Digest.of("first"));
        dataset.replaceManifest("images.csv", Digest.of("second"));
        assertThat(dataset.manifestDigest()).isEqualTo(Digest.of("second"));

        for (DatasetState closed : List.of(DatasetState.FREEZING, DatasetState.FROZEN)) {
            assertThatThrownBy(() -> dataset(closed).replaceManifest("images.csv", Digest.of("late")))
                    .isInstanceOf(IllegalTransitionException.class);
        }
    }

    @Test
    void refusesACohortForAnotherRule() {
        Dataset dataset = dataset(DatasetState.DRAFT);

        assertThatThrownBy(() -> dataset.startFreezing(cohort(PatientLabelRule.MAJORITY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MAJORITY");
        assertThat(dataset.state()).isEqualTo(DatasetState.DRAFT);
    }

    @Test
    void countsTheCohortFromTheStartOfFreezingAndForgetsItWhenRefused() {
        Dataset dataset = dataset(DatasetState.FREEZING);
        assertThat(dataset.classes()).containsExactly("healthy", "ill");
        assertThat(dataset.imageCount()).isEqualTo(3);
        assertThat(dataset.patientCount()).isEqualTo(2);

        dataset.refuse("[{\"code\": \"oneClass\"}]");

        assertThat(dataset.classes()).isNull();
        assertThat(dataset.imageCount()).isZero();
        assertThat(dataset.patientCount()).isZero();
        assertThat(dataset.findings()).isEqualTo("[{\"code\": \"oneClass\"}]");
    }

    private static Dataset dataset(DatasetState state) {
        DatasetDescription description = new DatasetDescription(
                "films",
                Task.BINARY,
                null,
                null,
                null,
                new DatasetLayout.ClassFolders("(?<patient>.*)"),
                PatientLabelRule.ANY_POSITIVE);
        Dataset dataset = new Dataset(new UUID(1, 1), new UUID(2, 2), description, NOW);
        if (state != DatasetState.DRAFT) {
            dataset.startFreezing(cohort(PatientLabelRule.ANY_POSITIVE));
        }
        if (state == DatasetState.FROZEN) {
            dataset.freeze(Digest.of("cohort"), Digest.of("duplicates"), "{}", "[]", NOW);
        }
        return dataset;
    }

    private static Cohort cohort(PatientLabelRule rule) {
        return new Cohort(
                Task.BINARY,
                List.of("healthy", "ill"),
                rule,
                List.of(image("1", "p1", "ill"), image("2", "p1", "healthy"), image("3", "p2", "healthy")));
    }

    private static ImageRecord image(String name, String patient, String label) {
        return new ImageRecord(name, Digest.of(name), new PatientId(patient), label, null, null);
    }
}
