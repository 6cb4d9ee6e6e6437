package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.provenance.Digest;
import org.junit.jupiter.params.ParameterizedTest;
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

    @ParameterizedTest
    @EnumSource(value = Task.class, names = "BINARY", mode = Mode.EXCLUDE)
    void tellsOfEachClassThatIsTooRare(Task task) {
        Cohort cohort = cohort(task, 41, 1);

        assertThatExceptionOfType(InfeasibleSplitException.class)
                .isThrownBy(() -> PatientSplitter.split(cohort, new SplitSpec.KFold(5, 0.15, 0.15), 1))
                .satisfies(infeasible -> assertThat(infeasible.reasons())
                        .singleElement()
                        .asString()
                        .contains("class 'd' has 3 patients"));
    }
}
