package org.foldwise.learning.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.synthetic.SyntheticCohort;
import org.foldwise.learning.dataset.synthetic.SyntheticCohortSpec;
import org.foldwise.learning.dataset.synthetic.SyntheticImage;
import org.foldwise.learning.experiment.Augmentation;
import org.foldwise.learning.experiment.AugmentationAuditReport;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding;
import org.foldwise.learning.experiment.AugmentationAuditReport.StepFinding.Code;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.scored.ImageScore;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.quality.Finding.Severity;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.PreprocessedImages;
import org.foldwise.learning.training.TrainingViews;
import org.junit.jupiter.api.Test;

/** On synthetic films, whose every role but that of training would be refused: their pixels are not there. */
class AugmentationAuditorTest {
    private static final int SIZE = 64;
    private static final String MILD =
            "{\"kind\": \"rotation\", \"degrees\": 5, \"resampling\": \"bilinear\"}, {\"kind\": \"translation\"},"
                    + " {\"kind\": \"brightness\"}";

    private static final Cohort COHORT;
    private static final Fold FOLD;
    private static final Map<String, PixelImage> PIXELS = new HashMap<>();

    static {
        SyntheticCohort synthetic = SyntheticCohort.of(SyntheticCohortSpec.DEFAULT
                .withPatients(60)
                .withImagesPerPatient(1, 2)
                .withImageSize(96));
        COHORT = synthetic.toCohort(PatientLabelRule.ANY_POSITIVE);
        SortedMap<PatientId, Role> roles = new TreeMap<>();
        COHORT.imagesByPatient().keySet().forEach(patient -> roles.put(patient, Role.TRAIN));
        List<PatientId> patients = List.copyOf(roles.keySet());
        roles.put(patients.get(0), Role.VALIDATION);
        roles.put(patients.get(1), Role.TEST);
        FOLD = new Fold(Fold.DEVELOPMENT, roles);
        Map<String, SyntheticImage> byName = new HashMap<>();
        synthetic.images().forEach(image -> byName.put(image.name(), image));
        for (ImageRecord image : COHORT.images()) {
            if (roles.get(image.patient()) == Role.TRAIN) {
                PIXELS.put(
                        image.name(),
                        plan("").image()
                                .pixels()
                                .toPixels(byName.get(image.name()).pixels()));
            }
        }
    }

    private static ExperimentPlan plan(String augmentation) {
        return plan(augmentation, ExperimentPlan.DEFAULT.seed());
    }

    private static ExperimentPlan plan(String augmentation, long seed) {
        return PlanJson.read("{\"seed\": " + seed + ", \"image\": {\"size\": " + SIZE
                + "}, \"anatomy\": {\"laterality\": \"irrelevant\", \"upright\": \"irrelevant\"},"
                + " \"augmentation\": [" + augmentation + "]}");
    }

    private static PixelImage pixelsOf(ImageRecord image) {
        PixelImage found = PIXELS.get(image.name());
        if (found == null) {
            throw new IllegalArgumentException("an image of another role was asked for");
        }
        return found;
    }

    private static AugmentationAuditor.Audited audited(String augmentation) {
        return audited(plan(augmentation));
    }

    private static AugmentationAuditor.Audited audited(ExperimentPlan plan) {
        List<Double> told = new ArrayList<>();
        AugmentationAuditor.Audited audited = AugmentationAuditor.audit(
                plan,
                COHORT,
                FOLD,
                AugmentationAuditor.sample(plan, COHORT, FOLD),
                AugmentationAuditorTest::pixelsOf,
                told::add);
        assertThat(told).isSorted().allSatisfy(share -> assertThat(share).isBetween(0.0, 1.0 + 1e-9));
        return audited;
    }

    private static List<Code> codes(String augmentation) {
        return audited(augmentation).report().findings().stream()
                .map(StepFinding::code)
                .distinct()
                .toList();
    }

    @Test
    void looksAtTrainingImagesOnlyAndAtEachClassAlike() {
        List<ImageRecord> sample = AugmentationAuditor.sample(plan(""), COHORT, FOLD);
        assertThat(sample).allSatisfy(image -> assertThat(FOLD.roles().get(image.patient()))
                .isEqualTo(Role.TRAIN));
        assertThat(sample).hasSize(PIXELS.size()).isEqualTo(AugmentationAuditor.sample(plan(""), COHORT, FOLD));
        AugmentationAuditReport report = audited("").report();
        assertThat(report.images()).isEqualTo(PIXELS.size());
        assertThat(report.patients()).isEqualTo(58);
        assertThat(report.patientsLeftOut()).isEqualTo(2);
    }

    /** How much brighter the left half is, from 0 to 1; the mirror image has 1 less that. */
    private static double lopsided(PixelImage image) {
        double difference = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width() / 2; x++) {
                difference += image.sample(x, y, 0) - image.sample(image.width() - 1 - x, y, 0);
            }
        }
        return 0.5 + difference / (255.0 * image.width() * image.height());
    }

    private static ScoredImages bySides(List<ImageRecord> images, PreprocessedImages shown) {
        return ScoredImages.of(
                COHORT.task(),
                COHORT.classes(),
                images.stream()
                        .map(image -> new ImageScore(image, List.of(lopsided(shown.pixelsOf(image)))))
                        .toList());
    }

    private static LocalDate dayOf(ImageRecord image) {
        return COHORT.images().stream()
                .filter(one -> one.name().equals(image.name()))
                .map(ImageRecord::acquiredOn)
                .map(Objects::requireNonNull)
                .findFirst()
                .orElseThrow();
    }

    private static AugmentationAuditReport bySides(ExperimentPlan plan, Cohort cohort, List<ImageRecord> sample) {
        return AugmentationAuditor.audit(
                        plan,
                        cohort,
                        FOLD,
                        sample,
                        AugmentationAuditorTest::pixelsOf,
                        AugmentationAuditorTest::bySides,
                        share -> {})
                .report();
    }

    /** A network that goes by sides changes its mind with every flip, as far as the threshold lets it, and with no change of brightness. */
    @Test
    void comparesHowOftenAnswersFlipWithWhatExposuresDifferBy() {
        ExperimentPlan plan = plan(
                "{\"kind\": \"horizontalFlip\", \"probability\": 1}, {\"kind\": \"translation\", \"share\": 0.01}");
        Cohort undated = new Cohort(
                COHORT.task(),
                COHORT.classes(),
                COHORT.patientLabelRule(),
                COHORT.images().stream()
                        .map(image -> new ImageRecord(
                                image.name(), image.content(), image.patient(), image.labels(), null, null))
                        .toList());
        List<ImageRecord> sample = AugmentationAuditor.sample(plan, undated, FOLD);
        AugmentationAuditReport report = bySides(plan, undated, sample);

        List<Double> rising =
                sample.stream().map(image -> lopsided(pixelsOf(image))).sorted().toList();
        int negatives = (int) sample.stream()
                .filter(image -> !image.shows(COHORT.positiveClass()))
                .count();
        double threshold = (rising.get(negatives - 1) + rising.get(negatives)) / 2;
        double flipped = (double) rising.stream()
                        .filter(score -> (score >= threshold) != (1 - score >= threshold))
                        .count()
                / sample.size();
        assertThat(requireNonNull(requireNonNull(report.steps().get(0).flips()).value()))
                .isCloseTo(flipped, within(1e-9))
                .isGreaterThan(0.5);
        assertThat(requireNonNull(requireNonNull(report.steps().get(1).flips()).value()))
                .isLessThan(flipped / 2);

        ExperimentPlan now = plan("{\"kind\": \"horizontalFlip\"}, {\"kind\": \"blur\", \"probability\": 1e-300}");
        AugmentationAuditReport nowAndThen = bySides(now, undated, sample);
        assertThat(nowAndThen.steps().get(0).changed()).isLessThan(0.6);
        assertThat(nowAndThen.steps().get(0).flips())
                .as("of a flip of every other view")
                .isEqualTo(report.steps().get(0).flips());
        assertThat(requireNonNull(
                        requireNonNull(requireNonNull(nowAndThen.whole()).flips())
                                .value()))
                .as("of the views that are flipped")
                .isCloseTo(flipped, within(0.1));

        Map<PatientId, List<ImageRecord>> byPatient = new TreeMap<>();
        sample.forEach(image -> byPatient
                .computeIfAbsent(image.patient(), patient -> new ArrayList<>())
                .add(image));
        byPatient
                .values()
                .removeIf(images -> images.size() < 2
                        || !images.get(0).labels().equals(images.get(1).labels()));
        assertThat(byPatient).hasSizeGreaterThan(20);
        AugmentationAuditReport.Retest retest = requireNonNull(report.retest());
        assertThat(retest.patients()).isEqualTo(byPatient.size());
        double differ = (double) byPatient.values().stream()
                        .filter(images -> (lopsided(pixelsOf(images.get(0))) >= threshold)
                                != (lopsided(pixelsOf(images.get(1))) >= threshold))
                        .count()
                / byPatient.size();
        assertThat(requireNonNull(retest.flips().value())).isCloseTo(differ, within(1e-9));
        assertThat(AugmentationAuditor.retested(plan, undated, FOLD)).hasSize(2 * byPatient.size());
        // of images with days only those within a month of each other
        byPatient.values().removeIf(images -> dayOf(images.get(0)).until(dayOf(images.get(1)), ChronoUnit.DAYS) > 30);
        assertThat(AugmentationAuditor.retested(plan, COHORT, FOLD))
                .hasSize(2 * byPatient.size())
                .isNotEmpty();
        assertThat(report.findings())
                .filteredOn(finding -> finding.code() == Code.ANSWERS_FLIP)
                .extracting(StepFinding::step)
                .contains(0)
                .doesNotContain(1);
        assertThat(ReportJson.read(AugmentationAuditReport.class, ReportJson.write(report)))
                .isEqualTo(report);
        assertThat(audited(MILD).report().retest()).isNull();
    }

    @Test
    void refusesImagesOfAnotherRole() {
        ImageRecord locked = COHORT.images().stream()
                .filter(image -> FOLD.roles().get(image.patient()) == Role.TEST)
                .findFirst()
                .orElseThrow();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AugmentationAuditor.audit(
                        plan(MILD), COHORT, FOLD, List.of(locked), AugmentationAuditorTest::pixelsOf, share -> {}))
                .withMessageContaining("training images only");
        TrainingViews views = TrainingViews.of(plan(MILD), COHORT, FOLD, image -> even(60));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> views.view(locked, 0))
                .withMessageContaining("another role");
    }

    @Test
    void mildChangesRaiseNoWarning() {
        AugmentationAuditor.Audited audited = audited(MILD);
        AugmentationAuditReport report = audited.report();

        assertThat(report.steps()).hasSize(3);
        assertThat(report.steps())
                .extracting(AugmentationAuditReport.StepFigures::kind)
                .containsExactly("rotation", "translation", "brightness");
        assertThat(report.whole()).isNotNull();
        assertThat(report.findings())
                .as(report.findings().toString())
                .noneMatch(finding -> finding.severity() == Severity.WARNING);
        assertThat(report.steps().get(2).similarity()).isBetween(0.8, 1.0);
        assertThat(report.steps().get(2).uncovered()).isNull();
        assertThat(report.classFromViews()).isNull();
        assertThat(ReportJson.read(AugmentationAuditReport.class, ReportJson.write(report)))
                .isEqualTo(report);
        assertThat(audited(MILD)).as("the same again").isEqualTo(audited);
    }

    /** A move by up to s of the side both ways leaves (1 - |a|) (1 - |b|) of the image, and |a| and |b| are s / 2 on the mean. */
    @Test
    void whatAMoveUncoversIsWhatGeometrySays() {
        AugmentationAuditReport.StepFigures move = audited("{\"kind\": \"translation\", \"share\": 0.3}")
                .report()
                .steps()
                .get(0);
        assertThat(move.uncovered()).isCloseTo(1 - 0.85 * 0.85, within(0.03));
        AugmentationAuditReport.StepFigures shrunk = audited("{\"kind\": \"zoom\", \"lowest\": 0.5, \"highest\": 0.5}")
                .report()
                .steps()
                .get(0);
        assertThat(shrunk.uncovered()).isCloseTo(0.75, within(0.02));
        assertThat(shrunk.changed()).isEqualTo(1.0);
        AugmentationAuditReport both = audited(
                        "{\"kind\": \"translation\", \"share\": 0.3}, {\"kind\": \"brightness\"}")
                .report();
        assertThat(requireNonNull(both.whole()).uncovered())
                .as("a change of brightness uncovers nothing")
                .isEqualTo(move.uncovered());
    }

    /**
     * A lesion's centre is uniform between 0.1 and 0.9 of the side; a move by up to 0.5 to either side takes all of it, radius and all,
     * out at one of two edges with a probability of 2 (0.5 - r - 0.1)^2 / (2 * 0.8), on each axis.
     */
    @Test
    void whatAMovePushesOutIsLost() {
        ExperimentPlan plan = plan("{\"kind\": \"translation\", \"share\": 0.5}");
        PixelImage grey = PixelImage.of(SIZE, SIZE, 1, filled(SIZE * SIZE, 100));
        AugmentationAuditReport.StepFigures move = AugmentationAuditor.audit(
                        plan, COHORT, FOLD, AugmentationAuditor.sample(plan, COHORT, FOLD), image -> grey, share -> {})
                .report()
                .steps()
                .get(0);
        double radius = 2.0 / SIZE;
        double outOnOneAxis = Math.pow(0.4 - radius, 2) / 0.8;
        double lost = 1 - Math.pow(1 - outOnOneAxis, 2);
        // three standard errors of a share of so many views
        assertThat(move.lesionsLost()).isCloseTo(lost, within(3 * Math.sqrt(lost * (1 - lost) / (3 * PIXELS.size()))));
    }

    @Test
    void aLesionIsLostWhereNothingOfItIsLeft() {
        PixelImage grey = PixelImage.of(SIZE, SIZE, 1, filled(SIZE * SIZE, 100));
        PlantedLesion lesion = new PlantedLesion(30, 20, 2, 60);
        PixelImage ill = lesion.on(grey);

        assertThat(ill.sample(30, 20, 0)).isEqualTo(160);
        assertThat(ill.sample(32, 20, 0)).isEqualTo(160);
        assertThat(ill.sample(33, 20, 0)).isEqualTo(100);
        assertThat(lesion.isLost(grey, ill)).isFalse();
        assertThat(lesion.isLost(grey.mirrored(), ill.mirrored())).isFalse();
        assertThat(lesion.isLost(grey.cropped(0, 0, 28, SIZE), ill.cropped(0, 0, 28, SIZE)))
                .isTrue();
        assertThat(lesion.isLost(grey.blanked(20, 10, 20, 20), ill.blanked(20, 10, 20, 20)))
                .isTrue();
        assertThat(lesion.isLost(grey, new PlantedLesion(30, 20, 2, 15).on(grey)))
                .isFalse();
        assertThat(lesion.isLost(grey, new PlantedLesion(30, 20, 2, 14).on(grey)))
                .isTrue();
    }

    @Test
    void knowsOfEveryAugmentationWhetherItMoves() {
        for (Class<?> option : Augmentation.class.getPermittedSubclasses()) {
            String kind = option.getSimpleName().substring(0, 1).toLowerCase(Locale.ROOT)
                    + option.getSimpleName().substring(1);
            AugmentationEffect effect = AugmentationEffect.of(
                    plan("{\"kind\": \"" + kind + "\"}").augmentation().get(0));
            assertThat(effect)
                    .as(kind)
                    .isEqualTo(
                            Set.of("brightness", "contrast", "gamma", "noise", "blur", "cutout", "clahe")
                                            .contains(kind)
                                    ? AugmentationEffect.STAYS
                                    : AugmentationEffect.MOVES);
        }
    }

    /** A mirrored image of a left one shows a right one, whatever the plan says. */
    @Test
    void mirrorImagesAreAWarningWhereLabelsAreSides() {
        Map<String, String> sides =
                Map.of(COHORT.classes().get(0), "left", COHORT.classes().get(1), "right");
        Cohort cohort = new Cohort(
                COHORT.task(),
                List.of("left", "right"),
                COHORT.patientLabelRule(),
                COHORT.images().stream()
                        .map(image -> new ImageRecord(
                                image.name(), image.content(), image.patient(), sides.get(image.label()), null, null))
                        .toList());
        ExperimentPlan plan = plan("{\"kind\": \"horizontalFlip\"}");

        AugmentationAuditReport report = AugmentationAuditor.audit(
                        plan,
                        cohort,
                        FOLD,
                        AugmentationAuditor.sample(plan, cohort, FOLD),
                        AugmentationAuditorTest::pixelsOf,
                        share -> {})
                .report();

        assertThat(report.findings())
                .filteredOn(finding -> finding.code() == Code.MIRRORED)
                .extracting(StepFinding::severity)
                .containsExactly(Severity.WARNING);
    }

    @Test
    void eachKindOfDamageIsNamed() {
        assertThat(codes("")).containsExactly(Code.NO_AUGMENTATION);
        assertThat(codes("{\"kind\": \"brightness\", \"strength\": 0.001}")).contains(Code.HARDLY_CHANGED);
        assertThat(codes("{\"kind\": \"brightness\", \"strength\": 0.9}")).contains(Code.GREY_VALUES_CUT);
        assertThat(codes("{\"kind\": \"cutout\", \"count\": 16, \"share\": 0.4, \"probability\": 1}"))
                .contains(Code.LESIONS_LOST, Code.STRUCTURE_LOST);
        assertThat(codes("{\"kind\": \"crop\", \"smallestArea\": 0.25}")).contains(Code.LESIONS_LOST);
        assertThat(codes("{\"kind\": \"noise\", \"sigma\": 0.5, \"probability\": 1}"))
                .contains(Code.STRUCTURE_LOST);
        assertThat(codes("{\"kind\": \"translation\", \"share\": 0.3}")).contains(Code.UNCOVERED);
        assertThat(codes("{\"kind\": \"zoom\", \"lowest\": 0.6, \"highest\": 0.7}"))
                .contains(Code.TOLD_APART);
        AugmentationAuditReport flipped =
                audited("{\"kind\": \"horizontalFlip\"}").report();
        assertThat(flipped.findings()).extracting(StepFinding::code).contains(Code.MIRRORED);
        assertThat(flipped.findings()).extracting(StepFinding::severity).doesNotContain(Severity.WARNING);
        assertThat(flipped.steps().get(0).changed()).isBetween(0.4, 0.6);
        assertThat(flipped.steps().get(0).lesionsLost()).isZero();
    }

    /** Views that the draw leaves alone neither hide what the others show nor add to it. */
    @Test
    void whatAnAugmentationDoesHangsOnItsProbabilityInNothing() {
        double probability = 0.1;
        for (Class<?> option : Augmentation.class.getPermittedSubclasses()) {
            String kind = option.getSimpleName().substring(0, 1).toLowerCase(Locale.ROOT)
                    + option.getSimpleName().substring(1);
            AugmentationAuditReport.StepFigures always = audited("{\"kind\": \"" + kind + "\", \"probability\": 1}")
                    .report()
                    .steps()
                    .get(0);
            AugmentationAuditReport report = audited(
                            "{\"kind\": \"" + kind + "\", \"probability\": " + probability + "}")
                    .report();
            AugmentationAuditReport.StepFigures seldom = report.steps().get(0);
            assertThat(seldom)
                    .as(kind)
                    .usingRecursiveComparison()
                    .ignoringFields("changed", "hardlyChanged", "told")
                    .isEqualTo(always);
            int views = seldom.images() * report.views();
            assertThat(seldom.measured()).isEqualTo(views);
            // four standard errors
            assertThat(seldom.changed())
                    .as(kind)
                    .isLessThanOrEqualTo(always.changed())
                    .isLessThan(probability + 4 * Math.sqrt(probability * (1 - probability) / views));
            AugmentationAuditReport.StepFigures whole = requireNonNull(report.whole());
            assertThat(whole.measured()).isEqualTo((int) Math.rint(whole.changed() * views));
        }
    }

    @Test
    void damageIsNamedWhateverTheProbability() {
        Map<String, Code> damage = Map.of(
                "\"kind\": \"noise\", \"sigma\": 0.5", Code.STRUCTURE_LOST,
                "\"kind\": \"cutout\", \"count\": 16, \"share\": 0.4", Code.LESIONS_LOST,
                "\"kind\": \"crop\", \"smallestArea\": 0.25", Code.LESIONS_LOST,
                "\"kind\": \"brightness\", \"strength\": 0.9", Code.GREY_VALUES_CUT);
        List<Double> probabilities = List.of(0.5, 0.05, 0.01);
        damage.forEach((change, code) -> {
            for (int seed = 0; seed < probabilities.size(); seed++) {
                double probability = probabilities.get(seed);
                ExperimentPlan plan = plan("{" + change + ", \"probability\": " + probability + "}", seed);
                assertThat(audited(plan).report().findings())
                        .filteredOn(finding -> finding.code() == code)
                        .as(change + ", probability " + probability)
                        .singleElement()
                        .satisfies(finding -> {
                            assertThat(finding.severity())
                                    .isEqualTo(probability < 0.05 ? Severity.NOTICE : Severity.WARNING);
                            assertThat(finding.evidence())
                                    .contains(", where it is carried out (probability " + probability + "),");
                        });
            }
        });
    }

    /** Together they are measured where they change something, and where that is next to nowhere each speaks for itself. */
    @Test
    void ofAllTogetherTheChangedViewsCount() {
        String half = "{\"kind\": \"noise\", \"sigma\": 0.5, \"probability\": 0.3}";
        AugmentationAuditReport report =
                audited(half + ", {\"kind\": \"blur\", \"probability\": 0.01}").report();
        AugmentationAuditReport.StepFigures whole = requireNonNull(report.whole());
        assertThat(whole.changed()).isBetween(0.2, 0.45);
        assertThat(whole.measured()).isEqualTo((int) Math.rint(whole.changed() * report.images() * report.views()));
        assertThat(report.findings())
                .filteredOn(finding -> finding.code() == Code.STRUCTURE_LOST)
                .extracting(StepFinding::step)
                .containsExactly(0, null);
        assertThat(report.findings())
                .filteredOn(finding -> finding.code() == Code.STRUCTURE_LOST && finding.step() == null)
                .singleElement()
                .satisfies(finding -> assertThat(finding.evidence())
                        .startsWith(String.format(
                                Locale.ROOT,
                                "All augmentations together, in the %.1f %% of the views that they change, leaves",
                                100 * whole.changed())));

        AugmentationAuditReport rare = audited(
                        half.replace("0.3}", "0.02}") + ", {\"kind\": \"blur\", \"probability\": 0.01}")
                .report();
        assertThat(rare.findings())
                .filteredOn(finding -> finding.code() == Code.STRUCTURE_LOST)
                .extracting(StepFinding::step)
                .containsExactly(0);
        assertThat(rare.findings()).extracting(StepFinding::severity).doesNotContain(Severity.WARNING);
    }

    @Test
    void defaultsRaiseNoWarningAloneOrTogether() {
        List<String> grey = List.of("brightness", "contrast", "gamma", "noise", "blur");
        List<String> moves = List.of("rotation", "translation", "zoom", "elastic");
        List<String> both = Stream.concat(grey.stream(), moves.stream()).toList();
        for (String probability : List.of("", ", \"probability\": 0.2")) {
            for (List<String> kinds : List.of(grey, both, List.of("clahe"), List.of("cutout"))) {
                String plan = kinds.stream()
                        .map(kind -> "{\"kind\": \"" + kind + "\"" + probability + "}")
                        .collect(Collectors.joining(", "));
                assertThat(audited(plan).report().findings())
                        .as(plan)
                        .noneMatch(finding -> finding.severity() == Severity.WARNING);
            }
        }
    }

    @Test
    void reportsOfBeforeSayWithoutANumberThatTheyAreOverAllViews() {
        AugmentationAuditReport report = audited(MILD).report();
        String before = ReportJson.write(report).replaceAll("\"measured\":\\d+,?", "");
        assertThat(before).doesNotContain("measured").contains("lesionsLost");
        AugmentationAuditReport read = ReportJson.read(AugmentationAuditReport.class, before);
        assertThat(read.steps())
                .extracting(AugmentationAuditReport.StepFigures::measured)
                .containsOnlyNulls();
        assertThat(read)
                .usingRecursiveComparison()
                .ignoringFields("steps.measured", "whole.measured")
                .isEqualTo(report);
    }

    @Test
    void aChangeOfOneClassAloneThatShowsIsNamedAndOneOfAllClassesIsNot() {
        String noise = "{\"kind\": \"noise\", \"sigma\": 0.1, \"probability\": 1, \"classes\": \"%s\"}";
        AugmentationAuditReport minority = audited(noise.formatted("minority")).report();
        assertThat(minority.findings())
                .as(minority.toString())
                .extracting(StepFinding::code)
                .contains(Code.CLASS_SHOWS_CHANGE);
        assertThat(minority.steps().get(0).images()).isLessThan(minority.images());
        assertThat(codes(noise.formatted("all"))).doesNotContain(Code.CLASS_SHOWS_CHANGE);
    }

    @Test
    void aStepByItselfDrawsWhatItDrawsAmongTheOthers() {
        String others = "{\"kind\": \"rotation\", \"probability\": 1e-300}, {\"kind\": \"rotation\", \"degrees\": 20}";
        TrainingViews views = TrainingViews.of(plan(others), COHORT, FOLD, AugmentationAuditorTest::pixelsOf);
        for (ImageRecord image :
                AugmentationAuditor.sample(plan(others), COHORT, FOLD).subList(0, 10)) {
            assertThat(views.by(List.of(1)).view(image, 4)).isEqualTo(views.view(image, 4));
            assertThat(views.by(List.of(0)).view(image, 4)).isEqualTo(pixelsOf(image));
        }
    }

    @Test
    void theContactSheetShowsImagesBesideTheirViews() throws IOException {
        AugmentationAuditor.Audited audited = audited(MILD + ", {\"kind\": \"cutout\", \"probability\": 1}");
        PixelImage sheet = audited.sheet();
        List<AugmentationAuditReport.SheetRow> rows = audited.report().sheet();

        assertThat(rows).hasSize(3 + 3 + 4);
        assertThat(rows)
                .extracting(AugmentationAuditReport.SheetRow::step)
                .containsExactly(null, null, null, null, null, null, 0, 1, 2, 3);
        assertThat(rows.get(0).label()).isEqualTo(COHORT.classes().get(0));
        assertThat(sheet.width()).isEqualTo(3 + SIZE + 12 + 6 * (SIZE + 3));
        assertThat(sheet.height()).isEqualTo(3 + 10 * (SIZE + 3) + 12);
        ExperimentPlan plan = plan(MILD + ", {\"kind\": \"cutout\", \"probability\": 1}");
        ImageRecord first = AugmentationAuditor.sample(plan, COHORT, FOLD).stream()
                .filter(image -> image.shows(rows.get(0).label()))
                .findFirst()
                .orElseThrow();
        TrainingViews views = TrainingViews.of(plan, COHORT, FOLD, AugmentationAuditorTest::pixelsOf);
        assertThat(sheet.cropped(3, 3, SIZE, SIZE)).isEqualTo(pixelsOf(first));
        assertThat(sheet.cropped(3 + SIZE + 12 + 2 * (SIZE + 3), 3, SIZE, SIZE)).isEqualTo(views.view(first, 2));
        AugmentationAuditor.Audited rare = audited("{\"kind\": \"cutout\", \"probability\": 0.01}");
        int row = 3 + 6 * (SIZE + 3) + 12;
        for (int view = 0; view < 6; view++) {
            int left = 3 + SIZE + 12 + view * (SIZE + 3);
            assertThat(rare.sheet().cropped(left, row, SIZE, SIZE))
                    .as("of a rare augmentation by itself")
                    .isNotEqualTo(rare.sheet().cropped(3, row, SIZE, SIZE));
        }
        String file = System.getProperty("foldwise.audit.sheet");
        if (file != null) {
            Files.write(Path.of(file), PngEncoder.encode(sheet));
        }
    }

    /** Of two even images means and nothing else differ: (2 a b + C1) / (a^2 + b^2 + C1). */
    @Test
    void structuralSimilarityIsWhatItsFormulaSays() {
        PixelImage dark = even(60);
        PixelImage bright = even(120);
        double c1 = 2.55 * 2.55;
        assertThat(StructuralSimilarity.of(dark, bright))
                .isCloseTo((2 * 60 * 120 + c1) / (60 * 60 + 120 * 120 + c1), within(1e-12));
        PixelImage film = PIXELS.values().iterator().next();
        assertThat(StructuralSimilarity.of(film, film)).isCloseTo(1, within(1e-12));
        assertThat(StructuralSimilarity.of(film, film.mirrored())).isLessThan(0.9);
        assertThatIllegalArgumentException().isThrownBy(() -> StructuralSimilarity.of(film, film.cropped(0, 0, 9, 9)));
    }

    private static PixelImage even(int grey) {
        return PixelImage.of(20, 20, 1, filled(20 * 20, grey));
    }

    private static byte[] filled(int count, int grey) {
        byte[] samples = new byte[count];
        Arrays.fill(samples, (byte) grey);
        return samples;
    }
}
