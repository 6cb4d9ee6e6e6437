package org.foldwise.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.PlanFinding.Code;
import org.foldwise.learning.experiment.PlanFinding.Severity;
import org.foldwise.learning.experiment.PlanFinding.Subject;
import org.foldwise.learning.experiment.StartCheck.Vault;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PlannedCases;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.quality.Probe;
import org.foldwise.learning.quality.SplitDrift;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.LeakageAudit;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.RefusedAssignmentsException;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitRules;
import org.foldwise.learning.split.SplitSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The check before a start, against the recipe of the tutorial and against single faults planted into a sound experiment. */
class StartCheckTest {
    /** 7600 patients, one image each, a quarter of them sick: nothing is small, unequal or unknown here. */
    private static final Cohort LARGE = cohort(7600);

    private static final Split FIVE_FOLDS = PatientSplitter.split(LARGE, new SplitSpec.KFold(5, 0.2, 0.2), 1);
    private static final SplitOutlook OUTLOOK = SplitOutlook.of(FIVE_FOLDS, LARGE);
    private static final DatasetFacts.Pixels SQUARE = new DatasetFacts.Pixels(1, 1, 256, 0, 7600);

    /**
     * The tutorial's experiment: its folders with their counts, its patients as it makes them out, its plan. T1, T3 and T4 cannot be
     * said here; T8 and T13 cannot happen; T14 is refused before; T17 is no fault.
     */
    @Test
    void theTutorialIsToldWhatItDoesWrong() {
        List<ImageRecord> images = new ArrayList<>();
        List<RoleAssignment> roles = new ArrayList<>();
        folder(images, roles, "NORMAL", 1341, 1341, Role.TRAIN);
        folder(images, roles, "PNEUMONIA", 3875, 1635, Role.TRAIN);
        folder(images, roles, "NORMAL", 8, 8, Role.VALIDATION);
        folder(images, roles, "PNEUMONIA", 8, 6, Role.VALIDATION);
        folder(images, roles, "NORMAL", 234, 234, Role.TEST);
        folder(images, roles, "PNEUMONIA", 390, 180, Role.TEST);
        Cohort cohort = new Cohort(Task.BINARY, List.of("NORMAL", "PNEUMONIA"), PatientLabelRule.ANY_POSITIVE, images);
        Split folders = given(roles, cohort);
        ExperimentPlan plan = PlanJson.read(
                """
                {"backbone": "resnet18", "pretrained": {"weights": "ResNet18_Weights.IMAGENET1K_V1"},
                 "freeze": {"stages": 5, "statisticsMove": true},
                 "image": {"size": 128, "channels": 3, "aspect": "stretch"},
                 "anatomy": {"laterality": "irrelevant"},
                 "augmentation": [{"kind": "horizontalFlip"}, {"kind": "rotation", "degrees": 10}],
                 "sampling": {"kind": "weighted"},
                 "loss": {"positiveWeight": {"kind": "fixed", "value": 0.6730323}},
                 "optimizer": {"kind": "adam", "learningRate": 1e-4, "weightDecay": 1e-5},
                 "epochs": 5, "stopping": {"patience": 5}}
                """);
        DatasetFacts facts = new DatasetFacts(
                "X-ray",
                "chest",
                images.size(),
                3400,
                0,
                0,
                3,
                new DatasetFacts.Pixels(0.93, 3.15, 977, 0, 5856),
                List.of(new DatasetFacts.Concern(
                        "patientIdRuleSuspect", "warning", "one image per patient in NORMAL only")));

        List<PlanFinding> findings = StartCheck.of(
                plan, false, facts, folders, SplitOutlook.of(folders, cohort), 0.25, opened(1), SplitDrift.UNKNOWN);
        Map<String, Code> expected = new TreeMap<>(Map.of(
                "T2 patient ids", Code.DATASET_FINDING,
                "T6 threshold on the test set", Code.TEST_OPENED_BEFORE,
                "T7 sixteen validation images", Code.FEW_VALIDATION_CASES,
                "T9 n / (2 positives)", Code.POSITIVE_WEIGHT_OFF,
                "T10 corrected twice", Code.IMBALANCE_CORRECTED_TWICE,
                "T11 flipped chests", Code.MIRRORED_ANATOMY,
                "T12 the first image's label", Code.PATIENTS_WITH_SEVERAL_LABELS,
                "T16 stretched", Code.SHAPES_STRETCHED));

        findings.forEach(
                finding -> System.out.println(finding.severity() + " " + finding.code() + ": " + finding.evidence()));
        assertThat(findings).extracting(PlanFinding::code).containsAll(expected.values());
        assertThat(of(findings, Code.FEW_VALIDATION_CASES).evidence())
                .startsWith("16 validation images are 8 positive of 6 patients and 8 negative of 8 patients");
        assertThat(of(findings, Code.POSITIVE_WEIGHT_OFF).evidence()).contains("0.67", "0.35", "n / (2 positives)");
        assertThat(of(findings, Code.MIRRORED_ANATOMY).severity()).isEqualTo(Severity.BLOCKING);
        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Severity.BLOCKING)
                .hasSize(1);
    }

    /** T14: the tutorial's train and test folders have patients in common; such roles never become a split. */
    @Test
    void foldersThatShareAPatientNeverBecomeASplit() {
        List<ImageRecord> images = new ArrayList<>();
        List<RoleAssignment> roles = new ArrayList<>();
        for (Role role : List.of(Role.TRAIN, Role.VALIDATION, Role.TEST)) {
            folder(images, roles, "NORMAL", 20, 20, role);
            folder(images, roles, "PNEUMONIA", 20, 10, role);
        }
        roles.add(new RoleAssignment(-1, roles.get(0).patient(), Role.TEST));
        Cohort cohort = new Cohort(Task.BINARY, List.of("NORMAL", "PNEUMONIA"), PatientLabelRule.ANY_POSITIVE, images);

        assertThatThrownBy(() -> given(roles, cohort))
                .isInstanceOf(RefusedAssignmentsException.class)
                .hasMessageContaining("the patient is in test here and in train in row 0");
    }

    @Test
    void aSoundExperimentHasNoFindings() {
        assertThat(check("{}", facts("CT", "sample", SQUARE), 0)).isEmpty();
    }

    /** T15 and others: each fault alone, in a sound experiment. */
    @Test
    void eachFaultIsFoundAlone() {
        DatasetFacts sound = facts("X-ray", "chest", SQUARE);
        assertOnly(Code.STOPPING_NEVER_ACTS, check("{\"epochs\": 6, \"stopping\": {\"patience\": 6}}", sound, 0));
        assertOnly(Code.RATE_NEVER_CHANGES, check("{\"schedule\": {\"kind\": \"constant\"}}", sound, 0));
        assertOnly(
                Code.MIRRORED_ANATOMY,
                check(
                        "{\"anatomy\": {\"laterality\": \"irrelevant\"}, \"augmentation\": [{\"kind\": \"horizontalFlip\"}]}",
                        sound,
                        0));
        assertOnly(
                Code.MIRRORED_ANATOMY,
                check(
                        "{\"anatomy\": {\"laterality\": \"irrelevant\"}, \"augmentation\": [{\"kind\": \"horizontalFlip\"}]}",
                        facts(null, null, SQUARE),
                        0));
        assertThat(check(
                        "{\"anatomy\": {\"laterality\": \"irrelevant\"}, \"augmentation\": [{\"kind\": \"horizontalFlip\"}]}",
                        facts("photograph", "skin", SQUARE),
                        0))
                .isEmpty();
        assertOnly(
                Code.MINORITY_AUGMENTED,
                check("{\"augmentation\": [{\"kind\": \"rotation\", \"classes\": \"minority\"}]}", sound, 0));
        assertOnly(
                Code.SHAPES_STRETCHED,
                check("{\"image\": {\"aspect\": \"stretch\"}}", facts("CT", "x", pixels(0.8, 1.2, 256, 0)), 0));
        assertOnly(
                Code.EDGES_CUT,
                check("{\"image\": {\"aspect\": \"centreCrop\"}}", facts("CT", "x", pixels(0.8, 1.2, 256, 0)), 0));
        assertOnly(Code.DETAIL_LOST, check("{}", facts("CT", "x", pixels(1, 1, 3000, 0)), 0));
        assertOnly(Code.IMAGES_ENLARGED, check("{}", facts("CT", "x", pixels(1, 1, 28, 0)), 0));
        assertOnly(Code.CHANNELS_DIFFER, check("{}", facts("CT", "x", pixels(1, 1, 256, 7)), 0));
        assertOnly(Code.CHANNELS_DIFFER, check("{\"image\": {\"channels\": 3}}", sound, 0));
        assertOnly(Code.FEW_UPDATES, check("{\"batchSize\": 1024}", sound, 0));
        assertOnly(
                Code.POSITIVE_WEIGHT_OFF,
                check("{\"loss\": {\"positiveWeight\": {\"kind\": \"fixed\", \"value\": 2}}}", sound, 0));
        assertThat(check("{\"loss\": {\"positiveWeight\": {\"kind\": \"fixed\", \"value\": 3}}}", sound, 0))
                .isEmpty();
        assertThat(check("{}", sound, 2)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Code.TEST_OPENED_BEFORE);
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        });
        assertThat(check("{}", sound, 3)).extracting(PlanFinding::severity).containsExactly(Severity.BLOCKING);
    }

    /** Each line of the table, beside what it must not be said of. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "CT; lung; brightness; WARNING",
                "computed tomography; abdomen; contrast; WARNING",
                "CT; lung; gamma; WARNING",
                "DXA; hip; clahe; WARNING",
                "CT_CHEST; -; brightness; WARNING",
                "-; LUNG-CT; brightness; WARNING",
                "CR; XR_ELBOW; elastic; WARNING",
                "-; MG_LEFT; noise; WARNING",
                "XR_HAND; -; rotation, \"degrees\": 20; NOTICE",
                "HRCT; lung; gamma; WARNING",
                "CT; lung; rotation; -",
                "X-ray; chest; brightness; -",
                "MR; brain; gamma; -",
                "MG; breast; blur; WARNING",
                "X-ray; mammography; noise; WARNING",
                "MG; -; cutout; WARNING",
                "X-ray; chest; blur; -",
                "X-ray; wrist; elastic; WARNING",
                "DX; LSPINE; shear; WARNING",
                "X-ray; hand fracture; elastic; WARNING",
                "MR; brain; elastic; -",
                "X-ray; chest; elastic; -",
                "MR; heart; zoom; NOTICE",
                "X-ray; hand bone age; zoom; NOTICE",
                "X-ray; chest; zoom; -",
                "ultrasound; thyroid; rotation, \"degrees\": 20; WARNING",
                "OCT; retina; rotation, \"degrees\": 20; WARNING",
                "US; liver; rotation; -",
                "X-ray; chest; rotation, \"degrees\": 20; NOTICE",
                "X-ray; chest; affine, \"degrees\": 16; NOTICE",
                "X-ray; wrist; affine, \"degrees\": 5, \"shearDegrees\": 3; WARNING",
                "X-ray; chest; rotation, \"degrees\": 15; -",
                "MR; brain; rotation, \"degrees\": 20; -",
                "SM; bone marrow; elastic; -",
                "dermatoscopy; skin of the hand; rotation, \"degrees\": 45; -",
                "-; -; brightness; -"
            })
    void augmentationsAreHeldAgainstWhatIsShown(
            @Nullable String modality, @Nullable String bodyPart, String step, @Nullable Severity severity) {
        String[] parts = step.split(", ", 2);
        String augmentation = "{\"kind\": \"" + parts[0] + "\"" + (parts.length > 1 ? ", " + parts[1] : "") + "}";
        List<PlanFinding> unsuited = check(
                        "{\"augmentation\": [{\"kind\": \"translation\"}, " + augmentation + "]}",
                        facts(modality, bodyPart, SQUARE),
                        0)
                .stream()
                .filter(finding -> finding.code() == Code.AUGMENTATION_UNSUITED)
                .toList();

        if (severity == null) {
            assertThat(unsuited).isEmpty();
        } else {
            assertThat(unsuited).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(severity);
                assertThat(finding.pointer()).isEqualTo("/augmentation/1");
                assertThat(finding.evidence()).contains("'" + parts[0] + "'");
            });
        }
    }

    @Test
    void windowsAreHeldAgainstTheModality() {
        DatasetFacts.Pixels values = new DatasetFacts.Pixels(1, 1, 256, 0, 0);
        DatasetFacts.Pixels mixed = new DatasetFacts.Pixels(1, 1, 256, 0, 1);
        String lung = "{\"image\": {\"window\": {\"kind\": \"named\", \"name\": \"lung\"}}}";
        String fixed = "{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 40, \"width\": 400}}}";

        assertOnly(Code.WINDOWS_OF_FILES, check("{}", facts("CT", "lung", values), 0));
        assertOnly(Code.WINDOWS_OF_FILES, check("{}", facts("Computed tomography", "lung", values), 0));
        assertThat(check("{}", facts("CT", "lung", mixed), 0)).isEmpty();
        assertThat(check("{}", facts("MR", "brain", values), 0)).isEmpty();
        assertThat(check(lung, facts("PET/CT", "lung", values), 0)).isEmpty();
        assertThat(check(lung, facts("MR", "lung", values), 0)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Code.WINDOW_UNIT);
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.evidence()).contains("shows MR");
        });
        assertThat(check(lung, facts(null, "lung", values), 0)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Code.WINDOW_UNIT);
            assertThat(finding.severity()).isEqualTo(Severity.NOTICE);
        });
        assertThat(check(fixed, facts("MR", "brain", values), 0)).isEmpty();
    }

    @Test
    void aWindowNeedsValuesOfAllImages() {
        ExperimentPlan fixed =
                PlanJson.read("{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 40, \"width\": 400}}}");

        assertThat(PlanDemands.unfitWindow(fixed, 100, 0)).isEmpty();
        assertThat(PlanDemands.unfitWindow(ExperimentPlan.DEFAULT, 100, 100)).isEmpty();
        assertThat(PlanDemands.unfitWindow(fixed, 100, 1)).hasValueSatisfying(unmet -> {
            assertThat(unmet.pointer()).isEqualTo("/image/window");
            assertThat(unmet.detail()).contains("1 of 100 are no such images");
        });
    }

    @Test
    void daysAndSitesThatASplitDoesNotLookAtAreTold() {
        DatasetFacts facts = new DatasetFacts("CT", "x", 7600, 7600, 7600, 4, 0, SQUARE, List.of());

        assertThat(check("{}", facts, 0))
                .extracting(PlanFinding::code)
                .containsExactly(Code.DAYS_UNUSED, Code.SITES_UNUSED);
    }

    /** As its report will have none. */
    @Test
    void aRoleWithOnePatientOfAClassPromisesNoInterval() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            images.add(image(
                    "i%03d".formatted(i), new PatientId("p" + (i < 12 ? i / 4 : i)), i < 12 ? "sick" : "healthy"));
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
        Split split = PatientSplitter.split(cohort, new SplitSpec.Holdout(0.5, 0.25, 0.25), 1);

        PlanFinding test = of(
                StartCheck.of(
                        ExperimentPlan.DEFAULT,
                        false,
                        facts("CT", "x", SQUARE),
                        split,
                        SplitOutlook.of(split, cohort),
                        0.01,
                        Vault.UNTOUCHED,
                        SplitDrift.UNKNOWN),
                Code.FEW_TEST_CASES);

        assertThat(test.severity()).isEqualTo(Severity.WARNING);
        assertThat(test.evidence())
                .contains("are 4 positive of 1 patient and")
                .endsWith(
                        "a ROC AUC would have no interval, as one patient cannot say how far patients of a class differ.");
    }

    @Test
    void smallAndUnequalCohortsAreTold() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            images.add(image("i%03d".formatted(i), new PatientId("p" + i), i < 24 ? "sick" : "healthy"));
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(3, 0, 0.2), 1);
        DatasetFacts facts = new DatasetFacts("CT", "x", 400, 400, 0, 0, 0, SQUARE, List.of());
        ExperimentPlan plan =
                PlanJson.read("{\"backbone\": \"resnet50\", \"loss\": {\"positiveWeight\": {\"kind\": \"none\"}}}");

        assertThat(StartCheck.of(
                        plan,
                        true,
                        facts,
                        split,
                        SplitOutlook.of(split, cohort),
                        0.01,
                        Vault.UNTOUCHED,
                        SplitDrift.UNKNOWN))
                .extracting(PlanFinding::code)
                .containsExactlyInAnyOrder(
                        Code.FEW_VALIDATION_CASES,
                        Code.FEW_HELD_OUT_CASES,
                        Code.NO_TEST_SUBSET,
                        Code.FEW_FOLDS,
                        Code.IMBALANCE_IGNORED,
                        Code.DRAWN_ON_FEW,
                        Code.LARGE_NETWORK_FEW_PATIENTS);
        ExperimentPlan often =
                PlanJson.read("{\"sampling\": {\"kind\": \"oversampling\"}, \"pretrained\": {\"weights\": \"mine\"},"
                        + " \"loss\": {\"positiveWeight\": {\"kind\": \"none\"}}}");
        assertThat(StartCheck.of(
                        often,
                        true,
                        facts,
                        split,
                        SplitOutlook.of(split, cohort),
                        0.2,
                        Vault.UNTOUCHED,
                        SplitDrift.UNKNOWN))
                .extracting(PlanFinding::code)
                .contains(Code.OVERSAMPLED_OFTEN, Code.TUNED_AT_ONCE, Code.UNEQUAL_SHARES)
                .doesNotContain(Code.DRAWN_ON_FEW, Code.LARGE_NETWORK_FEW_PATIENTS, Code.IMBALANCE_IGNORED);
    }

    @Test
    void whoIsDroppedIsTold() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String label = i % 4 == 0 ? "sick" : "healthy";
            PatientId patient = new PatientId("p" + i);
            images.add(image(
                    "i%03d".formatted(i),
                    patient,
                    label,
                    LocalDate.of(2020, 1, 1).plusDays(i),
                    "a"));
            if (i % 10 == 0) {
                images.add(image("j%03d".formatted(i), patient, label, LocalDate.of(2021, 6, 1), "a"));
            }
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
        Split split =
                PatientSplitter.split(cohort, new SplitSpec.Temporal(0.3, null, 0.2, SplitSpec.Straddling.DROPPED), 1);

        assertThat(StartCheck.ofSplit(
                        facts("CT", "x", SQUARE),
                        split,
                        SplitOutlook.of(split, cohort),
                        0,
                        Vault.UNTOUCHED,
                        SplitDrift.UNKNOWN))
                .extracting(PlanFinding::code)
                .contains(Code.PATIENTS_DROPPED)
                .doesNotContain(Code.DAYS_UNUSED);
    }

    @Test
    void rolesThatDifferAreToldByWhatAndHowMuch() {
        SplitDrift drift = new SplitDrift(
                List.of(
                        difference(-1, Role.VALIDATION, "border", true, 0.71),
                        difference(-1, Role.VALIDATION, "intensity", false, 0.93),
                        difference(-1, Role.TEST, "thickness", true, 0.54),
                        difference(2, Role.HELD_OUT, "manufacturer", true, 0.8)),
                40);
        List<PlanFinding> told = drifting(FIVE_FOLDS, LARGE, true, drift);
        assertThat(told)
                .extracting(PlanFinding::severity)
                .containsExactly(Severity.WARNING, Severity.NOTICE, Severity.WARNING);
        assertThat(told.get(0).evidence())
                .isEqualTo(
                        "Validation images can be told from those to train on, over patients who were not learnt from: by"
                                + " 'intensity' with a ROC AUC of 0.930 (0.910 to 0.950), by 'border' with a ROC AUC of 0.710 (0.690 to"
                                + " 0.730). No label and no answer was looked at.");
        assertThat(told.get(1).evidence()).startsWith("Test images can be told from those to train and validate on");
        assertThat(told.get(2).evidence()).contains("in fold 2 by 'manufacturer'");
        assertThat(drifting(FIVE_FOLDS, LARGE, false, drift)).hasSize(2);

        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            images.add(image(
                    "i%03d".formatted(i),
                    new PatientId("p" + i),
                    i % 4 == 0 ? "sick" : "healthy",
                    LocalDate.of(2020, 1, 1).plusDays(i),
                    "a"));
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
        Split later =
                PatientSplitter.split(cohort, new SplitSpec.Temporal(0.3, null, 0.2, SplitSpec.Straddling.DROPPED), 1);
        assertThat(drifting(
                        later,
                        cohort,
                        false,
                        new SplitDrift(List.of(difference(-1, Role.TEST, "manufacturer", true, 0.99)), 10)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.NOTICE);
                    assertThat(finding.suggestion()).startsWith("That is what a split of this kind is for.");
                });
    }

    private static SplitDrift.Difference difference(
            int fold, Role role, String knowledge, boolean outside, double area) {
        return new SplitDrift.Difference(
                fold,
                role,
                knowledge,
                outside,
                new Probe(area, new Interval(area - 0.02, area + 0.02, 0.99, "DeLong")));
    }

    private static List<PlanFinding> drifting(Split split, Cohort cohort, boolean crossValidation, SplitDrift drift) {
        return StartCheck.of(
                        ExperimentPlan.DEFAULT,
                        crossValidation,
                        facts("CT", "x", SQUARE),
                        split,
                        SplitOutlook.of(split, cohort),
                        0.01,
                        Vault.UNTOUCHED,
                        drift)
                .stream()
                .filter(finding -> finding.code() == Code.ROLES_DIFFER)
                .toList();
    }

    @Test
    void whomAnotherSplitLocksAwayIsToldAndBlocksWhereRolesAreGivenByHand() {
        Vault vault = new Vault(0, 12, 1);
        PlanFinding dealt = of(
                StartCheck.of(
                        ExperimentPlan.DEFAULT,
                        true,
                        facts("CT", "x", SQUARE),
                        FIVE_FOLDS,
                        OUTLOOK,
                        0.01,
                        vault,
                        SplitDrift.UNKNOWN),
                Code.LOCKED_PATIENTS_READ);
        assertThat(dealt.severity()).isEqualTo(Severity.WARNING);
        assertThat(dealt.evidence()).contains("12 patients whom 1 other split locks away");

        Split byHand = given(RoleAssignment.of(FIVE_FOLDS), LARGE);
        PlanFinding given = of(
                StartCheck.ofSplit(
                        facts("CT", "x", SQUARE),
                        byHand,
                        SplitOutlook.of(byHand, LARGE),
                        0.01,
                        vault,
                        SplitDrift.UNKNOWN),
                Code.LOCKED_PATIENTS_READ);
        assertThat(given.severity()).isEqualTo(Severity.BLOCKING);
        assertThat(given.subject()).isEqualTo(Subject.SPLIT);
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeIsInTheTable(Code code) throws Exception {
        String table = Files.readString(
                Path.of(System.getProperty("foldwise.root", "..")).resolve("docs/linter.md"));
        String[] words = code.name().toLowerCase(java.util.Locale.ROOT).split("_", -1);
        String spelt = words[0]
                + Stream.of(words)
                        .skip(1)
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining());
        assertThat(table).contains("| `" + spelt + "` |");
    }

    private static void assertOnly(Code code, List<PlanFinding> findings) {
        assertThat(findings).extracting(PlanFinding::code).containsExactly(code);
        assertThat(findings.get(0).subject()).isEqualTo(Subject.PLAN);
    }

    /** Also where only files tell, in the words that they have. */
    @Test
    void mirroringIsJudgedByThePartThatIsShown() {
        String flip =
                "{\"anatomy\": {\"laterality\": \"irrelevant\"}, \"augmentation\": [{\"kind\": \"horizontalFlip\"}]}";
        for (String part : List.of(
                "CHEST",
                "Neck",
                "hip",
                "SKULL",
                "retina",
                "eye fundus",
                "kidney",
                "WRIST",
                "ankle",
                "ELBOW",
                "LSPINE",
                "STOMACH",
                "colon",
                "Mediastinum",
                "skin, HAND",
                // the names that public collections give
                "XR_ELBOW",
                "XR_SHOULDER",
                "LEFT_BREAST",
                "L_HAND",
                "UPPER_EXTREMITY",
                "CXR",
                "Head-Neck",
                "L-Spine",
                "hemithorax",
                "Nasal bones",
                // DICOM, PS3.16, annex L
                "ABDOMENPELVIS",
                "ADRENAL",
                "AORTA",
                "AXILLA",
                "BILEDUCT",
                "BLADDER",
                "BRONCHUS",
                "CALCANEUS",
                "CALF",
                "CAROTID",
                "CEREBELLUM",
                "CHESTABDPELVIS",
                "CIRCLEOFWILLIS",
                "CLAVICLE",
                "COCCYX",
                "CORNEA",
                "CORONARYARTERY",
                "CTSPINE",
                "DUODENUM",
                "EAR",
                "ESOPHAGUS",
                "EXTREMITY",
                "EYE",
                "EYELID",
                "FEMUR",
                "GALLBLADDER",
                "HEADNECK",
                "HUMERUS",
                "IAC",
                "ILEUM",
                "ILIUM",
                "JAW",
                "JEJUNUM",
                "LARYNX",
                "LSSPINE",
                "MAXILLA",
                "NECKCHESTABDPELVIS",
                "NOSE",
                "ORBIT",
                "OVARY",
                "PANCREAS",
                "PAROTID",
                "PATELLA",
                "PHARYNX",
                "PROSTATE",
                "RADIUSULNA",
                "RIB",
                "SCAPULA",
                "SCLERA",
                "SCROTUM",
                "SSPINE",
                "STERNUM",
                "SUBMANDIBULAR",
                "TESTIS",
                "THIGH",
                "THYMUS",
                "TIBIAFIBULA",
                "TLSPINE",
                "TMJ",
                "TRACHEA",
                "ULNA",
                "URETER",
                "URETHRA",
                "UTERUS",
                "WHOLEBODY",
                "ZYGOMA")) {
            assertThat(check(flip, facts(null, part, SQUARE), 0))
                    .as(part)
                    .extracting(PlanFinding::severity)
                    .containsExactly(Severity.BLOCKING);
        }
        assertThat(check(flip, facts("MG", null, SQUARE), 0))
                .extracting(PlanFinding::severity)
                .containsExactly(Severity.BLOCKING);
        for (String modality : List.of("X-ray", "DX", "CR", "US")) {
            assertThat(check(flip, facts(modality, null, SQUARE), 0))
                    .as(modality)
                    .extracting(PlanFinding::severity)
                    .containsExactly(Severity.WARNING);
        }
        for (String part : List.of("skin", "lesion", "wound surface")) {
            assertThat(check(flip, facts("photograph", part, SQUARE), 0))
                    .as(part)
                    .isEmpty();
        }
        assertThat(check(flip, facts("histology", "breast", SQUARE), 0)).isEmpty();
        assertThat(check(flip, facts("XC_skin", "hand", SQUARE), 0)).isEmpty();
        for (String part : List.of("shipment", "TONGUE", "CERVIX", "publication")) {
            assertThat(check(flip, facts("photograph", part, SQUARE), 0))
                    .as(part)
                    .extracting(PlanFinding::severity)
                    .containsExactly(Severity.WARNING);
        }
    }

    private static List<PlanFinding> balance(Task task, String plan, int... images) {
        List<String> classes = List.of("a", "b", "c");
        List<SplitOutlook.RoleOutlook> roles = new ArrayList<>();
        int all = task == Task.MULTILABEL
                ? 100_000
                : java.util.Arrays.stream(images).sum();
        for (int i = 0; i < images.length; i++) {
            roles.add(new SplitOutlook.RoleOutlook(
                    -1,
                    Role.TRAIN,
                    classes.get(i),
                    all,
                    PlannedCases.single(all - images[i]),
                    PlannedCases.single(images[i]),
                    List.of()));
        }
        SplitOutlook outlook = new SplitOutlook(task, List.of(), 0.5, roles);
        ExperimentPlan read = PlanJson.read(plan);
        if (task == Task.MULTICLASS && !(read.loss() instanceof LossSpec.CrossEntropy)) {
            read = read.withLoss(LossSpec.CrossEntropy.DEFAULT);
        }
        return StartCheck.of(
                read, false, facts("CT", "x", SQUARE), FIVE_FOLDS, outlook, 0, Vault.UNTOUCHED, SplitDrift.UNKNOWN);
    }

    @Test
    void classesAndLabelsAreHeldAgainstTheirShares() {
        String none = "{\"loss\": {\"kind\": \"crossEntropy\", \"classWeights\": {\"kind\": \"none\"}}}";
        String fixed =
                "{\"loss\": {\"kind\": \"crossEntropy\", \"classWeights\": {\"kind\": \"fixed\", \"values\": [%s]}}}";
        String labels = "{\"loss\": {\"positiveWeight\": {\"kind\": \"fixedPerLabel\", \"values\": [%s]}}}";

        assertThat(balance(Task.MULTICLASS, "{}", 90_000, 40_000, 2_000)).isEmpty();
        assertThat(balance(Task.MULTICLASS, none, 5_000, 4_000, 2_000)).isEmpty();
        assertThat(balance(Task.MULTICLASS, none, 8_000, 4_000, 2_000))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo(Code.IMBALANCE_IGNORED);
                    assertThat(finding.severity()).isEqualTo(Severity.NOTICE);
                    assertThat(finding.evidence()).contains("8000 of 'a', 4000 of 'b', 2000 of 'c'", "4.00 to 1");
                });
        assertThat(balance(Task.MULTICLASS, none, 22_000, 4_000, 2_000))
                .extracting(PlanFinding::severity)
                .containsExactly(Severity.WARNING);
        assertThat(balance(
                        Task.MULTICLASS,
                        "{\"sampling\": {\"kind\": \"oversampling\"}, \"loss\": {\"kind\": \"crossEntropy\", \"classWeights\":"
                                + " {\"kind\": \"none\"}}}",
                        22_000,
                        4_000,
                        2_000))
                .extracting(PlanFinding::code)
                .contains(Code.OVERSAMPLED_OFTEN);
        // weights of 1 / n, up to a common factor
        assertThat(balance(Task.MULTICLASS, fixed.formatted("1, 2, 4"), 8_000, 4_000, 2_000))
                .isEmpty();
        assertThat(balance(Task.MULTICLASS, fixed.formatted("10, 20, 40"), 8_000, 4_000, 2_000))
                .isEmpty();
        assertThat(balance(Task.MULTICLASS, fixed.formatted("1, 2, 1"), 8_000, 4_000, 2_000))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo(Code.POSITIVE_WEIGHT_OFF);
                    assertThat(finding.pointer()).isEqualTo("/loss/classWeights");
                    assertThat(finding.evidence()).contains("that of 'c' is 1.00");
                });
        assertThat(balance(Task.MULTILABEL, labels.formatted("9, 1, 99"), 10_000, 20_000, 1_000))
                .isEmpty();
        assertThat(balance(Task.MULTILABEL, labels.formatted("9, 2, 50"), 10_000, 20_000, 1_000))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo(Code.POSITIVE_WEIGHT_OFF);
                    assertThat(finding.evidence())
                            .startsWith("2 of 3 positive weights")
                            .contains("that of 'b' is 2.00, and 4.00 for", "that of 'c' is 50.00, and 99.00 for");
                });
    }

    private static List<PlanFinding> binary(String loss, String sampling, int negatives, int positives) {
        SplitOutlook.RoleOutlook training = new SplitOutlook.RoleOutlook(
                -1,
                Role.TRAIN,
                "ill",
                negatives + positives,
                PlannedCases.single(negatives),
                PlannedCases.single(positives),
                List.of());
        return StartCheck.of(
                        PlanJson.read("{\"loss\": %s, \"sampling\": {\"kind\": \"%s\"}}".formatted(loss, sampling)),
                        false,
                        facts("CT", "x", SQUARE),
                        FIVE_FOLDS,
                        new SplitOutlook(Task.BINARY, List.of(), 0.5, List.of(training)),
                        0,
                        Vault.UNTOUCHED,
                        SplitDrift.UNKNOWN)
                .stream()
                .filter(finding ->
                        finding.code() != Code.CALIBRATION_SHIFTED && finding.code() != Code.OVERSAMPLED_OFTEN)
                .toList();
    }

    /** By the weights that it comes to, whatever it is called. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            nullValues = "-",
            value = {
                "{'positiveWeight': {'kind': 'none'}}                             | natural  | 100000 |  1000 | IMBALANCE_IGNORED",
                "{'positiveWeight': {'kind': 'effectiveNumber', 'beta': 0}}       | natural  | 100000 |  1000 | IMBALANCE_IGNORED",
                "{'positiveWeight': {'kind': 'effectiveNumber', 'beta': 0.9}}     | natural  | 100000 |  1000 | IMBALANCE_IGNORED",
                "{'positiveWeight': {'kind': 'effectiveNumber', 'beta': 0.9999}}  | natural  | 100000 |  1000 | -",
                "{'positiveWeight': {'kind': 'fixedPerLabel', 'values': [1]}}     | natural  | 100000 |  1000 | IMBALANCE_IGNORED",
                "{'kind': 'focal', 'alpha': -1}                                   | natural  | 100000 |  1000 | IMBALANCE_IGNORED",
                "{'kind': 'focal', 'alpha': 0.5}                                  | natural  | 100000 |  1000 | IMBALANCE_IGNORED",
                "{'kind': 'focal'}                                                | natural  |  19000 |  1000 | POSITIVE_WEIGHT_OFF",
                "{'kind': 'focal', 'alpha': 0.95}                                 | natural  |  19000 |  1000 | -",
                "{'kind': 'focal', 'alpha': 0.92}                                 | natural  |  19000 |  1000 | POSITIVE_WEIGHT_OFF",
                "{'kind': 'focal'}                                                | natural  |   1000 |  3000 | -",
                "{'positiveWeight': {'kind': 'effectiveNumber', 'beta': 0}}       | weighted |  19000 |  1000 | -",
                "{'positiveWeight': {'kind': 'effectiveNumber', 'beta': 0.9}}     | weighted |  19000 |  1000 | -",
                "{'positiveWeight': {'kind': 'balanced'}}                         | weighted |   9000 |  1000 | IMBALANCE_CORRECTED_TWICE",
                "{'positiveWeight': {'kind': 'balanced'}}                         | weighted |   9000 |  9000 | -",
                "{'positiveWeight': {'kind': 'fixed', 'value': 0.5}}              | weighted |   9000 |  1000 | POSITIVE_WEIGHT_OFF",
                "{'kind': 'focal'}                                                | weighted |   9000 |  1000 | POSITIVE_WEIGHT_OFF",
                "{'kind': 'focal'}                                                | weighted |   1000 |  3000 | IMBALANCE_CORRECTED_TWICE",
                "{'kind': 'focal', 'alpha': -1}                                   | weighted |   9000 |  1000 | -"
            })
    void correctionsAreJudgedByTheWeightsThatTheyComeTo(
            String loss, String sampling, int negatives, int positives, @Nullable Code expected) {
        assertThat(binary(loss.replace('\'', '"'), sampling, negatives, positives))
                .extracting(PlanFinding::code)
                .isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    @Test
    void theWeightThatAFocalLossGivesIsTold() {
        assertThat(binary("{\"kind\": \"focal\"}", "natural", 19_000, 1_000))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.pointer()).isEqualTo("/loss/alpha");
                    assertThat(finding.evidence())
                            .isEqualTo(
                                    "The positive weight is 0.33, which is alpha / (1 - alpha), but training images are 19000"
                                            + " negative and 1000 positive, and what gives both classes the same weight before gamma lessens"
                                            + " easy images is negatives divided by positives, 19.00.");
                    assertThat(finding.suggestion()).startsWith("Set loss.alpha to 0.950,");
                });
        assertThat(balance(Task.MULTILABEL, "{\"loss\": {\"kind\": \"focal\"}}", 75_000, 20_000, 1_000))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.pointer()).isEqualTo("/loss/alpha");
                    assertThat(finding.evidence())
                            .startsWith("2 of 3 positive weights, which are alpha / (1 - alpha), are not")
                            .contains("that of 'b' is 0.33, and 4.00 for", "that of 'c' is 0.33, and 99.00 for");
                });
        assertThat(balance(Task.MULTILABEL, "{\"loss\": {\"kind\": \"focal\", \"alpha\": -1}}", 75_000, 20_000, 1_000))
                .isEmpty();
        assertThat(balance(
                        Task.MULTILABEL,
                        "{\"loss\": {\"positiveWeight\": {\"kind\": \"fixedPerLabel\", \"values\": [1, 1, 1]}}}",
                        50_000,
                        40_000,
                        1_000))
                .isEmpty();
        assertThat(balance(
                        Task.MULTICLASS,
                        "{\"loss\": {\"kind\": \"crossEntropy\", \"classWeights\": {\"kind\": \"fixed\", \"values\": [2, 2, 2]}}}",
                        50_000,
                        40_000,
                        1_000))
                .extracting(PlanFinding::code)
                .containsExactly(Code.IMBALANCE_IGNORED);
    }

    private static PlanFinding of(List<PlanFinding> findings, Code code) {
        return findings.stream()
                .filter(finding -> finding.code() == code)
                .findFirst()
                .orElseThrow();
    }

    /** The body part may be one whose sides are alike: the label is not, whichever of two is the positive one. */
    @ParameterizedTest
    @CsvSource({"left, right, left", "left eye, normal, left eye", "normal, left eye, left eye", "H, L,", "NR, R,"})
    void whereALabelIsASideMirrorImagesBlock(String negative, String positive, @Nullable String side) {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            images.add(image("film" + i, new PatientId("p" + i), i % 2 == 0 ? negative : positive));
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of(negative, positive), PatientLabelRule.ANY_POSITIVE, images);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.2, 0.2), 1);
        String plan =
                "{\"anatomy\": {\"laterality\": \"irrelevant\"}, \"augmentation\": [{\"kind\": \"horizontalFlip\"}]}";
        for (String bodyPart : new String[] {"skin", "knee", null}) {
            DatasetFacts facts = new DatasetFacts("photograph", bodyPart, 60, 60, 0, 0, 0, SQUARE, List.of());

            List<PlanFinding> findings = StartCheck.of(
                    PlanJson.read(plan),
                    true,
                    facts,
                    split,
                    SplitOutlook.of(split, cohort),
                    0,
                    Vault.UNTOUCHED,
                    SplitDrift.UNKNOWN);

            assertThat(findings)
                    .filteredOn(finding -> finding.code() == Code.MIRRORED_ANATOMY
                            && finding.severity() == Severity.BLOCKING
                            && finding.evidence().contains("is told by the side"))
                    .hasSize(side == null ? 0 : 1)
                    .allSatisfy(finding -> assertThat(finding.evidence()).contains("'" + side + "'"));
        }
    }

    /** Of 60 patients one shows the rare label, who is trained on in all folds but one. */
    @Test
    void aLabelThatRolesLackIsTold() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<String> labels = i == 7 ? List.of("rare") : i % 3 == 0 ? List.of("common") : List.of();
            String name = String.format("p%02d", i);
            images.add(new ImageRecord(name, Digest.of(name), new PatientId(name), labels, null, null));
        }
        Cohort cohort = new Cohort(Task.MULTILABEL, List.of("common", "rare"), PatientLabelRule.ANY_POSITIVE, images);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.2, 0.2), 1);
        DatasetFacts facts = new DatasetFacts(null, null, 60, 60, 0, 0, 0, null, List.of());

        List<PlanFinding> absent =
                StartCheck.ofSplit(facts, split, SplitOutlook.of(split, cohort), 0, Vault.UNTOUCHED, SplitDrift.UNKNOWN)
                        .stream()
                        .filter(finding -> finding.code() == Code.CLASS_ABSENT)
                        .toList();

        assertThat(absent)
                .extracting(PlanFinding::severity)
                .containsExactly(Severity.WARNING, Severity.WARNING, Severity.NOTICE, Severity.WARNING);
        assertThat(absent.get(0).evidence()).matches("Train images: none shows 'rare' in fold \\d\\. .*");
        assertThat(absent.get(1).evidence()).startsWith("Validation images: none shows 'rare' in folds 0, 1, 2, 3, 4.");
        assertThat(absent.get(2).evidence()).matches("Held-out images: none shows 'rare' in folds (\\d, ){3}\\d\\. .*");
        assertThat(absent.get(3).evidence()).startsWith("Test images: none shows 'rare'.");
    }

    /** Four repeats of which three hold out the same patients, in folds of another order. */
    @Test
    void repeatsThatAreNoneAreTold() {
        List<RoleAssignment> rows = new ArrayList<>();
        for (int p = 0; p < 40; p++) {
            PatientId patient = new PatientId("p%02d".formatted(p));
            rows.add(new RoleAssignment(Fold.DEVELOPMENT, patient, p % 5 == 4 ? Role.VALIDATION : Role.TRAIN));
            for (int fold = 0; fold < 8; fold++) {
                boolean heldOut = (fold < 6 ? p / 2 % 2 : p / 4 % 2) == (fold / 2 == 1 ? 1 - fold % 2 : fold % 2);
                rows.add(new RoleAssignment(
                        fold, patient, heldOut ? Role.HELD_OUT : p % 5 == 4 ? Role.VALIDATION : Role.TRAIN));
            }
        }
        Cohort cohort = new Cohort(
                Task.BINARY,
                List.of("well", "ill"),
                PatientLabelRule.ANY_POSITIVE,
                IntStream.range(0, 40)
                        .mapToObj("p%02d"::formatted)
                        .map(name -> new ImageRecord(
                                name,
                                Digest.of(name),
                                new PatientId(name),
                                List.of(name.charAt(2) % 2 == 0 ? "well" : "ill"),
                                null,
                                null))
                        .toList());
        Split split = GivenSplit.of(rows, 4, cohort, SplitRules.DEFAULT, PatientTies.NONE);
        DatasetFacts facts = new DatasetFacts(null, null, 40, 40, 0, 0, 0, null, List.of());

        assertThat(StartCheck.ofSplit(
                        facts, split, SplitOutlook.of(split, cohort), 0, Vault.UNTOUCHED, SplitDrift.UNKNOWN))
                .filteredOn(finding -> finding.code() == Code.REPEATS_ALIKE)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.evidence())
                            .startsWith("2 of 4 repeats hold the same patients out together as an earlier one does");
                });
    }

    private static List<PlanFinding> check(String plan, DatasetFacts facts, int openings) {
        return StartCheck.of(
                PlanJson.read(plan), true, facts, FIVE_FOLDS, OUTLOOK, 0.01, opened(openings), SplitDrift.UNKNOWN);
    }

    private static Vault opened(int openings) {
        return new Vault(openings, 0, 0);
    }

    private static DatasetFacts facts(
            @Nullable String modality, @Nullable String bodyPart, DatasetFacts.Pixels pixels) {
        return new DatasetFacts(modality, bodyPart, 7600, 7600, 0, 0, 0, pixels, List.of());
    }

    private static DatasetFacts.Pixels pixels(double narrowest, double widest, double median, int colour) {
        return new DatasetFacts.Pixels(narrowest, widest, median, colour, 7600);
    }

    private static Cohort cohort(int patients) {
        return aCohort()
                .withPatients(patients)
                .withPositivePatients(0.25)
                .withImagesPerPatient(1, 1)
                .build();
    }

    /** Images of one folder, dealt out to so many patients, and the role that the folder gives them. */
    private static void folder(
            List<ImageRecord> images, List<RoleAssignment> roles, String label, int count, int patients, Role role) {
        for (int patient = 0; patient < patients; patient++) {
            roles.add(new RoleAssignment(-1, new PatientId(role + label + patient), role));
        }
        for (int i = 0; i < count; i++) {
            images.add(image(role + "/" + label + "/" + i, new PatientId(role + label + i % patients), label));
        }
    }

    private static Split given(List<RoleAssignment> roles, Cohort cohort) {
        Split split = GivenSplit.of(roles, cohort, SplitRules.DEFAULT, PatientTies.of(cohort, SplitRules.DEFAULT));
        assertThat(LeakageAudit.of(split, cohort).passed()).isTrue();
        return split;
    }
}
