package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.CohortFixture;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Invariants, for random cohorts: every role has every class, patients who share images stay together, and the result depends
 * on nothing but cohort, specification and seed.
 */
class PatientSplitterTest {
    private static final List<SplitSpec> SPECS = List.of(
            new SplitSpec.Holdout(0.6, 0.2, 0.2),
            new SplitSpec.Holdout(0.8, 0.2, 0),
            new SplitSpec.KFold(2, 0.2, 0.3),
            new SplitSpec.KFold(5, 0.2, 0.2),
            new SplitSpec.KFold(10, 0, 0.1));

    static LongStream seeds() {
        String given = System.getProperty("tests.seed", "");
        return given.isEmpty() ? LongStream.rangeClosed(1, 4) : LongStream.of(Long.parseLong(given));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyRoleOfEveryFoldSeesEveryClass(long seed) {
        Cohort cohort = randomCohort(seed);
        for (SplitSpec spec : SPECS) {
            Split split = PatientSplitter.split(cohort, spec, seed);
            for (Fold fold : split.allFolds()) {
                for (Role role : rolesOf(spec, fold)) {
                    assertThat(classesOf(cohort, fold.patients(role)))
                            .as("%s, fold %d, %s", spec, fold.index(), role)
                            .containsExactlyInAnyOrderElementsOf(cohort.classes());
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void patientsWhoShareImagesAreNeverParted(long seed) {
        Cohort cohort = randomCohort(seed);
        for (SplitSpec spec : SPECS) {
            for (Fold fold : PatientSplitter.split(cohort, spec, seed).allFolds()) {
                assertThat(Stream.of(3, 17, 30, 31)
                                .map(number -> fold.roles().get(patient(number)))
                                .collect(Collectors.toSet()))
                        .as("%s, fold %d", spec, fold.index())
                        .hasSize(1);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theOrderOfImagesDoesNotMatter(long seed) {
        Cohort cohort = randomCohort(seed);
        List<ImageRecord> shuffled = new ArrayList<>(cohort.images());
        Collections.shuffle(shuffled, new Random(seed));
        Cohort same = new Cohort(cohort.task(), cohort.classes(), cohort.patientLabelRule(), shuffled);

        for (SplitSpec spec : SPECS) {
            assertThat(PatientSplitter.split(same, spec, seed)).isEqualTo(PatientSplitter.split(cohort, spec, seed));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theAuditFindsNothingWrong(long seed) {
        Cohort cohort = randomCohort(seed);
        for (SplitSpec spec : SPECS) {
            LeakageAudit audit = LeakageAudit.of(PatientSplitter.split(cohort, spec, seed), cohort);

            assertThat(audit.findings()).isEmpty();
            assertThat(audit.passed()).isTrue();
            assertThat(audit.sharedPatients()).isZero();
            assertThat(audit.sharedContents()).isZero();
        }
    }

    @Test
    void otherSeedsGiveOtherSplits() {
        Cohort cohort = randomCohort(1);
        Set<Set<PatientId>> tests = new HashSet<>();
        for (long seed = 1; seed <= 10; seed++) {
            tests.add(PatientSplitter.split(cohort, SPECS.get(0), seed).test());
        }

        assertThat(tests).hasSizeGreaterThan(8);
    }

    /** Pins the algorithm and the random stream: a change here changes every stored split's seed into a lie. */
    @Test
    void theSplitOfAKnownCohortNeverChanges() {
        Cohort cohort = aCohort().withPatients(30).withSeed(7).build();

        assertThat(PatientSplitter.split(cohort, new SplitSpec.KFold(3, 0.2, 0.25), 42)
                        .test())
                .extracting(PatientId::value)
                .containsExactly("p00000", "p00006", "p00013", "p00017", "p00024", "p00026");
    }

    @Test
    void sharesAreKeptWithinOnePatientWhereAllPatientsAreAlike() {
        Cohort cohort = aCohort()
                .withPatients(100)
                .withPositivePatients(0.2)
                .withImagesPerPatient(1, 1)
                .build();

        Fold fold = PatientSplitter.split(cohort, new SplitSpec.Holdout(0.7, 0.1, 0.2), 5)
                .development();

        assertThat(fold.patients(Role.TRAIN)).hasSize(70);
        assertThat(fold.patients(Role.VALIDATION)).hasSize(10);
        assertThat(fold.patients(Role.TEST)).hasSize(20);
        assertThat(fold.patients(Role.TEST).stream().filter(patient -> patient.compareTo(patient(20)) < 0))
                .hasSize(4);
    }

    @Test
    void foldsOfUnequalPatientsAreOfComparableSize() {
        Cohort cohort = aCohort().withPatients(200).withImagesPerPatient(1, 12).build();

        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.2, 0.2), 3);

        LeakageAudit audit = LeakageAudit.of(split, cohort);
        assertThat(audit.greatestShareDeviation()).isLessThan(0.01);
        for (LeakageAudit.FoldCounts fold : audit.folds()) {
            for (LeakageAudit.RoleCounts role : fold.roles()) {
                if (role.role() == Role.HELD_OUT) {
                    assertThat((double) role.images() / cohort.images().size()).isCloseTo(0.16, within(0.01));
                    assertThat(role.patients()).isBetween(28, 36);
                }
                if (role.role() == Role.TEST) {
                    assertThat((double) role.images() / cohort.images().size()).isCloseTo(0.2, within(0.01));
                }
            }
        }
    }

    @Test
    void refusesMoreFoldsThanPatients() {
        Cohort cohort = aCohort().withPatients(7).withPositivePatients(0.4).build();

        assertThat(reasons(cohort, new SplitSpec.KFold(10, 0, 0.2)))
                .containsExactly(
                        "7 patients cannot be in 10 folds with train and validation patients beside the held-out ones:"
                                + " at most 7 folds are feasible");
    }

    @Test
    void refusesAClassThatTrainValidationAndHeldOutCannotShare() {
        Cohort cohort = aCohort().withPatients(20).withPositivePatients(0.1).build();

        assertThat(reasons(cohort, new SplitSpec.KFold(5, 0, 0.2)))
                .containsExactly(
                        "class 'sick' has 2 patients and cannot be in 5 folds with train and validation patients"
                                + " beside the held-out ones: cross-validation needs at least 3 who share no images");
        Cohort three = aCohort().withPatients(30).withPositivePatients(0.1).build();
        assertThat(reasons(three, new SplitSpec.KFold(3, 0.2, 0.2)))
                .containsExactly("class 'sick' has 3 patients and cannot be in 3 folds and a test subset with train and"
                        + " validation patients beside the held-out ones: cross-validation needs at least 4 who share no"
                        + " images, or test 0");
    }

    @Test
    void whatItCallsFeasibleIsFeasible() {
        for (int positives = 3; positives <= 8; positives++) {
            Cohort cohort = aCohort()
                    .withPatients(20)
                    .withPositivePatients(positives / 20.0)
                    .build();
            for (int folds = 2; folds <= 10; folds++) {
                for (double test : new double[] {0, 0.2}) {
                    SplitSpec spec = new SplitSpec.KFold(folds, test, 0.2);
                    int available = positives - (test > 0 ? 1 : 0);
                    if (available < (folds == 2 ? 4 : 3)) {
                        assertThat(reasons(cohort, spec)).isNotEmpty();
                        continue;
                    }
                    Split split = PatientSplitter.split(cohort, spec, 1);
                    int showing = 0;
                    for (Fold fold : split.allFolds()) {
                        for (Role role : rolesOf(spec, fold)) {
                            Set<String> classes = classesOf(cohort, fold.patients(role));
                            if (role == Role.HELD_OUT) {
                                showing += classes.contains("sick") ? 1 : 0;
                            } else {
                                assertThat(classes)
                                        .as("%s of %s, %d positives", role, spec, positives)
                                        .hasSize(2);
                            }
                        }
                    }
                    assertThat(showing)
                            .as("held-out parts with a positive, %s, %d positives", spec, positives)
                            .isEqualTo(Math.min(folds, available));
                }
            }
        }
    }

    @Test
    void refusesASinglePatient() {
        Cohort cohort = new Cohort(
                Task.BINARY,
                List.of("healthy", "sick"),
                PatientLabelRule.ANY_POSITIVE,
                List.of(image("a", patient(1), "healthy"), image("b", patient(1), "sick")));

        assertThat(reasons(cohort, new SplitSpec.Holdout(0.6, 0.2, 0.2)))
                .hasSize(3)
                .first()
                .isEqualTo(
                        "1 patient cannot fill train, validation and test: at least 3 who share no images are needed");
    }

    @Test
    void patientsWhoShareImagesCountAsOne() {
        CohortFixture fixture = aCohort().withPatients(10).withPositivePatients(0.3);
        for (int i = 0; i < 3; i++) {
            fixture.with(image("copy" + i, patient(i), "sick", "one film"));
        }

        assertThat(reasons(fixture.build(), new SplitSpec.Holdout(0.6, 0.2, 0.2)))
                .containsExactly("class 'sick' has 1 patient and cannot be in train, validation and test:"
                        + " at least 3 who share no images are needed");
    }

    private static List<String> reasons(Cohort cohort, SplitSpec spec) {
        InfeasibleSplitException refused =
                catchThrowableOfType(InfeasibleSplitException.class, () -> PatientSplitter.split(cohort, spec, 1));
        assertThat(refused).isNotNull();
        return refused.reasons();
    }

    private static Cohort randomCohort(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return aCohort()
                .withSeed(seed)
                .withPatients(60 + random.nextInt(60))
                .withPositivePatients(0.25 + 0.4 * random.nextDouble())
                .withImagesPerPatient(1, 1 + random.nextInt(10))
                .withStrayLabels(random.nextDouble() * 0.3)
                .with(image("copy/a", patient(3), "sick", "copy 1"))
                .with(image("copy/b", patient(30), "sick", "copy 1"))
                .with(image("copy/c", patient(30), "healthy", "copy 2"))
                .with(image("copy/d", patient(17), "healthy", "copy 2"))
                .with(image("copy/e", patient(31), "healthy", "copy 2"))
                .build();
    }

    private static List<Role> rolesOf(SplitSpec spec, Fold fold) {
        List<Role> roles = new ArrayList<>(List.of(Role.TRAIN, Role.VALIDATION));
        if (fold.index() != Fold.DEVELOPMENT) {
            roles.add(Role.HELD_OUT);
        }
        double test = spec instanceof SplitSpec.KFold kFold ? kFold.test() : ((SplitSpec.Holdout) spec).test();
        if (test > 0) {
            roles.add(Role.TEST);
        }
        return roles;
    }

    private static Set<String> classesOf(Cohort cohort, Set<PatientId> patients) {
        return cohort.images().stream()
                .filter(image -> patients.contains(image.patient()))
                .map(ImageRecord::label)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
