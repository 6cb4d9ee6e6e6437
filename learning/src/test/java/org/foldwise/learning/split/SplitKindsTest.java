package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.split.SplitSpec.Straddling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Repeated, temporal and site splits, and what is kept together or in equal shares: invariants over seeds, and refusals. */
class SplitKindsTest {
    private static final LocalDate START = LocalDate.of(2020, 1, 1);
    private static final SplitRules BY_SITE_TOGETHER =
            new SplitRules(List.of(Bond.PATIENT, Bond.DUPLICATES, Bond.SITE), List.of(Stratum.LABEL));

    static LongStream seeds() {
        String given = System.getProperty("tests.seed", "");
        return given.isEmpty() ? LongStream.rangeClosed(1, 3) : LongStream.of(Long.parseLong(given));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyRepeatHoldsEveryDevelopmentPatientOutOnce(long seed) {
        Cohort cohort = datedCohort(seed);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(4, 3, 0.2, 0.2), seed);

        assertThat(split.folds()).hasSize(12);
        Set<Set<PatientId>> parts = new HashSet<>();
        for (int repeat = 0; repeat < 3; repeat++) {
            List<PatientId> heldOut = new ArrayList<>();
            for (Fold fold : split.folds().subList(4 * repeat, 4 * repeat + 4)) {
                heldOut.addAll(fold.patients(Role.HELD_OUT));
                parts.add(fold.patients(Role.HELD_OUT));
            }
            Set<PatientId> development =
                    new TreeSet<>(split.development().roles().keySet());
            development.removeAll(split.test());
            assertThat(heldOut).containsExactlyInAnyOrderElementsOf(development);
        }
        assertThat(parts).as("repeats divide anew").hasSize(12);
        assertSound(split, cohort);
    }

    /** A cross-validation and the first of its repeats are the same split: adding repeats changes nothing that was there. */
    @Test
    void theFirstRepeatIsTheUnrepeatedCrossValidation() {
        Cohort cohort = datedCohort(1);
        Split once = PatientSplitter.split(cohort, new SplitSpec.KFold(4, 0.2, 0.2), 9);
        Split repeated = PatientSplitter.split(cohort, new SplitSpec.KFold(4, 2, 0.2, 0.2), 9);

        assertThat(repeated.folds().subList(0, 4)).isEqualTo(once.folds());
        assertThat(repeated.development()).isEqualTo(once.development());
    }

    /** Of eight patients there are 18 divisions in halves that are as even as can be: none comes twice before most have come. */
    @Test
    void fewPatientsAreDividedAnewAsLongAsThereAreOtherWays() {
        Split split = PatientSplitter.split(
                aCohort()
                        .withPatients(8)
                        .withImagesPerPatient(1, 1)
                        .withPositivePatients(0.5)
                        .build(),
                new SplitSpec.KFold(2, 20, 0, 0.3),
                5);

        assertThat(split.repeatsAlike()).isLessThanOrEqualTo(5);
        assertThat(PatientSplitter.split(datedCohort(1), new SplitSpec.KFold(2, 20, 0, 0.3), 5)
                        .repeatsAlike())
                .isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingIsTrainedOnThatIsNotEarlierThanAllThatIsTested(long seed) {
        Cohort cohort = datedCohort(seed);
        Split split = PatientSplitter.split(cohort, new SplitSpec.Temporal(0.3, null, 0.2, Straddling.DROPPED), seed);

        LocalDate lastTrained = days(cohort, split, role -> role == Role.TRAIN || role == Role.VALIDATION)
                .last();
        LocalDate firstTested = days(cohort, split, role -> role == Role.TEST).first();
        assertThat(lastTrained).isBefore(firstTested);
        assertThat(split.development().patients(Role.DROPPED))
                .as("only who has images on both sides is dropped")
                .isNotEmpty()
                .allSatisfy(patient -> {
                    SortedSet<LocalDate> days = days(cohort, List.of(patient));
                    assertThat(days.first()).isBefore(firstTested);
                    assertThat(days.last()).isAfter(lastTrained);
                });
        assertSound(split, cohort);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void patientsGoToTheTestByTheirLatestImage(long seed) {
        Cohort cohort = datedCohort(seed);
        Split split =
                PatientSplitter.split(cohort, new SplitSpec.Temporal(0.3, null, 0.2, Straddling.BY_LATEST_IMAGE), seed);

        LocalDate lastTrained = days(cohort, split, role -> role != Role.TEST).last();
        assertThat(split.test())
                .allSatisfy(patient ->
                        assertThat(days(cohort, List.of(patient)).last()).isAfter(lastTrained));
        assertThat(split.development().patients(Role.DROPPED)).isEmpty();
        assertThat((double) split.test().size() / split.development().roles().size())
                .isBetween(0.25, 0.35);
        assertSound(split, cohort);
    }

    @Test
    void theDayMayBeGiven() {
        Cohort cohort = datedCohort(3);
        LocalDate day = START.plusDays(200);
        Split split = PatientSplitter.split(cohort, new SplitSpec.Temporal(null, day, 0.2, Straddling.DROPPED), 1);

        assertThat(days(cohort, split, role -> role == Role.TEST).first()).isAfterOrEqualTo(day);
        assertThat(days(cohort, split, role -> role == Role.TRAIN || role == Role.VALIDATION)
                        .last())
                .isBefore(day);
    }

    @Test
    void aDayThatLeavesAClassOutIsRefusedWithTheDaysThatWouldDo() {
        Cohort cohort = datedCohort(3);

        assertThat(reasons(
                        cohort,
                        new SplitSpec.Temporal(null, START.plusDays(9999), 0.2, Straddling.DROPPED),
                        SplitRules.DEFAULT))
                .hasSize(2)
                .allMatch(
                        reason -> reason.matches("with a test from 2047-05-18, class '\\w+' has no patient in the test"
                                + " subset; feasible are \\d+ days from 2020-\\d\\d-\\d\\d to 2020-\\d\\d-\\d\\d"));
    }

    /** Two patients early, two late: any day between them divides them the same way, and none other does. */
    @Test
    void daysBetweenExaminationsAreFeasibleAsWell() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            images.add(
                    image("i" + i, patient(i), i % 2 == 0 ? "sick" : "healthy", START.plusDays(i < 4 ? 0 : 30), "a"));
        }

        assertThat(reasons(
                        cohort(images),
                        new SplitSpec.Temporal(null, START, 0.2, Straddling.DROPPED),
                        SplitRules.DEFAULT))
                .allMatch(reason -> reason.endsWith("; feasible are 30 days from 2020-01-02 to 2020-01-31"));
    }

    @Test
    void theClassThatKeepsEveryDayFromBeingFeasibleIsNamed() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            images.add(image("i" + i, patient(i), i > 16 ? "sick" : "healthy", START.plusDays(Math.min(i, 17)), "a"));
        }

        assertThat(reasons(
                        cohort(images),
                        new SplitSpec.Temporal(0.2, null, 0.2, Straddling.BY_LATEST_IMAGE),
                        SplitRules.DEFAULT))
                .containsExactly(
                        "no day leaves patients of every class for train, validation and test, and none does so of"
                                + " 'sick' alone: a split of another kind may be feasible");
    }

    @Test
    void whatIsCalledFeasibleIs() {
        Cohort cohort = datedCohort(3);
        String reason = reasons(
                        cohort,
                        new SplitSpec.Temporal(null, START, 0.2, Straddling.BY_LATEST_IMAGE),
                        SplitRules.DEFAULT)
                .get(0);
        for (String day :
                List.of(reason.replaceAll(".*days from (\\S+) to .*", "$1"), reason.replaceAll(".* to ", ""))) {
            assertSound(
                    PatientSplitter.split(
                            cohort,
                            new SplitSpec.Temporal(null, LocalDate.parse(day), 0.2, Straddling.BY_LATEST_IMAGE),
                            1),
                    cohort);
        }
    }

    @Test
    void imagesWithoutADayRefuseATemporalSplit() {
        assertThat(reasons(
                        aCohort().build(),
                        new SplitSpec.Temporal(0.2, null, 0.2, Straddling.DROPPED),
                        SplitRules.DEFAULT))
                .singleElement()
                .asString()
                .matches("a temporal split needs the day of every image, but (\\d+) of \\1 have none: .* needs none");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void eachSiteIsHeldOutOnce(long seed) {
        Cohort cohort = datedCohort(seed);
        Split split = PatientSplitter.split(cohort, new SplitSpec.Site(List.of(), 0.2), seed);

        assertThat(split.folds()).hasSize(4);
        for (Fold fold : split.folds()) {
            Set<String> heldOut = sites(cohort, fold, Role.HELD_OUT);
            assertThat(heldOut).containsExactly("site " + fold.index());
            assertThat(sites(cohort, fold, Role.TRAIN)).doesNotContainAnyElementsOf(heldOut);
            assertThat(sites(cohort, fold, Role.VALIDATION)).doesNotContainAnyElementsOf(heldOut);
        }
        assertThat(split.development().patients(Role.DROPPED))
                .as("who has been at several sites")
                .isNotEmpty()
                .allSatisfy(patient -> assertThat(cohort.imagesByPatient().get(patient).stream()
                                .map(ImageRecord::site)
                                .distinct())
                        .hasSizeGreaterThan(1));
        assertSound(split, cohort);
    }

    @Test
    void namedSitesAreTested() {
        Cohort cohort = datedCohort(2);
        Split split = PatientSplitter.split(cohort, new SplitSpec.Site(List.of("site 1", "site 3"), 0.2), 1);

        assertThat(split.folds()).isEmpty();
        assertThat(sites(cohort, split.development(), Role.TEST)).containsExactly("site 1", "site 3");
        assertThat(sites(cohort, split.development(), Role.TRAIN)).containsExactly("site 0", "site 2");
        assertSound(split, cohort);
    }

    @Test
    void unknownSitesAndContradictionsAreRefused() {
        Cohort cohort = datedCohort(2);

        assertThat(reasons(cohort, new SplitSpec.Site(List.of("elsewhere"), 0.2), SplitRules.DEFAULT))
                .containsExactly("no image is of site 'elsewhere': known are 'site 0', 'site 1', 'site 2', 'site 3'");
        assertThat(reasons(cohort, new SplitSpec.Site(List.of("site 0"), 0.2), BY_SITE_TOGETHER))
                .singleElement()
                .asString()
                .startsWith("the test sites share patients with 'site 1'");
        assertThat(reasons(aCohort().build(), new SplitSpec.Site(List.of(), 0.2), SplitRules.DEFAULT))
                .singleElement()
                .asString()
                .endsWith("a split without sites needs none");
    }

    @Test
    void aSiteWithoutSomeClassCannotBeHeldOut() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String label = i < 20 && i % 2 == 0 ? "sick" : "healthy";
            images.add(image("i" + i, patient(i), label, START, i < 10 ? "a" : i < 20 ? "b" : "c"));
        }
        Cohort cohort = cohort(images);

        assertThat(reasons(cohort, new SplitSpec.Site(List.of(), 0.2), SplitRules.DEFAULT))
                .containsExactly("site 'c' has no patient of class 'sick' and cannot be held out; sites that can be"
                        + " named as test are 'a', 'b', each alone");
        assertSound(PatientSplitter.split(cohort, new SplitSpec.Site(List.of("a"), 0.2), 1), cohort);
    }

    @Test
    void sitesAreKeptTogetherInASplitOfAnyKind() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            images.add(image("i%03d".formatted(i), patient(i), i % 3 == 0 ? "sick" : "healthy", START, "s" + i / 10));
        }
        Cohort cohort = cohort(images);
        PatientTies ties = PatientTies.of(cohort, BY_SITE_TOGETHER);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(4, 0.2, 0.2), BY_SITE_TOGETHER, ties, 1);

        for (Fold fold : split.allFolds()) {
            Set<String> seen = new HashSet<>();
            for (Role role : Role.values()) {
                assertThat(sites(cohort, fold, role)).allMatch(seen::add);
            }
        }
        assertThat(LeakageAudit.of(split, cohort).findings()).isEmpty();
        assertThat(SplitCertificate.of(split, cohort).total().tiedGroups()).isEqualTo(20);
    }

    @Test
    void moreTiesThanTheImagesShowAreKept() {
        Cohort cohort = aCohort().withPatients(60).build();
        PatientTies ties = PatientTies.of(cohort, SplitRules.DEFAULT)
                .with(List.of(Set.of(patient(1), patient(40)), Set.of(patient(40), patient(50))));
        for (long seed = 1; seed <= 20; seed++) {
            Split split =
                    PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.2, 0.2), SplitRules.DEFAULT, ties, seed);
            for (Fold fold : split.allFolds()) {
                assertThat(Stream.of(1, 40, 50)
                                .map(number -> fold.roles().get(patient(number)))
                                .distinct())
                        .hasSize(1);
            }
        }
    }

    /** The largest difference of a site's share between a role and the whole is smaller when the split is stratified by it. */
    @Test
    void sitesAreInEqualSharesWhereTheSplitIsStratifiedByThem() {
        SplitRules rules = new SplitRules(List.of(Bond.PATIENT, Bond.DUPLICATES), List.of(Stratum.LABEL, Stratum.SITE));
        SplitSpec spec = new SplitSpec.KFold(5, 0.2, 0.2);
        double with = 0;
        double without = 0;
        for (long seed = 1; seed <= 5; seed++) {
            Cohort cohort = datedCohort(seed);
            PatientTies ties = PatientTies.of(cohort, rules);
            with += siteDeviation(cohort, PatientSplitter.split(cohort, spec, rules, ties, seed)) / 5;
            without += siteDeviation(cohort, PatientSplitter.split(cohort, spec, seed)) / 5;
        }
        System.out.printf("largest site deviation, mean of 5: stratified %.3f, not %.3f%n", with, without);
        assertThat(with).isLessThan(0.6 * without);
    }

    @Test
    void rulesThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> new SplitRules(List.of(Bond.PATIENT), List.of(Stratum.LABEL)))
                .hasMessageContaining("keepTogether must hold patient and duplicates");
        assertThatThrownBy(() -> new SplitRules(BY_SITE_TOGETHER.keepTogether(), List.of(Stratum.LABEL, Stratum.SITE)))
                .hasMessageContaining("stratifyBy must not hold site");
    }

    private static double siteDeviation(Cohort cohort, Split split) {
        double largest = 0;
        for (Fold fold : split.allFolds()) {
            for (Role role : List.of(Role.TRAIN, Role.VALIDATION, Role.TEST)) {
                List<ImageRecord> ofRole = cohort.images().stream()
                        .filter(image -> fold.roles().get(image.patient()) == role)
                        .toList();
                for (int site = 0; site < 4; site++) {
                    largest = Math.max(
                            largest, Math.abs(share(ofRole, "site " + site) - share(cohort.images(), "site " + site)));
                }
            }
        }
        return largest;
    }

    private static double share(List<ImageRecord> images, String site) {
        return images.stream().filter(image -> site.equals(image.site())).count() / (double) images.size();
    }

    private static void assertSound(Split split, Cohort cohort) {
        assertThat(LeakageAudit.of(split, cohort).findings()).isEmpty();
        SplitCertificate.of(split, cohort);
        for (Fold fold : split.allFolds()) {
            for (Role role : new HashSet<>(fold.roles().values())) {
                if (role != Role.DROPPED) {
                    assertThat(cohort.images().stream()
                                    .filter(image -> fold.roles().get(image.patient()) == role)
                                    .map(ImageRecord::label)
                                    .collect(Collectors.toSet()))
                            .as("classes of %s in fold %d", role, fold.index())
                            .hasSize(2);
                }
            }
        }
    }

    private static List<String> reasons(Cohort cohort, SplitSpec spec, SplitRules rules) {
        InfeasibleSplitException refused = catchThrowableOfType(
                InfeasibleSplitException.class,
                () -> PatientSplitter.split(cohort, spec, rules, PatientTies.of(cohort, rules), 1));
        assertThat(refused).isNotNull();
        return refused.reasons();
    }

    private static SortedSet<LocalDate> days(Cohort cohort, Split split, Predicate<Role> roles) {
        return days(
                cohort,
                split.development().roles().keySet().stream()
                        .filter(patient ->
                                roles.test(split.development().roles().get(patient)))
                        .toList());
    }

    private static SortedSet<LocalDate> days(Cohort cohort, List<PatientId> patients) {
        Set<PatientId> wanted = Set.copyOf(patients);
        return cohort.images().stream()
                .filter(image -> wanted.contains(image.patient()))
                .map(ImageRecord::acquiredOn)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> sites(Cohort cohort, Fold fold, Role role) {
        return cohort.images().stream()
                .filter(image -> fold.roles().get(image.patient()) == role)
                .map(ImageRecord::site)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Cohort cohort(List<ImageRecord> images) {
        return new Cohort(Task.BINARY, List.of("healthy", "sick"), PatientLabelRule.ANY_POSITIVE, images);
    }

    /** 160 patients over a year at four sites, a tenth of them at two; some come again after months. */
    private static Cohort datedCohort(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ImageRecord> images = new ArrayList<>();
        for (int p = 0; p < 160; p++) {
            String label = random.nextDouble() < 0.3 || p < 8 ? "sick" : "healthy";
            int day = random.nextInt(365);
            int site = p % 4;
            int count = 1 + random.nextInt(4);
            boolean comesAgain = random.nextDouble() < 0.2;
            boolean goesElsewhere = random.nextDouble() < 0.1 || p == 0;
            for (int i = 0; i < count || (i < 2 && goesElsewhere); i++) {
                int later = comesAgain && i > 0 ? random.nextInt(90) : 0;
                int where = goesElsewhere && i > 0 ? (site + 1) % 4 : site;
                images.add(image(
                        "p%03d/%d".formatted(p, i),
                        patient(p),
                        label,
                        START.plusDays(Math.min(364, day + later)),
                        "site " + where));
            }
        }
        return cohort(images);
    }
}
