package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.Set;
import java.util.TreeSet;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class DuplicateImagesTest {
    @Test
    void findsNothingWhereAllContentsDiffer() {
        DuplicateImages duplicates = DuplicateImages.of(CohortFixture.aCohort().build());

        assertThat(duplicates.groups()).isEmpty();
        assertThat(duplicates.tiedPatients()).isEmpty();
        assertThat(duplicates.surplusImages()).isZero();
    }

    @Test
    void namesImagesPatientsAndLabelsOfAGroup() {
        Cohort cohort = CohortFixture.aCohort()
                .with(image("x1", patient(3), "sick", "x"))
                .with(image("x2", patient(5), "healthy", "x"))
                .with(image("x3", patient(5), "healthy", "x"))
                .build();

        DuplicateImages duplicates = DuplicateImages.of(cohort);

        assertThat(duplicates.groups())
                .containsExactly(new DuplicateImages.Group(
                        Digest.of("x"),
                        new TreeSet<>(Set.of("x1", "x2", "x3")),
                        new TreeSet<>(Set.of(patient(3), patient(5))),
                        new TreeSet<>(Set.of("sick", "healthy"))));
        assertThat(duplicates.surplusImages()).isEqualTo(2);
    }

    @Test
    void tiesPatientsOverChainsOfContents() {
        Cohort cohort = CohortFixture.aCohort()
                .with(image("x1", patient(9), "sick", "x"))
                .with(image("x2", patient(5), "sick", "x"))
                .with(image("y1", patient(5), "sick", "y"))
                .with(image("y2", patient(2), "sick", "y"))
                .with(image("z1", patient(20), "sick", "z"))
                .with(image("z2", patient(21), "sick", "z"))
                .with(image("w1", patient(2), "sick", "w"))
                .with(image("w2", patient(30), "sick", "w"))
                .with(image("own1", patient(11), "sick", "own"))
                .with(image("own2", patient(11), "sick", "own"))
                .build();

        assertThat(DuplicateImages.of(cohort).tiedPatients())
                .containsExactly(
                        new TreeSet<>(Set.of(patient(2), patient(5), patient(9), patient(30))),
                        new TreeSet<>(Set.of(patient(20), patient(21))));
    }
}
