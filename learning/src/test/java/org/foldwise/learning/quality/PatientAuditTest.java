package org.foldwise.learning.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortSummary;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.junit.jupiter.api.Test;

class PatientAuditTest {
    private final List<ImageRecord> images = new ArrayList<>();

    @Test
    void suspectsAClassWhoseEveryFilmIsAPatient() {
        for (int i = 0; i < 24; i++) {
            add(i, "healthy");
            add(100 + i / 2, "sick");
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).singleElement().satisfies(finding -> assertThat(
                        finding.evidence())
                .isEqualTo(
                        "the 24 images of class 'healthy' have 24 patient ids, nearly one each, while 100 % of the other"
                                + " patients have several images"));
    }

    @Test
    void suspectsNothingWhereAllClassesHaveOneFilmEach() {
        for (int i = 0; i < 24; i++) {
            add(i, i % 2 == 0 ? "healthy" : "sick");
        }

        assertThat(singletons(Task.BINARY, "healthy", "sick")).isEmpty();
    }

    @Test
    void suspectsNoRareLabelThatPatientsShowOnceAmongOtherFilms() {
        for (int patient = 0; patient < 200; patient++) {
            for (int film = 0; film < 3; film++) {
                add(patient, film == 0 && patient % 8 == 0 ? "mass" : "effusion");
            }
        }

        assertThat(singletons(Task.MULTILABEL, "effusion", "mass")).isEmpty();
    }

    @Test
    void suspectsNoSmallClassThatChanceMayHaveMadeSo() {
        // a quarter of the patients have two films; that twelve have one each has a chance of 0.03
        for (int patient = 0; patient < 400; patient++) {
            add(patient, "effusion");
            if (patient % 4 == 0) {
                add(patient, "effusion");
            }
        }
        for (int patient = 400; patient < 412; patient++) {
            add(patient, "hernia");
        }

        assertThat(singletons(Task.MULTILABEL, "effusion", "hernia")).isEmpty();
    }

    private void add(int patient, String label) {
        images.add(image("film" + images.size(), patient(patient), label));
    }

    private List<Finding> singletons(Task task, String... classes) {
        Cohort cohort = new Cohort(task, List.of(classes), PatientLabelRule.ANY_POSITIVE, images);
        return PatientAudit.of(cohort, CohortSummary.of(cohort)).stream()
                .filter(finding -> finding.code() == Finding.Code.ONE_IMAGE_PER_PATIENT)
                .toList();
    }
}
