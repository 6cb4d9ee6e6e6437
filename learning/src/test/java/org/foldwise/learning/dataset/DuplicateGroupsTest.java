package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.api.Test;

class DuplicateGroupsTest {
    private static SortedSet<String> set(String... names) {
        return new TreeSet<>(List.of(names));
    }

    @Test
    void theOrderOfGroupsDoesNotMatter() {
        DuplicateGroups groups = new DuplicateGroups(List.of(set("c", "d"), set("a", "z")));
        assertThat(groups).isEqualTo(new DuplicateGroups(List.of(set("a", "z"), set("c", "d"))));
        assertThat(groups.numberByImage()).isEqualTo(Map.of("a", 0, "z", 0, "c", 1, "d", 1));
        assertThat(DuplicateGroups.ofNumbers(Map.of("a", 7, "z", 7, "c", 2, "d", 2)))
                .isEqualTo(groups);
    }

    @Test
    void refusesLonelyImagesAndImagesInTwoGroups() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DuplicateGroups(List.of(set("a"))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DuplicateGroups(List.of(set("a", "b"), set("b", "c"))));
    }

    @Test
    void tellsWhichPatientsShareAPicture() {
        List<ImageRecord> images = List.of(image("a", "p1", "ILL"), image("b", "p2", "ILL"), image("c", "p2", "WELL"));
        Cohort cohort = new Cohort(Task.BINARY, List.of("WELL", "ILL"), PatientLabelRule.ANY_POSITIVE, images);

        assertThat(new DuplicateGroups(List.of(set("a", "b"))).patients(cohort))
                .containsExactly(new TreeSet<>(List.of(new PatientId("p1"), new PatientId("p2"))));
        assertThat(new DuplicateGroups(List.of(set("b", "c"))).patients(cohort)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DuplicateGroups(List.of(set("a", "stranger"))).patients(cohort));
    }

    private static ImageRecord image(String name, String patient, String label) {
        return new ImageRecord(name, Digest.of(name), new PatientId(patient), label, null, null);
    }
}
