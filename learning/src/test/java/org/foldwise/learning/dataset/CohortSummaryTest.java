package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CohortSummaryTest {
    @Test
    void countsASmallCohortAsByHand() {
        CohortSummary summary = CohortSummary.of(cohort(List.of(
                image("a", patient(1), "healthy"),
                image("b", patient(1), "healthy"),
                image("c", patient(1), "sick"),
                image("d", patient(2), "healthy"),
                image("e", patient(3), "healthy"))));

        assertThat(summary.images()).isEqualTo(5);
        assertThat(summary.patients()).isEqualTo(3);
        assertThat(summary.classes())
                .containsExactly(
                        new CohortSummary.ClassCounts("healthy", 4, 3, 4.0 / 3),
                        new CohortSummary.ClassCounts("sick", 1, 1, 1));
        assertThat(summary.patientsWithSeveralLabels()).isEqualTo(1);
        assertThat(summary.imagesPerPatient()).isEqualTo(Map.of(3, 1, 1, 2));
        assertThat(summary.imbalanceRatio()).isEqualTo(4);
        assertThat(summary.imbalanceLevel()).isEqualTo(ImbalanceLevel.MODERATE);
    }

    @ParameterizedTest
    @CsvSource({"1, MILD", "3, MILD", "3.001, MODERATE", "10, MODERATE", "10.001, SEVERE", "Infinity, SEVERE"})
    void levelsChangeAboveThreeAndTen(double ratio, ImbalanceLevel level) {
        assertThat(ImbalanceLevel.of(ratio)).isEqualTo(level);
    }

    @Test
    void refusesRatiosBelowOne() {
        assertThatThrownBy(() -> ImbalanceLevel.of(0.9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ImbalanceLevel.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Cohort cohort(List<ImageRecord> images) {
        return new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
    }
}
