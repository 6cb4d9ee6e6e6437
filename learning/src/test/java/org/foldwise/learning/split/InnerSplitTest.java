package org.foldwise.learning.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.foldwise.learning.dataset.CohortFixture.aCohort;
import static org.foldwise.learning.dataset.CohortFixture.image;
import static org.foldwise.learning.dataset.CohortFixture.patient;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a search may never see, for random cohorts: nobody whom an outer fold holds out or locks away is in an inner fold. */
class InnerSplitTest {
    private static final SplitSpec.KFold INNER = new SplitSpec.KFold(3, 0, 0.25);
    private static final List<SplitSpec> OUTER =
            List.of(new SplitSpec.KFold(4, 0.2, 0.2), new SplitSpec.KFold(2, 2, 0, 0.3));

    static LongStream seeds() {
        String given = System.getProperty("tests.seed", "");
        return given.isEmpty() ? LongStream.rangeClosed(1, 6) : LongStream.of(Long.parseLong(given));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noInnerFoldHoldsAnOuterHeldOutOrTestPatient(long seed) {
        Cohort whole = randomCohort(seed);
        for (SplitSpec spec : OUTER) {
            Split outer = PatientSplitter.split(whole, spec, seed);
            PatientTies ties = PatientTies.of(whole, outer.rules());
            for (Fold fold : outer.folds()) {
                Split inner = InnerSplit.of(whole, outer, fold.index(), INNER, ties, seed);
                Set<PatientId> forbidden = new TreeSet<>(fold.patients(Role.HELD_OUT));
                forbidden.addAll(fold.patients(Role.TEST));
                Set<PatientId> learnedFrom = new TreeSet<>(fold.patients(Role.TRAIN));
                learnedFrom.addAll(fold.patients(Role.VALIDATION));

                assertThat(forbidden).isNotEmpty();
                for (Fold innerFold : inner.allFolds()) {
                    assertThat(innerFold.roles().keySet())
                            .doesNotContainAnyElementsOf(forbidden)
                            .isEqualTo(learnedFrom);
                    assertThat(innerFold.roles().values()).doesNotContain(Role.TEST, Role.DROPPED);
                    assertThat(Stream.of(3, 17, 30, 31)
                                    .map(number ->
                                            String.valueOf(innerFold.roles().get(patient(number))))
                                    .distinct())
                            .as("roles of patients who share images")
                            .hasSize(1);
                }
                Cohort cohort = InnerSplit.cohort(whole, fold);
                assertThat(cohort.images().stream().map(ImageRecord::patient)).doesNotContainAnyElementsOf(forbidden);
                assertThat(inner.dataset()).isEqualTo(cohort.digest()).isNotEqualTo(whole.digest());
                assertThat(SplitCertificate.of(inner, cohort, ties.among(learnedFrom))
                                .folds())
                        .hasSize(4);
            }
        }
    }

    @Test
    void followsFromItsArgumentsAlone() {
        Cohort whole = randomCohort(1);
        Split outer = PatientSplitter.split(whole, OUTER.get(0), 1);
        PatientTies ties = PatientTies.of(whole, outer.rules());

        Split inner = InnerSplit.of(whole, outer, 1, INNER, ties, 7);

        assertThat(InnerSplit.of(whole, outer, 1, INNER, ties, 7)).isEqualTo(inner);
        assertThat(InnerSplit.of(whole, outer, 1, INNER, ties, 8)).isNotEqualTo(inner);
        assertThat(InnerSplit.of(whole, outer, 2, INNER, ties, 7)).isNotEqualTo(inner);
    }

    /** A held-out patient who was let in has no images in the inner cohort, and an inner split has no proof with the whole one. */
    @Test
    void cannotBeProvenOnceAHeldOutPatientIsInIt() {
        Cohort whole = randomCohort(2);
        Split outer = PatientSplitter.split(whole, OUTER.get(0), 2);
        PatientTies ties = PatientTies.of(whole, outer.rules());
        Split inner = InnerSplit.of(whole, outer, 0, INNER, ties, 2);
        Cohort cohort = InnerSplit.cohort(whole, outer.folds().get(0));
        PatientTies among = ties.among(InnerSplit.patients(outer.folds().get(0)));
        PatientId heldOut = outer.folds().get(0).patients(Role.HELD_OUT).first();
        List<Fold> folds = new ArrayList<>();
        for (Fold fold : inner.allFolds()) {
            TreeMap<PatientId, Role> roles = new TreeMap<>(fold.roles());
            roles.put(heldOut, fold.index() == 0 ? Role.HELD_OUT : Role.TRAIN);
            folds.add(new Fold(fold.index(), roles));
        }
        Split tampered = new Split(
                inner.spec(),
                inner.rules(),
                inner.seed(),
                inner.dataset(),
                folds.get(0),
                folds.subList(1, folds.size()));

        assertThat(tampered.digest()).isNotEqualTo(inner.digest());
        assertThatThrownBy(() -> SplitCertificate.of(tampered, cohort, among))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the split leaks");
        assertThatThrownBy(() -> SplitCertificate.of(tampered, whole, ties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the split is of a cohort with digest");
    }

    @Test
    void refusesATestSubsetOfItsOwnAndAStrangersCohort() {
        Cohort whole = randomCohort(3);
        Split outer = PatientSplitter.split(whole, OUTER.get(0), 3);

        assertThatThrownBy(() -> InnerSplit.of(whole, outer, 0, new SplitSpec.KFold(3, 0.2, 0.25), PatientTies.NONE, 1))
                .hasMessage("test must be 0 in an inner split, was 0.2");
        assertThatThrownBy(() -> InnerSplit.of(randomCohort(4), outer, 0, INNER, PatientTies.NONE, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Cohort randomCohort(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return aCohort()
                .withSeed(seed)
                .withPatients(50 + random.nextInt(40))
                .withPositivePatients(0.35 + 0.3 * random.nextDouble())
                .withImagesPerPatient(1, 1 + random.nextInt(4))
                .withStrayLabels(random.nextDouble() * 0.2)
                .with(image("copy/a", patient(3), "sick", "copy 1"))
                .with(image("copy/b", patient(30), "sick", "copy 1"))
                .with(image("copy/c", patient(30), "healthy", "copy 2"))
                .with(image("copy/d", patient(17), "healthy", "copy 2"))
                .with(image("copy/e", patient(31), "healthy", "copy 2"))
                .build();
    }
}
