package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class TaskSplitTest {
    private static final List<String> CLASSES = List.of("a", "b", "c", "d");

    /** Patients with one to four images; class d is rare, and a multi-label image shows each label by itself. */
    private static Cohort cohort(Task task, int patients, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ImageRecord> images = new ArrayList<>();
        for (int p = 0; p < patients; p++) {
            PatientId patient = new PatientId(String.format("p%04d", p));
            String ofPatient = CLASSES.get(p % 20 == 0 ? 3 : p % 3);
            for (int i = random.nextInt(4); i >= 0; i--) {
                List<String> labels = new ArrayList<>();
                if (task == Task.MULTICLASS) {
                    labels.add(ofPatient);
                } else {
                    CLASSES.stream()
                            .filter(name -> name.equals("d") ? ofPatient.equals("d") : random.nextInt(4) == 0)
                            .forEach(labels::add);
                }
                String name = patient + "/" + i;
                images.add(new ImageRecord(name, Digest.of(name), patient, labels, null, null));
            }
        }
        PatientLabelRule rule = task == Task.MULTICLASS ? PatientLabelRule.MAJORITY : PatientLabelRule.ANY_POSITIVE;
        return new Cohort(task, CLASSES, rule, images);
    }

    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    void everyFoldSeesEveryClassInTheSharesOfTheWhole(Task task) {
        for (long seed = 0; seed < 3; seed++) {
            Cohort cohort = cohort(task, 200, seed);

            Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.15, 0.15), seed);

            LeakageAudit audit = LeakageAudit.of(split, cohort);
            assertThat(audit.passed()).as("seed %d: %s", seed, audit.findings()).isTrue();
            assertThat(audit.greatestShareDeviation()).as("seed %d", seed).isLessThan(0.05);
            for (LeakageAudit.FoldCounts fold : audit.folds()) {
                for (LeakageAudit.RoleCounts role : fold.roles()) {
                    assertThat(role.classes())
                            .as("%d %s", fold.fold(), role.role())
                            .allSatisfy(counts -> assertThat(counts.images()).isPositive());
                }
            }
        }
    }

    @Test
    void tellsOfEachClassThatIsTooRare() {
        Cohort cohort = cohort(Task.MULTICLASS, 41, 1);

        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.15, 0.15), 1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .singleElement()
                        .asString()
                        .contains("class 'd' has 3 patients"));
    }

    /** A label of one patient is no reason to refuse the other labels; it is learnt from wherever its patient is not held out. */
    @Test
    void aRareLabelIsMissingWhereItCannotBe() {
        for (SplitSpec spec : List.of(new SplitSpec.KFold(5, 0.15, 0.15), new SplitSpec.Holdout(0.7, 0.1, 0.2))) {
            for (int patients : new int[] {20, 40, 41}) {
                Cohort cohort = cohort(Task.MULTILABEL, patients, 1);
                int rare = (patients + 19) / 20;

                LeakageAudit audit = LeakageAudit.of(PatientSplitter.split(cohort, spec, 1), cohort);

                assertThat(audit.passed()).isTrue();
                int heldOut = 0;
                for (LeakageAudit.FoldCounts fold : audit.folds()) {
                    for (LeakageAudit.RoleCounts role : fold.roles()) {
                        assertThat(role.classes().subList(0, 3))
                                .as("%s, %d patients, fold %d %s", spec, patients, fold.fold(), role.role())
                                .allSatisfy(
                                        counts -> assertThat(counts.images()).isPositive());
                        int shown = role.classes().get(3).patients();
                        heldOut += role.role() == Role.HELD_OUT ? shown : 0;
                        if (role.role() == Role.TRAIN && fold.fold() == Fold.DEVELOPMENT) {
                            assertThat(shown)
                                    .as("rare label of %d patients in train", rare)
                                    .isPositive();
                        }
                        if (role.role() == Role.TEST) {
                            assertThat(shown > 0)
                                    .as("rare label of %d patients in test", rare)
                                    .isEqualTo(rare > 1);
                        }
                    }
                }
                assertThat(heldOut).isEqualTo(spec instanceof SplitSpec.Holdout ? 0 : rare == 1 ? 1 : rare - 1);
            }
        }
    }

    /** Twelve patients, one a day, at three sites; of two labels one has a patient for every role, and one has two patients. */
    private static Cohort rareLabels() {
        List<ImageRecord> images = new ArrayList<>();
        for (int p = 0; p < 12; p++) {
            List<String> labels = p < 2 || p == 11 ? List.of("a") : p < 4 ? List.of("b") : List.of();
            images.add(new ImageRecord(
                    "i" + p,
                    Digest.of("i" + p),
                    new PatientId("p" + p),
                    labels,
                    LocalDate.of(2020, 1, 1 + p),
                    "s" + p % 3));
        }
        return new Cohort(Task.MULTILABEL, List.of("a", "b"), PatientLabelRule.MAJORITY, images);
    }

    private static SplitSpec.Temporal from(int year, int day) {
        return new SplitSpec.Temporal(null, LocalDate.of(year, 1, day), 0.2, SplitSpec.Straddling.DROPPED);
    }

    /** Sixty patients, one a day at three sites; those of the rare label are all late, and at no more than two of the sites. */
    private static Cohort lateLabel(int rare) {
        List<ImageRecord> images = new ArrayList<>();
        for (int p = 0; p < 60; p++) {
            List<String> labels = new ArrayList<>(p % 2 == 1 ? List.of("a") : List.of());
            if (p >= 60 - rare) {
                labels.add("rare");
            }
            images.add(new ImageRecord(
                    "i" + p,
                    Digest.of("i" + p),
                    new PatientId("p%02d".formatted(p)),
                    labels,
                    LocalDate.of(2020, 1, 1).plusDays(Math.min(p, 60 - rare)),
                    p >= 60 - rare ? "s" + p % 2 : "s" + p % 3));
        }
        return new Cohort(Task.MULTILABEL, List.of("a", "rare"), PatientLabelRule.MAJORITY, images);
    }

    /** A label that all later patients have and no earlier one is no reason to refuse what else could be learnt. */
    @Test
    void aLabelMayBeMissingOnASideOfADayOrASiteHoweverManyHaveIt() {
        for (int rare : new int[] {2, 4, 8, 12}) {
            Cohort cohort = lateLabel(rare);
            for (SplitSpec spec : List.of(
                    new SplitSpec.Temporal(0.2, null, 0.2, SplitSpec.Straddling.DROPPED),
                    new SplitSpec.Temporal(
                            null, LocalDate.of(2020, 1, 1).plusDays(30), 0.2, SplitSpec.Straddling.BY_LATEST_IMAGE),
                    new SplitSpec.Site(List.of(), 0.2),
                    new SplitSpec.Site(List.of("s2"), 0.2))) {
                Split split = PatientSplitter.split(cohort, spec, 1);

                LeakageAudit audit = LeakageAudit.of(split, cohort);
                assertThat(audit.passed()).isTrue();
                assertThat(audit.folds())
                        .as("%s, %d with the rare label", spec, rare)
                        .allSatisfy(fold -> {
                            for (LeakageAudit.RoleCounts role : fold.roles()) {
                                assertThat(role.classes().get(0).images()).isPositive();
                            }
                            int train = fold.roles().get(0).classes().get(1).patients();
                            int validation =
                                    fold.roles().get(1).classes().get(1).patients();
                            assertThat(validation > 0).isEqualTo(train + validation > 1);
                        });
                List<RoleAssignment> rows = RoleAssignment.of(split);
                assertThat(GivenSplit.of(rows, cohort, SplitRules.DEFAULT, PatientTies.NONE)
                                .allFolds())
                        .as("what is written can be handed in")
                        .isEqualTo(split.allFolds());
            }
        }
    }

    /** Forty patients, one a day; those of the label "early" are among the first twelve. */
    private static Cohort earlyLabel(Task task) {
        List<ImageRecord> images = new ArrayList<>();
        for (int p = 0; p < 40; p++) {
            List<String> labels = p < 20 == (p % 2 == 0) ? List.of("a") : p < 12 ? List.of("early") : List.of();
            images.add(new ImageRecord(
                    "i" + p,
                    Digest.of("i" + p),
                    new PatientId("p%02d".formatted(p)),
                    task.isExclusive() && labels.isEmpty() ? List.of("a") : labels,
                    LocalDate.of(2020, 1, 1).plusDays(p),
                    null));
        }
        return new Cohort(task, List.of("a", "early"), PatientLabelRule.MAJORITY, images);
    }

    /** A day on which every label is on both sides comes before one that fits the wished share better, but not at any price. */
    @ParameterizedTest
    @CsvSource({"0.5, 29", "0.36, 14", "0.3, 12", "0.2, 8"})
    void aDayThatServesAllLabelsIsPreferredWhereItsTestIsAboutAsLargeAsWished(double wished, int tested) {
        Cohort cohort = earlyLabel(Task.MULTILABEL);

        Split split = PatientSplitter.split(
                cohort, new SplitSpec.Temporal(wished, null, 0.2, SplitSpec.Straddling.DROPPED), 1);

        assertThat(split.test()).hasSize(tested);
    }

    @Test
    void noDayIsChosenWhoseTestIsFarFromTheWishedShare() {
        Cohort cohort = earlyLabel(Task.BINARY);

        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(
                        cohort, new SplitSpec.Temporal(0.2, null, 0.2, SplitSpec.Straddling.DROPPED), 1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .containsExactly("no day that leaves every class on both sides has a test of about 0.2 of the"
                                + " patients, from 0.1 to 0.4: from 2020-01-12, which comes closest, it is 0.725 (29 of 40); wish another share or name the day as"
                                + " testFrom: feasible are 8 days from 2020-01-05 to 2020-01-12"));
        assertThat(PatientSplitter.split(
                                cohort, new SplitSpec.Temporal(0.6, null, 0.2, SplitSpec.Straddling.DROPPED), 1)
                        .test())
                .hasSize(29);
    }

    /** Where every label may be missing, there must be patients all the same. */
    @Test
    void rareLabelsNeedPatientsOnBothSides() {
        String few = " for train and validation: at least 2 who share no images are needed";
        String feasible = "; feasible are 7 days from 2020-01-05 to 2020-01-11";
        for (Map.Entry<SplitSpec, String> refused : Map.<SplitSpec, String>of(
                        from(2019, 1),
                        "with a test from 2019-01-01, there are 0 patients" + few + feasible,
                        from(2020, 2),
                        "with a test from 2020-01-02, there is 1 patient" + few + feasible,
                        from(2030, 1),
                        "with a test from 2030-01-01, no patient is in the test subset" + feasible,
                        new SplitSpec.Site(List.of("s0", "s1", "s2"), 0.2),
                        "there are 0 patients" + few
                                + "; sites that can be named as test are 's0', 's1', 's2', each alone")
                .entrySet()) {
            assertThatExceptionOfType(InfeasibleSplitException.class)
                    .as("%s", refused.getKey())
                    .isThrownBy(() -> PatientSplitter.split(rareLabels(), refused.getKey(), 1))
                    .satisfies(infeasible -> assertThat(infeasible.reasons()).containsExactly(refused.getValue()));
        }
    }

    /** The share closest to the wished one that leaves two patients with a label, and two without it, to learn from. */
    @Test
    void aLargeTestLeavesSomebodyToLearnFrom() {
        Split split = PatientSplitter.split(
                rareLabels(), new SplitSpec.Temporal(0.9, null, 0.2, SplitSpec.Straddling.DROPPED), 1);

        assertThat(split.test()).hasSize(8);
        assertThat(split.development().patients(Role.TRAIN)).hasSize(2);
        assertThat(split.development().patients(Role.VALIDATION)).hasSize(2);
    }

    /** A test without a label is a test of the others, but not where there are no others; nor is one in which everybody shows them. */
    @Test
    void aSplitInWhichNoLabelCanBeLearntAndJudgedIsRefused() {
        Cohort cohort = rareLabels();
        Cohort alike = new Cohort(
                Task.MULTILABEL,
                List.of("a", "b"),
                PatientLabelRule.MAJORITY,
                cohort.images().stream()
                        .map(image -> new ImageRecord(
                                image.name(),
                                image.content(),
                                image.patient(),
                                // of the days, the first eight patients show it, of the sites, nobody of s1 does
                                Integer.parseInt(image.patient().value().substring(1)) < 8 && !"s1".equals(image.site())
                                        ? List.of("a", "b")
                                        : List.of(),
                                image.acquiredOn(),
                                image.site()))
                        .toList());
        for (SplitSpec spec : List.of(from(2020, 9), from(2020, 12), new SplitSpec.Site(List.of("s1"), 0.2))) {
            assertThatExceptionOfType(InfeasibleSplitException.class)
                    .as("%s", spec)
                    .isThrownBy(() -> PatientSplitter.split(alike, spec, 1))
                    .satisfies(infeasible -> assertThat(infeasible.reasons())
                            .singleElement()
                            .asString()
                            .contains("no label that some images of the test subset show and others do not")
                            .contains(
                                    spec instanceof SplitSpec.Site
                                            ? "sites that can be named as test are 's0', 's2', each alone"
                                            : "feasible are 2 days from 2020-01-06 to 2020-01-07"));
        }
        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(alike, new SplitSpec.Site(List.of(), 0.2), 1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .singleElement()
                        .asString()
                        .startsWith("site 's1' has no label that some of its images show"));
        Split sound = PatientSplitter.split(alike, from(2020, 7), 1);
        List<RoleAssignment> blind = RoleAssignment.of(sound).stream()
                .map(row -> {
                    int patient = Integer.parseInt(row.patient().value().substring(1));
                    boolean shows = patient < 8 && patient % 3 != 1;
                    return new RoleAssignment(
                            row.fold(),
                            row.patient(),
                            patient == 10 || patient == 4 ? Role.VALIDATION : shows ? Role.TRAIN : Role.TEST);
                })
                .toList();

        assertThatExceptionOfType(RefusedAssignmentsException.class)
                .isThrownBy(() -> GivenSplit.of(blind, alike, SplitRules.DEFAULT, PatientTies.NONE))
                .satisfies(refused -> assertThat(refused.flaws())
                        .extracting(GivenSplit.Flaw::detail)
                        .anyMatch(detail -> detail.contains(GivenSplit.NO_LABEL_IN_COMMON)));
    }

    /** Also where chance has left a role, or whoever is held out, without any label: a table is held to no more than chance is. */
    @Test
    void whatChanceHasDividedCanBeHandedIn() {
        int blind = 0;
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double rate = seed % 2 == 0 ? 0.1 : 0.9;
            List<ImageRecord> images = new ArrayList<>();
            for (int p = 0; p < 15; p++) {
                boolean second = p == 1 || random.nextInt(20) == 0;
                List<String> labels = new ArrayList<>(p == 0 || random.nextDouble() < rate ? List.of("a") : List.of());
                labels.addAll(second ? List.of("b") : List.of());
                images.add(new ImageRecord("i" + p, Digest.of("i" + p), new PatientId("p" + p), labels, null, null));
            }
            Cohort cohort = new Cohort(Task.MULTILABEL, List.of("a", "b"), PatientLabelRule.ANY_POSITIVE, images);
            for (SplitSpec spec : List.of(
                    new SplitSpec.Holdout(0.6, 0.2, 0.2),
                    new SplitSpec.Holdout(0.8, 0.2, 0),
                    new SplitSpec.KFold(2, 0, 0.2),
                    new SplitSpec.KFold(5, 0.2, 0.2))) {
                Split split = PatientSplitter.split(cohort, spec, seed);

                assertThat(GivenSplit.of(RoleAssignment.of(split), cohort, SplitRules.DEFAULT, PatientTies.NONE)
                                .allFolds())
                        .as("%s, cohort %d", spec, seed)
                        .isEqualTo(split.allFolds());
                for (LeakageAudit.RoleCounts role :
                        LeakageAudit.of(split, cohort).folds().get(0).roles()) {
                    blind += role.classes().stream()
                                    .allMatch(label -> label.images() == 0 || label.images() == role.images())
                            ? 1
                            : 0;
                }
            }
        }
        assertThat(blind).isPositive();
    }

    /** Of a wish of 0.6 a test of 0.8 leaves half of what was wished to learn from, and no rounding makes it less. */
    @Test
    void aBoundOfATestIsWithinIt() {
        List<ImageRecord> images = new ArrayList<>();
        for (int p = 0; p < 20; p++) {
            LocalDate day = LocalDate.of(2020, 1, p < 4 ? 1 : 2);
            String label = p % 2 == 0 ? "a" : "b";
            images.add(new ImageRecord("i" + p, Digest.of("i" + p), new PatientId("p" + p), List.of(label), day, null));
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of("a", "b"), PatientLabelRule.MAJORITY, images);

        assertThat(PatientSplitter.split(
                                cohort, new SplitSpec.Temporal(0.6, null, 0.2, SplitSpec.Straddling.DROPPED), 1)
                        .test())
                .hasSize(16);
        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(
                        cohort, new SplitSpec.Temporal(0.5, null, 0.2, SplitSpec.Straddling.DROPPED), 1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .singleElement()
                        .asString()
                        .contains(
                                "of about 0.5 of the patients, from 0.25 to 0.75: from 2020-01-02, which comes closest,"
                                        + " it is 0.8 (16 of 20)"));
    }

    @Test
    void aSiteThatLeavesNobodyToLearnFromIsNotHeldOut() {
        Cohort cohort = rareLabels();
        List<ImageRecord> images = cohort.images().stream()
                .map(image -> new ImageRecord(
                        image.name(),
                        image.content(),
                        image.patient(),
                        image.labels(),
                        null,
                        image.name().equals("i0") ? "small" : "large"))
                .toList();

        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(
                        new Cohort(Task.MULTILABEL, List.of("a", "b"), PatientLabelRule.MAJORITY, images),
                        new SplitSpec.Site(List.of(), 0.2),
                        1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .containsExactly(
                                "site 'large' leaves 1 patient for train and validation: at least 2 who share no"
                                        + " images are needed"));
    }

    /** Each label has a patient for either role, but each patient has two labels: some role must lack one, whoever is where. */
    @Test
    void refusesLabelsThatStandInEachOthersWay() {
        List<ImageRecord> images = new ArrayList<>();
        List<List<String>> labels =
                List.of(List.of("a", "c"), List.of("a", "b"), List.of("b", "c"), List.of(), List.of(), List.of());
        for (int i = 0; i < labels.size(); i++) {
            images.add(new ImageRecord("i" + i, Digest.of("i" + i), new PatientId("p" + i), labels.get(i), null, null));
        }
        Cohort cohort = new Cohort(Task.MULTILABEL, List.of("a", "b", "c"), PatientLabelRule.ANY_POSITIVE, images);

        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(cohort, new SplitSpec.Holdout(0.5, 0.5, 0), 1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .singleElement()
                        .asString()
                        .containsPattern("(train|validation) has no image of class '[abc]', which 2 patients have"));
    }
}
