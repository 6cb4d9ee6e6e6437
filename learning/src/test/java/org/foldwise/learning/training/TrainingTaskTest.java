package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Test;

class TrainingTaskTest {
    private final TinyStudy study = new TinyStudy();

    @Test
    void weighsPositivesByNegativesOverPositivesOfTheTrainingImages() {
        // p01, a positive patient with two images, moves from training to validation: 12 negatives, 10 positives
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.put(new PatientId("p01"), Role.VALIDATION);
        TrainingTask task = TrainingTask.of(TinyStudy.plan(1), study.cohort(), new Fold(0, roles), study::pixelsOf);
        assertThat(task.positiveWeight()).isEqualTo(1.2);
        assertThat(study.task(TinyStudy.plan(1)).positiveWeight()).isEqualTo(1);
    }

    @Test
    void refusesABalancedLossWithoutPositives() {
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.replaceAll((patient, role) -> role == Role.TRAIN && isPositive(patient) ? Role.VALIDATION : role);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TrainingTask.of(TinyStudy.plan(1), study.cohort(), new Fold(0, roles), study::pixelsOf))
                .withMessageContaining("both classes");
    }

    @Test
    void refusesToStopByRocAucWhereValidationShowsOneClass() {
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.replaceAll((patient, role) -> role == Role.VALIDATION && isPositive(patient) ? Role.TRAIN : role);
        StoppingRule byRocAuc = new StoppingRule(StoppingRule.Metric.VALIDATION_ROC_AUC, 3, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingTask.of(
                        TinyStudy.plan(1, 8, false, byRocAuc), study.cohort(), new Fold(0, roles), study::pixelsOf))
                .withMessageContaining("both classes");
    }

    @Test
    void refusesACohortWithPatientsThatTheFoldDoesNotKnow() {
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.remove(new PatientId("p00"));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TrainingTask.of(TinyStudy.plan(1), study.cohort(), new Fold(0, roles), study::pixelsOf))
                .withMessageContaining("no role");
    }

    private boolean isPositive(PatientId patient) {
        Cohort cohort = study.cohort();
        return cohort.imagesByPatient().get(patient).stream().anyMatch(cohort::isPositive);
    }

    @Test
    void augmentsTrainingImagesByEpochAndNameAlone() {
        TrainingImages images = study.task(TinyStudy.plan(1)).training();
        ImageRecord first = images.records().get(0);
        assertThat(images.augmented(first, 3)).isEqualTo(images.augmented(first, 3));
        assertThat(images.augmented(first, 3)).isNotEqualTo(images.augmented(first, 4));
        assertThat(images.augmented(first, 3)).isNotEqualTo(study.pixelsOf(first));
    }

    @Test
    void refusesToShowImagesOfOtherRoles() {
        ValidationImages images = study.task(TinyStudy.plan(1)).validation();
        for (Role role : List.of(Role.TRAIN, Role.HELD_OUT, Role.TEST)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> images.pixelsOf(study.images(role).get(0)));
        }
    }
}
