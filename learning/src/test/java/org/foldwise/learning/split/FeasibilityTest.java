package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is asked of a small cohort is split or refused, and whoever follows what a refusal says gets a split. */
class FeasibilityTest {
    private static final Pattern FOLDS = Pattern.compile("(?<most>\\d+) folds are feasible");
    private static final Pattern SITES = Pattern.compile("named as test are '(?<first>[^']+)'");
    private static final Pattern DAY = Pattern.compile("feasible (?:is|are \\d+ days from) (?<day>[-\\d]+)");
    private static final double[] TESTS = {0, 0.05, 0.1, 0.3, 0.5, 0.9};
    private static final LocalDate START = LocalDate.of(2020, 1, 1);

    @Test
    void foldsThatTheTestLeavesPatientsForAreFeasibleAndNoMore() {
        Cohort cohort = cohort(Task.BINARY, 8, 2, 0, 1);

        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(cohort, new SplitSpec.KFold(7, 0.1, 0.2), 1))
                .satisfies(refused -> assertThat(refused.reasons())
                        .containsExactly("8 patients cannot be in 7 folds and a test subset with train and validation"
                                + " patients beside the held-out ones: the test subset takes 2 of them to have every"
                                + " class, and at most 6 folds are feasible, or test 0"));
        assertThat(PatientSplitter.split(cohort, new SplitSpec.KFold(6, 0.1, 0.2), 1)
                        .folds())
                .hasSize(6);
        assertThat(PatientSplitter.split(cohort, new SplitSpec.KFold(7, 0, 0.2), 1)
                        .folds())
                .hasSize(7);
    }

    /** Each reason by itself would leave other numbers feasible, and a test subset is not all that stands in the way. */
    @Test
    void reasonsDoNotContradictEachOther() {
        String parts = " with train and validation patients beside the held-out ones";
        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() ->
                        PatientSplitter.split(cohort(Task.MULTICLASS, 5, 4, 0, 1), new SplitSpec.KFold(6, 0, 0.2), 1))
                .satisfies(refused -> assertThat(refused.reasons())
                        .contains(
                                "5 patients cannot be in 6 folds" + parts,
                                "class 'c1' has 1 patient and cannot be in 6 folds" + parts
                                        + ": cross-validation needs at least 3 who share no images")
                        .noneMatch(reason -> reason.contains("feasible")));
        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() ->
                        PatientSplitter.split(cohort(Task.BINARY, 8, 2, 0, 1), new SplitSpec.KFold(9, 0.1, 0.2), 1))
                .satisfies(refused -> assertThat(refused.reasons())
                        .singleElement()
                        .asString()
                        .endsWith("at most 6 folds are feasible, or test 0 with 8 folds at most"));
        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() ->
                        PatientSplitter.split(cohort(Task.BINARY, 6, 2, 0, 1), new SplitSpec.KFold(7, 0.1, 0.2), 1))
                .satisfies(refused -> assertThat(refused.reasons())
                        .contains("6 patients cannot be in 7 folds and a test subset" + parts
                                + ": feasible is test 0 with 6 folds at most"));
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void foldsAsAdvisedAreFeasible(Task task) {
        int split = 0;
        for (int classes = fewestClasses(task); classes <= (task == Task.BINARY ? 2 : 4); classes++) {
            // a label that cannot be everywhere is looked for in vain each time, which takes longer
            int[] numbers = task.isExclusive() ? new int[] {classes, 5, 8, 9, 12, 13} : new int[] {classes, 5, 8, 9};
            for (int patients : numbers) {
                for (int folds : new TreeSet<>(List.of(2, 3, patients - 2, patients - 1, patients, 20))) {
                    for (double test : new double[] {0, 0.1, 0.5}) {
                        if (folds >= 2 && patients >= classes) {
                            int repeats = 1 + patients / 12;
                            SplitSpec spec = new SplitSpec.KFold(folds, repeats, test, 0.2);
                            split += follow(cohort(task, patients, classes, 0, patients), spec, classes * 3) ? 1 : 0;
                        }
                    }
                }
            }
        }
        assertThat(split).isGreaterThan(40);
    }

    /** Patients with images of several classes serve several demands at once, or thwart them. */
    @ParameterizedTest
    @EnumSource(Task.class)
    void foldsAsAdvisedAreFeasibleWherePatientsShowSeveralClasses(Task task) {
        SplittableRandom random = new SplittableRandom(5);
        int split = 0;
        for (int i = 0; i < 30; i++) {
            int classes = task == Task.BINARY ? 2 : fewestClasses(task) + random.nextInt(2);
            Cohort cohort = cohort(task, classes + random.nextInt(14), classes, 0.5, i);
            int patients = cohort.imagesByPatient().size();
            int folds = 2 + random.nextInt(patients);
            double test = TESTS[random.nextInt(TESTS.length)];
            split += follow(cohort, new SplitSpec.KFold(folds, 1, test, 0.5), Integer.MAX_VALUE) ? 1 : 0;
            split += follow(cohort, new SplitSpec.Holdout(0.9 - test * 0.9, 0.1 + test * 0.9 - test, test), 0) ? 1 : 0;
        }
        assertThat(split).isGreaterThan(25);
    }

    @ParameterizedTest
    @EnumSource(Task.class)
    void daysAndSitesAsAdvisedAreFeasible(Task task) {
        SplittableRandom random = new SplittableRandom(7);
        int split = 0;
        for (int i = 0; i < 120; i++) {
            int classes = task == Task.BINARY ? 2 : fewestClasses(task) + random.nextInt(2);
            Cohort cohort = cohort(task, classes + random.nextInt(14), classes, i % 2 * 0.3, i);
            SplitSpec.Straddling straddling =
                    i % 3 == 0 ? SplitSpec.Straddling.BY_LATEST_IMAGE : SplitSpec.Straddling.DROPPED;
            LocalDate from = START.plusDays(random.nextInt(20));
            double test = TESTS[1 + random.nextInt(TESTS.length - 1)];
            for (SplitSpec spec : List.of(
                    new SplitSpec.Temporal(null, from, 0.2, straddling),
                    new SplitSpec.Temporal(test, null, 0.2, straddling),
                    new SplitSpec.Site(List.of(), 0.2),
                    new SplitSpec.Site(List.of("s" + random.nextInt(4)), 0.5))) {
                split += follow(cohort, spec, 0) ? 1 : 0;
            }
        }
        assertThat(split).isGreaterThan(120);
    }

    /**
     * Asks for a split, and where it is refused for what is said to be feasible instead, until there is one.
     *
     * @param enough of how many patients on no refusal without advice is accepted
     * @return whether there was one in the end
     */
    private static boolean follow(Cohort cohort, SplitSpec first, int enough) {
        SplitSpec spec = first;
        boolean surely = false;
        for (int step = 0; step < 60; step++) {
            List<String> reasons;
            try {
                requireSound(PatientSplitter.split(cohort, spec, 1), cohort);
                return true;
            } catch (InfeasibleSplitException refused) {
                reasons = refused.reasons();
            }
            assertThat(surely).as("%s after %s: %s", spec, first, reasons).isFalse();
            boolean isRefusedForGood = reasons.stream().anyMatch(reason -> !isAdvised(reason));
            if (isRefusedForGood) {
                assertThat(cohort.imagesByPatient().size() >= enough && first instanceof SplitSpec.KFold)
                        .as("%s of %d: %s", spec, cohort.imagesByPatient().size(), reasons)
                        .isFalse();
                return false;
            }
            spec = advised(spec, reasons);
            surely = spec instanceof SplitSpec.Temporal || spec instanceof SplitSpec.Site;
            // of more than two labels at once those that cross each other may still leave none
            surely &= cohort.classes().size() == 2;
        }
        return fail("the advice leads nowhere: " + first);
    }

    private static boolean isAdvised(String reason) {
        return Stream.of(FOLDS, SITES, DAY)
                        .anyMatch(advice -> advice.matcher(reason).find())
                || reason.contains("test 0")
                || reason.contains("fewer folds");
    }

    private static SplitSpec advised(SplitSpec spec, List<String> reasons) {
        String all = String.join("; ", reasons);
        if (spec instanceof SplitSpec.Holdout holdout) {
            return new SplitSpec.Holdout(1 - holdout.validation(), holdout.validation(), 0);
        }
        if (spec instanceof SplitSpec.KFold kFold) {
            int[] most = FOLDS.matcher(all)
                    .results()
                    .mapToInt(found -> Integer.parseInt(found.group(1)))
                    .toArray();
            boolean isTestToGo = reasons.stream()
                    .anyMatch(reason -> reason.contains("test 0")
                            && !FOLDS.matcher(reason).find()
                            && !reason.contains("fewer folds"));
            int fewer = all.contains("fewer folds") ? kFold.folds() - 1 : kFold.folds();
            return new SplitSpec.KFold(
                    most.length == 0 ? fewer : Arrays.stream(most).min().getAsInt(),
                    kFold.repeats(),
                    isTestToGo ? 0 : kFold.test(),
                    kFold.validation());
        }
        if (spec instanceof SplitSpec.Temporal temporal) {
            return new SplitSpec.Temporal(
                    null, LocalDate.parse(found(DAY, all)), temporal.validation(), temporal.straddling());
        }
        return new SplitSpec.Site(List.of(found(SITES, all)), 0.2);
    }

    private static String found(Pattern advice, String text) {
        Matcher matcher = advice.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private static void requireSound(Split split, Cohort cohort) {
        assertThat(LeakageAudit.of(split, cohort).findings()).isEmpty();
        SplitCertificate.of(split, cohort);
        for (Fold fold : split.allFolds()) {
            for (Role role : List.of(Role.TRAIN, Role.VALIDATION)) {
                long classes = cohort.images().stream()
                        .filter(image -> fold.patients(role).contains(image.patient()))
                        .flatMap(image -> image.labels().stream())
                        .distinct()
                        .count();
                assertThat(!cohort.task().isExclusive()
                                || classes == cohort.classes().size())
                        .as("classes of %s", role)
                        .isTrue();
            }
        }
    }

    private static int fewestClasses(Task task) {
        return task == Task.MULTICLASS ? 3 : 2;
    }

    /**
     * Patients with two images each, whose classes come in turns.
     *
     * @param several share of patients whose second image is of any class
     */
    private static Cohort cohort(Task task, int patients, int classes, double several, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names =
                IntStream.range(0, classes).mapToObj(label -> "c" + label).toList();
        List<ImageRecord> images = new ArrayList<>();
        for (int patient = 0; patient < patients; patient++) {
            for (int i = 0; i < 2; i++) {
                int label = i == 1 && random.nextDouble() < several ? random.nextInt(classes) : patient % classes;
                String name = "p%02d_%d".formatted(patient, i);
                images.add(new ImageRecord(
                        name,
                        Digest.of(name),
                        new PatientId(name.substring(0, 3)),
                        List.of(names.get(label)),
                        START.plusDays(patient + (several > 0 ? random.nextInt(4) : 0)),
                        "s" + (several > 0 && random.nextInt(5) == 0 ? random.nextInt(4) : patient / 2 % 4)));
            }
        }
        PatientLabelRule rule = task == Task.MULTICLASS ? PatientLabelRule.MAJORITY : PatientLabelRule.ANY_POSITIVE;
        return new Cohort(task, names, rule, images);
    }
}
