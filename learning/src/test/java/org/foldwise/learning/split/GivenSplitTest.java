package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.json.SplitSpecJson;
import org.foldwise.learning.split.GivenSplit.Flaw;
import org.junit.jupiter.api.Test;

class GivenSplitTest {
    private static final Cohort COHORT = aCohort()
            .withPatients(40)
            .withPositivePatients(0.4)
            .with(image("copy/a", patient(1), "sick", "one film"))
            .with(image("copy/b", patient(2), "sick", "one film"))
            .build();
    private static final Split MADE = PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 0.2, 0.2), 1);

    @Test
    void takesWhatItWasGivenWhateverTheOrder() {
        List<RoleAssignment> rows = new ArrayList<>(RoleAssignment.of(MADE));
        Split given = given(rows);
        Collections.shuffle(rows, new Random(1));

        assertThat(given.allFolds()).isEqualTo(MADE.allFolds());
        assertThat(given(rows)).isEqualTo(given);
        assertThat(SplitCertificate.of(given, COHORT).spec())
                .isEqualTo(new SplitSpec.Fixed(RoleAssignment.digest(rows).hex()));
    }

    @Test
    void namesEveryRowThatLeaks() {
        List<RoleAssignment> rows = new ArrayList<>(RoleAssignment.of(MADE));
        int twin = row(rows, 0, 2);
        Role role = rows.get(twin).role();
        Role other = role == Role.TRAIN ? Role.VALIDATION : Role.TRAIN;
        rows.set(twin, new RoleAssignment(0, patient(2), other));
        rows.add(new RoleAssignment(-1, rows.get(5).patient(), Role.DROPPED));
        rows.add(new RoleAssignment(-1, patient(999), Role.TRAIN));

        assertThat(flaws(rows))
                .extracting(Flaw::row)
                .contains(twin, rows.size() - 2, rows.size() - 1)
                .allMatch(row -> row >= Flaw.WHOLE);
        assertThat(flaws(rows)).extracting(Flaw::detail).noneMatch(detail -> detail.contains("p0"));
    }

    @Test
    void namesWhoIsTestedInOneFoldAndTrainedInAnother() {
        List<RoleAssignment> rows = new ArrayList<>(RoleAssignment.of(MADE));
        int tested = rows.indexOf(new RoleAssignment(1, MADE.test().first(), Role.TEST));
        rows.set(tested, new RoleAssignment(1, MADE.test().first(), Role.TRAIN));

        assertThat(flaws(rows)).singleElement().satisfies(flaw -> {
            assertThat(flaw.row()).isEqualTo(tested);
            assertThat(flaw.detail()).startsWith("is in train of fold 1 and in test of fold -1");
        });
    }

    @Test
    void refusesMissingPatientsClassesAndFolds() {
        List<RoleAssignment> rows = List.of(
                new RoleAssignment(-1, patient(0), Role.TRAIN), new RoleAssignment(-1, patient(39), Role.VALIDATION));

        assertThat(flaws(rows))
                .containsExactly(
                        new Flaw(
                                -1,
                                "fold -1: 38 of the dataset's 40 patients have no role; whoever is to be used for nothing"
                                        + " has the role dropped"),
                        new Flaw(-1, "fold -1: train has no image of class 'healthy'"),
                        new Flaw(-1, "fold -1: validation has no image of class 'sick'"));
        assertThat(flaws(RoleAssignment.of(MADE).stream()
                        .filter(row -> row.fold() != -1
                                || !row.patient().equals(MADE.test().first()))
                        .toList()))
                .anySatisfy(flaw -> assertThat(flaw.detail())
                        .startsWith("fold -1: 1 of the dataset's 40 patients has no role; whoever"));
        assertThat(flaws(RoleAssignment.of(MADE).stream()
                        .filter(row -> row.fold() != 1)
                        .toList()))
                .contains(new Flaw(-1, "folds must be numbered -1, 0, 1, ... without a gap, were [-1, 0, 2]"));
        assertThat(flaws(List.of())).isNotEmpty();
    }

    /** Folders have no numbers. */
    @Test
    void namesNoFoldWhereNothingIsNumbered() {
        List<RoleAssignment> rows = COHORT.imagesByPatient().keySet().stream()
                .map(patient -> new RoleAssignment(-1, patient, Role.TRAIN))
                .toList();

        RefusedAssignmentsException refused = catchThrowableOfType(
                RefusedAssignmentsException.class,
                () -> GivenSplit.of(rows, 1, GivenSplit.Numbers.NONE, COHORT, SplitRules.DEFAULT, PatientTies.NONE));

        assertThat(refused.flaws())
                .containsExactly(
                        new Flaw(-1, "validation has no image of class 'healthy'"),
                        new Flaw(-1, "validation has no image of class 'sick'"));
    }

    @Test
    void namesWhoIsHeldOutTwiceOrNever() {
        List<RoleAssignment> rows = new ArrayList<>(RoleAssignment.of(MADE));
        Fold fold = MADE.fold(0);
        int trained =
                rows.indexOf(new RoleAssignment(0, fold.patients(Role.TRAIN).first(), Role.TRAIN));
        rows.set(trained, new RoleAssignment(0, rows.get(trained).patient(), Role.HELD_OUT));

        assertThat(flaws(rows))
                .isNotEmpty()
                .allMatch(flaw -> flaw.detail().contains("held out in fold")
                        || flaw.detail().contains("must stay with"));
    }

    @Test
    void takesARepeatedDivisionAndProvesTheSameMembers() {
        Split repeated = PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 4, 0.2, 0.2), 5);
        List<RoleAssignment> rows = RoleAssignment.of(repeated);

        Split given = GivenSplit.of(rows, 4, COHORT, SplitRules.DEFAULT, PatientTies.of(COHORT, SplitRules.DEFAULT));

        assertThat(given.allFolds()).isEqualTo(repeated.allFolds());
        assertThat(given.spec().repeats()).isEqualTo(4);
        assertThat(SplitCertificate.of(given, COHORT).folds())
                .isEqualTo(SplitCertificate.of(repeated, COHORT).folds());
        // as one division it holds everybody out four times
        assertThat(flaws(rows)).allMatch(flaw -> flaw.detail().contains("say in which repeat each is"));
        assertThat(flaws(rows))
                .hasSize(3 * (COHORT.imagesByPatient().size() - repeated.test().size()));
    }

    /** Digests and certificates of stored splits are made of these texts. */
    @Test
    void rolesThatAreNotRepeatedAreSpeltAsTheyWereBeforeAnyCouldBe() {
        String digest = "0123456789abcdef".repeat(4);
        String text = "{\"assignmentsDigest\":\"" + digest + "\",\"kind\":\"fixed\"}";

        assertThat(new SplitSpec.Fixed(digest)).hasToString("Fixed[assignmentsDigest=" + digest + "]");
        assertThat(SplitSpecJson.write(new SplitSpec.Fixed(digest))).isEqualTo(text);
        assertThat(SplitSpecJson.read(text)).isEqualTo(new SplitSpec.Fixed(digest));
        assertThat(SplitSpecJson.read(SplitSpecJson.write(new SplitSpec.Fixed(digest, 3))))
                .isEqualTo(new SplitSpec.Fixed(digest, 3));
    }

    @Test
    void namesWhoIsHeldOutTwiceOrNeverInARepeat() {
        Split repeated = PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 2, 0.2, 0.2), 5);
        List<RoleAssignment> rows = new ArrayList<>(RoleAssignment.of(repeated));
        int swapped = rows.indexOf(
                new RoleAssignment(4, repeated.fold(4).patients(Role.HELD_OUT).last(), Role.HELD_OUT));
        rows.set(swapped, new RoleAssignment(4, rows.get(swapped).patient(), Role.TRAIN));

        assertThat(flaws(rows, 2)).singleElement().satisfies(flaw -> {
            assertThat(rows.get(flaw.row()).patient())
                    .isEqualTo(rows.get(swapped).patient());
            assertThat(flaw.detail()).isEqualTo("is held out in no fold of repeat 1");
        });
        assertThat(flaws(RoleAssignment.of(repeated), 4))
                .contains(new Flaw(-1, "there are 6 folds, which are not 4 repeats of equally many folds"));
    }

    @Test
    void refusesMoreRepeatsAndFoldsThanASplitMayHave() {
        List<RoleAssignment> rows = new ArrayList<>();
        for (int fold = 0; fold < 101; fold++) {
            rows.add(new RoleAssignment(fold, patient(fold % 40), Role.HELD_OUT));
        }
        PatientTies ties = PatientTies.of(COHORT, SplitRules.DEFAULT);

        assertThat(flaws(rows))
                .containsExactly(new Flaw(-1, "there may be 20 repeats and 100 folds in all at most, were 1 and 101"));
        assertThat(flaws(rows.subList(0, 42), 21))
                .containsExactly(new Flaw(-1, "there may be 20 repeats and 100 folds in all at most, were 21 and 42"));
        assertThat(RoleCompletion.withValidation(rows, COHORT, ties, 0.2, 1)).isEqualTo(rows);
    }

    @Test
    void tiesOfWhomTheCohortDoesNotKnowCountForNothing() {
        List<RoleAssignment> rows = RoleAssignment.of(MADE);
        PatientTies ties = PatientTies.of(COHORT, SplitRules.DEFAULT).with(List.of(List.of(patient(7), patient(999))));

        assertThat(GivenSplit.of(rows, COHORT, SplitRules.DEFAULT, ties)).isEqualTo(given(rows));
        assertThat(RoleCompletion.withValidation(rows, COHORT, ties, 0.2, 1)).isEqualTo(rows);
    }

    private static int row(List<RoleAssignment> rows, int fold, int number) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).fold() == fold && rows.get(i).patient().equals(patient(number))) {
                return i;
            }
        }
        throw new AssertionError("no such row");
    }

    private static Split given(List<RoleAssignment> rows) {
        return GivenSplit.of(rows, 1, COHORT, SplitRules.DEFAULT, PatientTies.of(COHORT, SplitRules.DEFAULT));
    }

    private static List<Flaw> flaws(List<RoleAssignment> rows) {
        return flaws(rows, 1);
    }

    private static List<Flaw> flaws(List<RoleAssignment> rows, int repeats) {
        RefusedAssignmentsException refused = catchThrowableOfType(
                RefusedAssignmentsException.class,
                () -> GivenSplit.of(
                        rows, repeats, COHORT, SplitRules.DEFAULT, PatientTies.of(COHORT, SplitRules.DEFAULT)));
        assertThat(refused).isNotNull();
        return refused.flaws();
    }
}
