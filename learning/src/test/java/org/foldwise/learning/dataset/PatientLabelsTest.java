package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class PatientLabelsTest {
    private static final List<ImageRecord> IMAGES = List.of(
            image("a1", 1, "healthy", 1),
            image("a2", 1, "healthy", 2),
            image("a3", 1, "sick", 1),
            image("b1", 2, "sick", 1),
            image("b2", 2, "healthy", 2),
            image("c1", 3, "healthy", 1),
            image("d1", 4, "sick", 3),
            image("d2", 4, "healthy", 3));

    @Test
    void anyPositiveImageMakesThePatientPositive() {
        assertThat(labels(PatientLabelRule.ANY_POSITIVE))
                .isEqualTo(Map.of(patient(1), "sick", patient(2), "sick", patient(3), "healthy", patient(4), "sick"));
    }

    @Test
    void theMajorityDecidesAndATieIsPositive() {
        assertThat(labels(PatientLabelRule.MAJORITY))
                .isEqualTo(
                        Map.of(patient(1), "healthy", patient(2), "sick", patient(3), "healthy", patient(4), "sick"));
    }

    @Test
    void theLatestDayDecidesAndATieIsPositive() {
        assertThat(labels(PatientLabelRule.LATEST))
                .isEqualTo(Map.of(
                        patient(1), "healthy", patient(2), "healthy", patient(3), "healthy", patient(4), "sick"));
    }

    @Test
    void reportsPatientsWhoseImagesDisagree() {
        assertThat(PatientLabels.of(cohort(PatientLabelRule.MAJORITY)).conflicting())
                .isEqualTo(Set.of(patient(1), patient(2), patient(4)));
    }

    private static Map<PatientId, String> labels(PatientLabelRule rule) {
        return PatientLabels.of(cohort(rule)).labels();
    }

    private static Cohort cohort(PatientLabelRule rule) {
        return new Cohort(Task.BINARY, List.of("healthy", "sick"), rule, IMAGES);
    }

    private static ImageRecord image(String name, int patient, String label, int day) {
        return new ImageRecord(name, Digest.of(name), patient(patient), label, LocalDate.of(2024, 2, day), null);
    }
}
