package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
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

    private static ExperimentPlan planWith(String augmentation) {
        return PlanJson.read(
                "{\"image\": {\"size\": " + TinyStudy.SIZE + "}, \"augmentation\": [" + augmentation + "]}");
    }

    @Test
    void randomNumbersOfAnAugmentationDoNotDependOnOthersBeforeIt() {
        String rotation = "{\"kind\": \"rotation\"}";
        String brightness = "{\"kind\": \"brightness\", \"strength\": 0.00001}";
        TrainingImages alone = study.task(planWith(rotation)).training();
        TrainingImages behind =
                study.task(planWith(brightness + ", " + rotation)).training();
        TrainingImages twice = study.task(planWith(rotation + ", " + rotation)).training();

        for (ImageRecord image : alone.records()) {
            // a brightness of hardly any strength darkens by a grey level at most, and rotation by nearest neighbour
            // keeps it
            assertDiffersByOneLevelAtMost(behind.augmented(image, 2), alone.augmented(image, 2));
        }
        ImageRecord first = alone.records().get(0);
        assertThat(twice.augmented(first, 2)).isNotEqualTo(alone.augmented(first, 2));
    }

    private static void assertDiffersByOneLevelAtMost(PixelImage one, PixelImage other) {
        for (int y = 0; y < one.height(); y++) {
            for (int x = 0; x < one.width(); x++) {
                assertThat(Math.abs(one.sample(x, y, 0) - other.sample(x, y, 0)))
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void theOrderInWhichImagesAreAskedForChangesNothing() {
        TrainingImages images = study.task(
                        planWith(
                                "{\"kind\": \"rotation\"}, {\"kind\": \"noise\"}, {\"kind\": \"elastic\", \"alpha\": 20, \"sigma\": 4}"))
                .training();
        List<PixelImage> inOrder = images.records().stream()
                .map(image -> images.augmented(image, 1))
                .toList();

        assertThat(images.records().parallelStream().map(image -> images.augmented(image, 1)))
                .isEqualTo(inOrder);
        for (int i = inOrder.size() - 1; i >= 0; i--) {
            assertThat(images.augmented(images.records().get(i), 1)).isEqualTo(inOrder.get(i));
        }
    }

    @Test
    void anAugmentationOfTheMinorityLooksAtTheFoldsTrainingImages() {
        ExperimentPlan plan =
                planWith("{\"kind\": \"noise\", \"sigma\": 0.5, \"probability\": 1, \"classes\": \"minority\"}");
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.put(new PatientId("p01"), Role.VALIDATION);

        TrainingImages fewerPositives = TrainingTask.of(plan, study.cohort(), new Fold(0, roles), study::pixelsOf)
                .training();
        TrainingImages balanced = study.task(plan).training();

        for (ImageRecord image : fewerPositives.records()) {
            assertThat(fewerPositives.augmented(image, 0).equals(study.pixelsOf(image)))
                    .isEqualTo(!fewerPositives.isPositive(image));
        }
        for (ImageRecord image : balanced.records()) {
            assertThat(balanced.augmented(image, 0)).isEqualTo(study.pixelsOf(image));
        }
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
