package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PatientKeysTest {
    private final List<ImageRecord> images = new ArrayList<>();
    private final Map<String, String> keys = new TreeMap<>();

    @Test
    void patientIdsOfOneKeyAreOnePerson() {
        add(1, "A");
        add(1, "A");
        add(2, "B");
        add(3, "A");
        add(4, "C");
        add(5, "B");
        add(6, null);
        add(7, null);

        assertThat(read().samePatients(cohort()))
                .containsExactly(sorted(patient(1), patient(3)), sorted(patient(2), patient(5)));
        assertThat(read().severalPeople(cohort())).isEmpty();
        assertThat(read().placeholder(cohort())).isNull();
    }

    @Test
    void aPatientIdOfSeveralKeysIsSeveralPeople() {
        add(1, "A");
        add(1, "B");
        add(2, "C");
        add(2, null);
        add(3, null);

        assertThat(read().severalPeople(cohort())).containsExactly(patient(1));
        assertThat(read().samePatients(cohort())).isEmpty();
    }

    @Test
    void aKeyThatAllFilesShareMeansNobody() {
        add(1, "A");
        add(2, "A");
        add(3, null);

        assertThat(read().placeholder(cohort())).isEqualTo("A");
        assertThat(read().samePatients(cohort())).isEmpty();
        assertThat(read().images(cohort(), "A")).containsExactly("film0", "film1");

        add(4, "B");

        assertThat(read().placeholder(cohort())).isNull();
        assertThat(read().samePatients(cohort())).containsExactly(sorted(patient(1), patient(2)));
    }

    @Test
    void aKeyOfOnePatientIdIsThatPatients() {
        add(1, "A");
        add(1, "A");
        add(2, null);

        assertThat(read().placeholder(cohort())).isNull();
        assertThat(read().samePatients(cohort())).isEmpty();
    }

    private void add(int patient, @Nullable String key) {
        String name = "film" + images.size();
        images.add(image(name, patient(patient), patient % 2 == 0 ? "sick" : "healthy"));
        if (key != null) {
            keys.put(name, key);
        }
    }

    private PatientKeys read() {
        return new PatientKeys(new TreeMap<>(keys), Map.of());
    }

    private Cohort cohort() {
        return new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
    }

    private static SortedSet<PatientId> sorted(PatientId... patients) {
        return new TreeSet<>(List.of(patients));
    }
}
