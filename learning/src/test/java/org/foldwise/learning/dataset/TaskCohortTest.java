package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.LocalDate;
import java.util.List;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class TaskCohortTest {
    private static final List<String> COLOURS = List.of("blue", "green", "red");

    private static ImageRecord image(String name, String patient, int day, String... labels) {
        return new ImageRecord(
                name,
                Digest.of(name),
                new PatientId(patient),
                List.of(labels),
                day == 0 ? null : LocalDate.of(2026, 1, day),
                null);
    }

    private static Cohort multiclass(PatientLabelRule rule) {
        return new Cohort(
                Task.MULTICLASS,
                COLOURS,
                rule,
                List.of(
                        image("a1", "a", 1, "red"),
                        image("a2", "a", 2, "red"),
                        image("a3", "a", 3, "blue"),
                        image("b1", "b", 1, "green"),
                        image("b2", "b", 1, "blue"),
                        image("c1", "c", 1, "blue")));
    }

    private static Cohort multilabel(PatientLabelRule rule) {
        return new Cohort(
                Task.MULTILABEL,
                List.of("Effusion", "Mass"),
                rule,
                List.of(
                        image("a1", "a", 1, "Mass", "Effusion"),
                        image("a2", "a", 2),
                        image("a3", "a", 3, "Mass"),
                        image("b1", "b", 1)));
    }

    /** Stored datasets are known by their digests: these lines may never change. */
    @Test
    void theDigestOfABinaryCohortIsWhatItAlwaysWas() {
        Cohort cohort = new Cohort(
                Task.BINARY,
                List.of("healthy", "sick"),
                PatientLabelRule.ANY_POSITIVE,
                List.of(image("b", "p2", 5, "sick"), image("a", "p1", 0, "healthy")));

        assertThat(cohort.digest())
                .isEqualTo(Digest.ofLines(List.of(
                        "foldwise cohort 1",
                        "BINARY\tANY_POSITIVE",
                        "healthy\tsick",
                        "a\t" + Digest.of("a").hex() + "\tp1\thealthy\t\t",
                        "b\t" + Digest.of("b").hex() + "\tp2\tsick\t2026-01-05\t")));
    }

    @Test
    void theDigestOfLabelsDependsOnEveryLabelAndNotOnTheirOrder() {
        Cohort cohort = multilabel(PatientLabelRule.ANY_POSITIVE);
        List<ImageRecord> others = List.of(
                image("a1", "a", 1, "Effusion", "Mass"),
                image("a2", "a", 2, "Effusion"),
                image("a3", "a", 3, "Mass"),
                image("b1", "b", 1));

        assertThat(new Cohort(
                                Task.MULTILABEL,
                                cohort.classes(),
                                cohort.patientLabelRule(),
                                List.of(
                                        image("a1", "a", 1, "Effusion", "Mass"),
                                        image("b1", "b", 1),
                                        image("a3", "a", 3, "Mass"),
                                        image("a2", "a", 2)))
                        .digest())
                .isEqualTo(cohort.digest());
        assertThat(new Cohort(Task.MULTILABEL, cohort.classes(), cohort.patientLabelRule(), others).digest())
                .isNotEqualTo(cohort.digest());
    }

    @Test
    void aPatientOfSeveralClassesHasThatOfMostImagesOrOfTheLatest() {
        // of patient b's two classes, equally frequent, green is the later one
        assertThat(PatientLabels.of(multiclass(PatientLabelRule.MAJORITY)).labels())
                .containsEntry(new PatientId("a"), "red")
                .containsEntry(new PatientId("b"), "green")
                .containsEntry(new PatientId("c"), "blue");
        assertThat(PatientLabels.of(multiclass(PatientLabelRule.LATEST)).labels())
                .containsEntry(new PatientId("a"), "blue")
                .containsEntry(new PatientId("b"), "green");
        assertThat(PatientLabels.of(multiclass(PatientLabelRule.MAJORITY)).conflicting())
                .containsExactly(new PatientId("a"), new PatientId("b"));
    }

    @Test
    void aPatientHasEachLabelByTheRule() {
        PatientId a = new PatientId("a");

        assertThat(PatientLabels.of(multilabel(PatientLabelRule.ANY_POSITIVE)).shown())
                .containsEntry(a, List.of("Effusion", "Mass"))
                .containsEntry(new PatientId("b"), List.of());
        assertThat(PatientLabels.of(multilabel(PatientLabelRule.MAJORITY)).shown())
                .containsEntry(a, List.of("Mass"));
        assertThat(PatientLabels.of(multilabel(PatientLabelRule.LATEST)).shown())
                .containsEntry(a, List.of("Mass"));
        assertThatIllegalStateException().isThrownBy(() -> PatientLabels.of(multilabel(PatientLabelRule.ANY_POSITIVE))
                .labels());
    }

    @Test
    void countsLabelsAndImagesWithoutAny() {
        CohortSummary summary = CohortSummary.of(multilabel(PatientLabelRule.ANY_POSITIVE));

        assertThat(summary.classes())
                .containsExactly(
                        new CohortSummary.ClassCounts("Effusion", 1, 1, 1),
                        new CohortSummary.ClassCounts("Mass", 2, 1, 2));
        assertThat(summary.imagesWithoutLabel()).isEqualTo(2);
        assertThat(summary.patientsWithSeveralLabels()).isEqualTo(1);
        assertThat(summary.imbalanceRatio()).isEqualTo(2);
    }

    @Test
    void refusesWhatATaskDoesNotAllow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> multiclass(PatientLabelRule.ANY_POSITIVE))
                .withMessageContaining("no")
                .withMessageContaining("anyPositive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cohort(
                        Task.MULTICLASS,
                        List.of("blue", "red"),
                        PatientLabelRule.MAJORITY,
                        List.of(image("a", "a", 0, "red"), image("b", "b", 0, "blue"))))
                .withMessageContaining("3 to 200 classes, had 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cohort(
                        Task.MULTICLASS,
                        COLOURS,
                        PatientLabelRule.MAJORITY,
                        List.of(image("a", "a", 0, "red", "blue"), image("b", "b", 0, "green"))))
                .withMessageContaining("one label");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cohort(
                        Task.MULTILABEL,
                        List.of("Mass", "Nodule"),
                        PatientLabelRule.ANY_POSITIVE,
                        List.of(image("a", "a", 0, "Mass"))))
                .withMessageContaining("Nodule");
        assertThatIllegalStateException()
                .isThrownBy(() -> multilabel(PatientLabelRule.ANY_POSITIVE).positiveClass());
        assertThatIllegalStateException()
                .isThrownBy(() -> image("a", "a", 0, "x", "y").label());
    }

    @Test
    void duplicatesContradictEachOtherWhereTheirLabelsDiffer() {
        Digest content = Digest.of("film");
        List<ImageRecord> images = List.of(
                new ImageRecord("a", content, new PatientId("a"), List.of("Mass", "Effusion"), null, null),
                new ImageRecord("b", content, new PatientId("b"), List.of("Effusion", "Mass"), null, null),
                new ImageRecord("c", Digest.of("other"), new PatientId("a"), List.of("Mass"), null, null),
                new ImageRecord("d", Digest.of("other"), new PatientId("a"), List.of(), null, null));
        Cohort cohort = new Cohort(Task.MULTILABEL, List.of("Effusion", "Mass"), PatientLabelRule.ANY_POSITIVE, images);

        assertThat(DuplicateImages.of(cohort).groups())
                .extracting(group -> group.labels().size())
                .containsExactlyInAnyOrder(1, 2);
    }
}
