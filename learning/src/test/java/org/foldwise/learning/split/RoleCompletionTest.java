package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.junit.jupiter.api.Test;

class RoleCompletionTest {
    /** 40 patients, 16 of them sick; 3 and 4 share a film. */
    private static final Cohort COHORT = aCohort()
            .withPatients(40)
            .withPositivePatients(0.4)
            .withImagesPerPatient(1, 3)
            .with(image("copy/a", patient(3), "sick", "one film"))
            .with(image("copy/b", patient(4), "sick", "one film"))
            .build();

    private static final PatientTies TIES = PatientTies.of(COHORT, SplitRules.DEFAULT);

    private static Split given(List<RoleAssignment> rows) {
        return GivenSplit.of(rows, COHORT, SplitRules.DEFAULT, TIES);
    }

    /** Every fourth patient in the folder for the test. */
    private static Map<String, Role> folders() {
        Map<String, Role> roles = new HashMap<>();
        for (ImageRecord image : COHORT.images()) {
            int number = Integer.parseInt(image.patient().value().substring(1));
            roles.put(image.name(), number % 4 == 1 ? Role.TEST : Role.TRAIN);
        }
        return roles;
    }

    @Test
    void foldersKeepTheirRolesAndValidationIsTakenFromTrain() {
        List<RoleAssignment> rows = RoleCompletion.ofImages(folders(), COHORT, TIES, false);

        assertThatExceptionOfType(RefusedAssignmentsException.class).isThrownBy(() -> given(rows));
        Split split = given(RoleCompletion.withValidation(rows, COHORT, TIES, 0.2, 1));

        assertThat(split.test())
                .hasSize(10)
                .allMatch(tested -> rows.contains(new RoleAssignment(-1, tested, Role.TEST)));
        assertThat(split.development().patients(Role.VALIDATION)).hasSizeBetween(4, 8);
        assertThat(split.development().roles().get(patient(3)))
                .isEqualTo(split.development().roles().get(patient(4)));
        assertThat(LeakageAudit.of(split, COHORT, TIES).passed()).isTrue();
        assertThat(given(RoleCompletion.withValidation(rows, COHORT, TIES, 0.2, 1)))
                .isEqualTo(split);
        assertThat(given(RoleCompletion.withValidation(rows, COHORT, TIES, 0.2, 2)))
                .isNotEqualTo(split);
    }

    @Test
    void whoIsInSeveralFoldersIsRefusedOrDroppedWithWhomeverSharesAFilm() {
        Map<String, Role> roles = folders();
        roles.put("copy/a", Role.TEST);

        List<RoleAssignment> kept = RoleCompletion.ofImages(roles, COHORT, TIES, false);
        assertThatExceptionOfType(RefusedAssignmentsException.class)
                .isThrownBy(() -> given(RoleCompletion.withValidation(kept, COHORT, TIES, 0.2, 1)))
                .withMessageContaining("test");
        List<RoleAssignment> dropped = RoleCompletion.ofImages(roles, COHORT, TIES, true);
        Split split = given(RoleCompletion.withValidation(dropped, COHORT, TIES, 0.2, 1));

        assertThat(split.development().patients(Role.DROPPED)).containsExactly(patient(3), patient(4));
    }

    /** A plain cross-validation from elsewhere: who is held out, and nothing else. */
    @Test
    void plainFoldsGetValidationAndAFoldOfEverybody() {
        Split made = PatientSplitter.split(COHORT, new SplitSpec.KFold(3, 0.2, 0.2), 1);
        List<RoleAssignment> plain = RoleAssignment.of(made).stream()
                .filter(row -> row.fold() >= 0)
                .map(row ->
                        row.role() == Role.VALIDATION ? new RoleAssignment(row.fold(), row.patient(), Role.TRAIN) : row)
                .collect(Collectors.toList());

        Split split = given(RoleCompletion.withValidation(plain, COHORT, TIES, 0.2, 1));

        assertThat(split.folds()).hasSize(3);
        for (int fold = 0; fold < 3; fold++) {
            assertThat(split.fold(fold).patients(Role.HELD_OUT))
                    .isEqualTo(made.fold(fold).patients(Role.HELD_OUT));
            assertThat(split.fold(fold).patients(Role.VALIDATION)).isNotEmpty();
        }
        assertThat(split.test()).isEqualTo(made.test());
        // what is complete is left as it is
        List<RoleAssignment> complete = RoleAssignment.of(made);
        assertThat(RoleCompletion.withValidation(complete, COHORT, TIES, 0.2, 1))
                .isEqualTo(complete);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoleCompletion.withValidation(complete, COHORT, TIES, 0, 1))
                .withMessageContaining("validation");
    }
}
