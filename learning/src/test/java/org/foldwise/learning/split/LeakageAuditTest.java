package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.split.LeakageAudit.Fault;
import org.foldwise.learning.split.LeakageAudit.Finding;
import org.junit.jupiter.api.Test;

/** Each test plants one fault into a sound split and expects just that one to be found. */
class LeakageAuditTest {
    private static final Cohort COHORT =
            aCohort().withPatients(30).withPositivePatients(0.4).build();
    private static final List<RoleAssignment> SOUND =
            RoleAssignment.of(PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 0.2, 0.2), 1));

    @Test
    void countsASmallHoldoutAsByHand() {
        Cohort cohort = new Cohort(
                Task.BINARY,
                List.of("healthy", "sick"),
                PatientLabelRule.ANY_POSITIVE,
                List.of(
                        image("a", patient(1), "healthy"),
                        image("b", patient(1), "sick"),
                        image("c", patient(2), "healthy"),
                        image("d", patient(3), "sick")));

        LeakageAudit audit = LeakageAudit.of(
                List.of(
                        new RoleAssignment(-1, patient(1), Role.TRAIN),
                        new RoleAssignment(-1, patient(2), Role.VALIDATION),
                        new RoleAssignment(-1, patient(3), Role.TRAIN)),
                cohort);

        assertThat(audit.passed()).isTrue();
        assertThat(audit.dataset()).isEqualTo(cohort.digest());
        List<LeakageAudit.RoleCounts> roles = audit.folds().get(0).roles();
        assertThat(roles).extracting(LeakageAudit.RoleCounts::role).containsExactly(Role.TRAIN, Role.VALIDATION);
        assertThat(roles).extracting(LeakageAudit.RoleCounts::patients).containsExactly(2, 1);
        assertThat(roles).extracting(LeakageAudit.RoleCounts::images).containsExactly(3, 1);
        assertThat(roles.get(0).classes())
                .extracting(LeakageAudit.ClassCounts::images)
                .containsExactly(1, 2);
        assertThat(roles.get(0).classes())
                .extracting(LeakageAudit.ClassCounts::patients)
                .containsExactly(1, 2);
        assertThat(roles.get(0).classes().get(1).shareDeviation()).isCloseTo(2.0 / 3 - 0.5, within(1e-15));
        assertThat(audit.greatestShareDeviation()).isEqualTo(0.5);
    }

    @Test
    void aSoundSplitPasses() {
        assertThat(LeakageAudit.of(SOUND, COHORT).passed()).isTrue();
    }

    @Test
    void findsAPatientInTwoRoles() {
        PatientId trained = somebody(0, Role.TRAIN);
        List<RoleAssignment> bad = with(new RoleAssignment(0, trained, Role.VALIDATION));

        LeakageAudit audit = LeakageAudit.of(bad, COHORT);

        assertThat(audit.findings())
                .contains(new Finding(Fault.PATIENT_IN_SEVERAL_ROLES, 0, 1), new Finding(Fault.REPEATED_PATIENT, 0, 1))
                .extracting(Finding::fault)
                .containsOnly(Fault.PATIENT_IN_SEVERAL_ROLES, Fault.REPEATED_PATIENT, Fault.CONTENT_IN_SEVERAL_ROLES);
        assertThat(audit.sharedPatients()).isEqualTo(1);
        assertThat(audit.sharedContents()).isPositive();
        assertThat(audit.passed()).isFalse();
    }

    @Test
    void findsOneContentInTwoRoles() {
        PatientId trained = somebody(-1, Role.TRAIN);
        PatientId tested = somebody(-1, Role.TEST);
        Cohort withCopies = aCohort()
                .withPatients(30)
                .withPositivePatients(0.4)
                .with(image("x1", trained, "sick", "x"))
                .with(image("x2", tested, "sick", "x"))
                .build();

        LeakageAudit audit = LeakageAudit.of(SOUND, withCopies);

        assertThat(audit.findings())
                .containsExactly(
                        new Finding(Fault.CONTENT_IN_SEVERAL_ROLES, -1, 1),
                        new Finding(Fault.CONTENT_IN_SEVERAL_ROLES, 0, 1),
                        new Finding(Fault.CONTENT_IN_SEVERAL_ROLES, 1, 1),
                        new Finding(Fault.CONTENT_IN_SEVERAL_ROLES, 2, 1));
        assertThat(audit.sharedContents()).isEqualTo(1);
        assertThat(audit.sharedPatients()).isZero();
    }

    @Test
    void findsAnUnknownPatient() {
        assertFinds(with(new RoleAssignment(1, patient(999), Role.TRAIN)), new Finding(Fault.UNKNOWN_PATIENT, 1, 1));
    }

    @Test
    void findsAMissingPatient() {
        PatientId trained = somebody(1, Role.TRAIN);
        assertFinds(
                without(row -> row.fold() == 1 && row.patient().equals(trained)),
                new Finding(Fault.MISSING_PATIENT, 1, 1));
    }

    @Test
    void findsARowThatIsThereTwice() {
        assertFinds(with(SOUND.get(0)), new Finding(Fault.REPEATED_PATIENT, -1, 1));
    }

    @Test
    void findsATestPatientWhoTrainsInAnotherFold() {
        PatientId tested = somebody(2, Role.TEST);
        List<RoleAssignment> bad =
                new ArrayList<>(without(row -> row.fold() == 2 && row.patient().equals(tested)));
        bad.add(new RoleAssignment(2, tested, Role.TRAIN));

        LeakageAudit audit = LeakageAudit.of(bad, COHORT);

        assertThat(audit.findings()).containsExactly(new Finding(Fault.OTHER_TEST_SUBSET, 2, 1));
        assertThat(audit.sharedPatients()).isEqualTo(1);
        assertThat(audit.sharedContents()).isPositive();
    }

    @Test
    void findsAPatientWhoIsNeverHeldOut() {
        PatientId heldOut = somebody(0, Role.HELD_OUT);
        List<RoleAssignment> bad =
                new ArrayList<>(without(row -> row.fold() == 0 && row.patient().equals(heldOut)));
        bad.add(new RoleAssignment(0, heldOut, Role.TRAIN));

        assertFinds(bad, new Finding(Fault.NOT_HELD_OUT_ONCE, -1, 1));
    }

    @Test
    void findsAMissingFold() {
        List<RoleAssignment> bad = without(row -> row.fold() == 1);

        assertThat(LeakageAudit.of(bad, COHORT).findings())
                .contains(new Finding(Fault.MISSING_FOLD, -1, 1))
                .extracting(Finding::fault)
                .containsOnly(Fault.MISSING_FOLD, Fault.NOT_HELD_OUT_ONCE);
    }

    @Test
    void survivesAbsurdFoldNumbers() {
        assertThat(LeakageAudit.of(
                                List.of(
                                        new RoleAssignment(Integer.MIN_VALUE, patient(1), Role.TRAIN),
                                        new RoleAssignment(Integer.MAX_VALUE, patient(1), Role.TRAIN)),
                                COHORT)
                        .findings())
                .extracting(Finding::fault)
                .contains(Fault.MISSING_FOLD, Fault.MISSING_PATIENT, Fault.EMPTY_ROLE);
    }

    @Test
    void nothingAtAllIsNoSplit() {
        LeakageAudit audit = LeakageAudit.of(List.of(), COHORT);

        assertThat(audit.findings())
                .containsExactly(new Finding(Fault.MISSING_PATIENT, -1, 30), new Finding(Fault.EMPTY_ROLE, -1, 2));
    }

    private static void assertFinds(List<RoleAssignment> assignments, Finding only) {
        assertThat(LeakageAudit.of(assignments, COHORT).findings()).containsExactly(only);
    }

    private static PatientId somebody(int fold, Role role) {
        return SOUND.stream()
                .filter(row -> row.fold() == fold && row.role() == role)
                .findFirst()
                .orElseThrow()
                .patient();
    }

    private static List<RoleAssignment> with(RoleAssignment row) {
        List<RoleAssignment> rows = new ArrayList<>(SOUND);
        rows.add(row);
        return rows;
    }

    private static List<RoleAssignment> without(Predicate<RoleAssignment> row) {
        return SOUND.stream().filter(row.negate()).toList();
    }
}
