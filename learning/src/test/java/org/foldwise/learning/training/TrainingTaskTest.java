package org.foldwise.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.StoppingRule;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.pretrained.NamedWeights;
import org.foldwise.learning.pretrained.PretrainedWeights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.WeightsFile;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(StoppingRule.Metric.class)
    void refusesMetricsThatNeedBothClassesWhereValidationShowsOne(StoppingRule.Metric metric) {
        TreeMap<PatientId, Role> roles = new TreeMap<>(study.fold().roles());
        roles.replaceAll((patient, role) -> role == Role.VALIDATION && isPositive(patient) ? Role.TRAIN : role);
        ThrowingCallable asked = () -> TrainingTask.of(
                TinyStudy.plan(1, 8, false, new StoppingRule(metric, 3, 0)),
                study.cohort(),
                new Fold(0, roles),
                study::pixelsOf);
        if (metric == StoppingRule.Metric.VALIDATION_LOSS) {
            assertThatNoException().isThrownBy(asked);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(asked)
                    .withMessage("/stopping/metric needs validation images of both classes, there are 4 negative and 0"
                            + " positive");
        }
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

    private static NamedWeights published(String name, String content, long seed) {
        NetworkSpec colour = NetworkSpec.of(TinyStudy.plan(1), Task.BINARY, 2).withInputChannels(3);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        InitialWeights.draw(colour, seed).tensors().forEach((full, tensor) -> {
            if (full.startsWith(NetworkSpec.BACKBONE_PREFIX)) {
                tensors.put(full.substring(NetworkSpec.BACKBONE_PREFIX.length()), tensor);
            }
        });
        return new NamedWeights(new WeightsFile(name, Digest.of(content)), new PretrainedWeights(new Weights(tensors)));
    }

    private static ExperimentPlan beginningWith(String weights) {
        return PlanJson.read("{\"pretrained\": {\"weights\": \"" + weights + "\"}, \"image\": {\"size\": 32}}");
    }

    private TrainingTask task(ExperimentPlan plan, @Nullable NamedWeights pretrained) {
        return TrainingTask.of(plan, study.cohort(), study.fold(), study::pixelsOf, pretrained);
    }

    @Test
    void beginsWithTheWeightsThatThePlanNames() {
        NamedWeights weights = published("mine", "a file", 9);
        TrainingTask task = task(beginningWith("mine"), weights);
        assertThat(task.initialWeights())
                .isEqualTo(weights.weights().into(task.network(), task.plan().seed()));
        assertThat(task.pretrained()).isEqualTo(new WeightsFile("mine", Digest.of("a file")));
        TrainingTask fresh = study.task(TinyStudy.plan(1));
        assertThat(fresh.initialWeights())
                .isEqualTo(InitialWeights.draw(fresh.network(), fresh.plan().seed()));
        assertThat(fresh.pretrained()).isNull();
    }

    @Test
    void refusesToBeginWithOtherWeightsThanThePlanNames() {
        NamedWeights weights = published("mine", "a file", 9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task(beginningWith("mine"), null))
                .withMessage("the plan begins with the weights 'mine', was given 'none'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task(beginningWith("yours"), weights))
                .withMessageContaining("'yours', was given 'mine'");
        assertThatIllegalArgumentException().isThrownBy(() -> task(TinyStudy.plan(1), weights));
    }

    @Test
    void refusesWeightsOfAnotherBackbone() {
        ExperimentPlan other =
                PlanJson.read("{\"pretrained\": {\"weights\": \"mine\"}, \"backbone\": \"mobilenetV2\"}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task(other, published("mine", "a file", 9)))
                .withMessageContaining("do not fit MOBILENET_V2")
                .withMessageContaining("missing");
    }

    @Test
    void isAnotherTrainingWhereTheFileHasOtherBytes() {
        Digest digest =
                task(beginningWith("mine"), published("mine", "a file", 9)).digest();
        assertThat(task(beginningWith("mine"), published("mine", "a file", 9)).digest())
                .isEqualTo(digest);
        assertThat(task(beginningWith("mine"), published("mine", "another file", 9))
                        .digest())
                .as("so that no checkpoint of the one is taken for the other's")
                .isNotEqualTo(digest);
    }

    private boolean isPositive(PatientId patient) {
        Cohort cohort = study.cohort();
        return cohort.imagesByPatient().get(patient).stream().anyMatch(cohort::isPositive);
    }

    @Test
    void augmentsTrainingImagesByEpochAndNameAlone() {
        TrainingImages images = study.task(TinyStudy.plan(1)).training();
        ImageRecord first = images.records().get(0);
        assertThat(images.augmented(first, 3, 0)).isEqualTo(images.augmented(first, 3, 0));
        assertThat(images.augmented(first, 3, 0)).isNotEqualTo(images.augmented(first, 4, 0));
        assertThat(images.augmented(first, 3, 0)).isNotEqualTo(study.pixelsOf(first));

        Function<ImageRecord, PixelImage> epoch = images.inEpoch(3);
        assertThat(epoch.apply(first)).isEqualTo(images.augmented(first, 3, 0));
        assertThat(epoch.apply(images.records().get(1)))
                .isEqualTo(images.augmented(images.records().get(1), 3, 0));
        assertThat(epoch.apply(first))
                .as("shown once more")
                .isEqualTo(images.augmented(first, 3, 1))
                .isNotEqualTo(images.augmented(first, 3, 0));
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
            assertDiffersByOneLevelAtMost(behind.augmented(image, 2, 0), alone.augmented(image, 2, 0));
        }
        ImageRecord first = alone.records().get(0);
        assertThat(twice.augmented(first, 2, 0)).isNotEqualTo(alone.augmented(first, 2, 0));
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
                .map(image -> images.augmented(image, 1, 0))
                .toList();

        assertThat(images.records().parallelStream().map(image -> images.augmented(image, 1, 0)))
                .isEqualTo(inOrder);
        for (int i = inOrder.size() - 1; i >= 0; i--) {
            assertThat(images.augmented(images.records().get(i), 1, 0)).isEqualTo(inOrder.get(i));
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
            assertThat(fewerPositives.augmented(image, 0, 0).equals(study.pixelsOf(image)))
                    .isEqualTo(!fewerPositives.shown(image)[0]);
        }
        for (ImageRecord image : balanced.records()) {
            assertThat(balanced.augmented(image, 0, 0)).isEqualTo(study.pixelsOf(image));
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
