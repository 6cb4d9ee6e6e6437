package org.foldwise.learning.metrics.conformal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ClusteredCohorts;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.conformal.ConformalSets.Conditioning;
import org.foldwise.learning.metrics.conformal.ConformalSets.Unit;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConformalTest {
    /** With one image each the limit is the score of rank ceil((K + 1) level), as in every textbook. */
    @Test
    void oneImageEachIsTheUsualSplitConformalMethod() {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 1; i <= 19; i++) {
            cases.add(scored("i" + i, i, true, 1 - i / 100.0));
        }
        ConformalSets sets = ConformalSets.calibrate(2, cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL);

        // ceil(20 * 0.9) = 18
        assertThat(sets.limits().get(0).score()).isCloseTo(0.18, within(1e-12));
        assertThat(sets.limits().get(0).patients()).isEqualTo(19);
        assertThat(ConformalSets.calibrate(2, cases, 0.9, Unit.ALL_IMAGES_OF_NEW_PATIENT, Conditioning.MARGINAL)
                        .limits())
                .isEqualTo(sets.limits());
        assertThat(sets.set(List.of(0.1, 0.9))).containsExactly(1);
        assertThat(sets.set(List.of(0.5, 0.5))).isEmpty();
    }

    /** Patient 1 has scores 0.1, 0.2, 0.3, 0.4 of weight 1/4; patients 2 and 3 have 0.5 and 0.6. */
    @Test
    void imagesOfOnePatientShareOneWeight() {
        List<ClassifiedCase> cases = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 1, true, 0.8),
                scored("c", 1, true, 0.7),
                scored("d", 1, true, 0.6),
                scored("e", 2, true, 0.5),
                scored("f", 3, true, 0.4));

        // weights needed: 0.5 * 4 = 2, reached at the fifth score; 0.2 * 4 = 0.8 at the fourth
        assertThat(limit(cases, 0.5, Unit.IMAGE_OF_NEW_PATIENT)).isCloseTo(0.5, within(1e-12));
        assertThat(limit(cases, 0.2, Unit.IMAGE_OF_NEW_PATIENT)).isCloseTo(0.4, within(1e-12));
        // a patient's score is its largest
        assertThat(limit(cases, 0.2, Unit.ALL_IMAGES_OF_NEW_PATIENT)).isCloseTo(0.4, within(1e-12));
        assertThat(limit(cases, 0.75, Unit.ALL_IMAGES_OF_NEW_PATIENT)).isCloseTo(0.6, within(1e-12));
        ConformalSets tooHigh =
                ConformalSets.calibrate(2, cases, 0.76, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL);
        assertThat(tooHigh.limits().get(0)).isEqualTo(new ConformalSets.Limit(3, false, 1));
        assertThat(tooHigh.set(List.of(0.0, 1.0))).containsExactly(0, 1);
    }

    private static double limit(List<ClassifiedCase> cases, double level, Unit unit) {
        return ConformalSets.calibrate(2, cases, level, unit, Conditioning.MARGINAL)
                .limits()
                .get(0)
                .score();
    }

    @Test
    void aClassWithoutPatientsIsInEverySet() {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            cases.add(scored("i" + i, i, true, 0.9));
        }
        ConformalSets sets = ConformalSets.calibrate(2, cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS);

        assertThat(sets.limits().get(0)).isEqualTo(new ConformalSets.Limit(0, false, 1));
        assertThat(sets.set(List.of(0.0, 1.0))).containsExactly(0, 1);
    }

    /**
     * The promise is kept over calibration sets and new patients together; 0.9 less and plus what 400 repetitions leave open. Images
     * taken as independent promise more than they keep where one patient in ten has fifty images.
     */
    @ParameterizedTest
    @EnumSource(Unit.class)
    void newPatientsAreCoveredAsOftenAsPromised(Unit unit) {
        SplittableRandom random = new SplittableRandom(12);
        ClusteredCohorts source = new ClusteredCohorts(60, true, 1.5);
        ClusteredCohorts fresh = new ClusteredCohorts(25, true, 1.5);
        double[] byClass = new double[2];
        double[] patientsByClass = new double[2];
        double covered = 0;
        double patients = 0;
        for (int repetition = 0; repetition < 400; repetition++) {
            List<ClassifiedCase> calibration = classified(source.draw(random));
            ConformalSets sets = ConformalSets.calibrate(2, calibration, 0.9, unit, Conditioning.MARGINAL);
            ConformalSets perClass = ConformalSets.calibrate(2, calibration, 0.9, unit, Conditioning.BY_CLASS);
            for (List<ClassifiedCase> patient : byPatient(classified(fresh.draw(random)))) {
                covered += share(sets, patient, unit);
                patients++;
                for (int k = 0; k < 2; k++) {
                    int index = k;
                    List<ClassifiedCase> ofClass =
                            patient.stream().filter(one -> one.truth() == index).toList();
                    if (!ofClass.isEmpty()) {
                        byClass[k] += share(perClass, ofClass, unit);
                        patientsByClass[k]++;
                    }
                }
            }
        }

        // never below, and above by 1 / (K + 1) at most
        assertThat(covered / patients).isBetween(0.89, 0.9 + 1.0 / 61 + 0.01);
        for (int k = 0; k < 2; k++) {
            assertThat(byClass[k] / patientsByClass[k]).isBetween(0.89, 0.93);
        }
    }

    /** What a promise counts of one patient: the share of covered images, or whether all are. */
    private static double share(ConformalSets sets, List<ClassifiedCase> patient, Unit unit) {
        long covered = patient.stream()
                .filter(one -> sets.set(one.probabilities()).contains(one.truth()))
                .count();
        return unit == Unit.IMAGE_OF_NEW_PATIENT
                ? (double) covered / patient.size()
                : covered == patient.size() ? 1 : 0;
    }

    @Test
    void coverageOnOtherCasesIsToldByClass() {
        ConformalSets sets = new ConformalSets(
                0.9,
                Unit.IMAGE_OF_NEW_PATIENT,
                Conditioning.MARGINAL,
                List.of(new ConformalSets.Limit(50, true, 0.6), new ConformalSets.Limit(50, true, 0.3)));
        List<ClassifiedCase> cases = List.of(
                scored("a", 1, true, 0.8), // {1}
                scored("b", 2, true, 0.55), // {0}
                scored("c", 3, false, 0.2), // {0}
                scored("d", 4, false, 0.65), // {}
                scored("e", 5, false, 0.1)); // {0}

        ConformalCoverage coverage = ConformalCoverage.of(sets, cases, 0.95);

        assertThat(coverage.covered().value()).isEqualTo(0.6);
        assertThat(coverage.covered().interval().method()).isEqualTo("patientClusteredWilson");
        assertThat(coverage.coveredOfClass())
                .extracting(estimate -> estimate.value())
                .containsExactly(2 / 3.0, 0.5);
        assertThat(coverage.answered().value()).isEqualTo(0.8);
        assertThat(coverage.answeredOfClass())
                .extracting(estimate -> estimate.value())
                .containsExactly(2 / 3.0, 1.0);
        assertThat(coverage.rightWhereAnswered().value()).isEqualTo(0.75);
        assertThat(coverage.empty().value()).isEqualTo(0.2);
        assertThat(coverage.meanSize().value()).isEqualTo(0.8);
    }

    @Test
    void abstainsUntilAnswersAreRightOftenEnough() {
        List<ClassifiedCase> cases =
                new ArrayList<>(classified(new ClusteredCohorts(300, true, 2.8).draw(new SplittableRandom(2))));
        Abstention abstention = Abstention.choose(0.03, 30, 2, cases, 0.95).orElseThrow();
        Collections.shuffle(cases, new Random(1));

        assertThat(abstention.wrongWhereAnswered().interval().upper()).isLessThanOrEqualTo(0.03);
        assertThat(abstention.answered().value()).isBetween(0.3, 0.95);
        assertThat(abstention.answeredOfClass()).hasSize(2);
        assertThat(Abstention.choose(0.03, 30, 2, cases, 0.95)).contains(abstention);
        assertThat(Abstention.at(0, 2, cases, 0.95).answered().value()).isEqualTo(1);
        assertThat(Abstention.choose(0.0001, 30, 2, cases, 0.95)).isEmpty();
    }

    @Test
    void refusesOtherNumbersOfClasses() {
        List<ClassifiedCase> cases = List.of(scored("a", 1, true, 0.9));

        assertThatThrownBy(
                        () -> ConformalSets.calibrate(3, cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL))
                .hasMessageContaining("3 probabilities, had 2");
        assertThatThrownBy(() -> ConformalSets.calibrate(2, cases, 1, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL))
                .hasMessageContaining("(0, 1)");
    }

    private static List<List<ClassifiedCase>> byPatient(List<ClassifiedCase> cases) {
        List<List<ClassifiedCase>> patients = new ArrayList<>();
        PatientId last = null;
        for (ClassifiedCase one : cases) {
            if (!one.patient().equals(last)) {
                patients.add(new ArrayList<>());
                last = one.patient();
            }
            patients.get(patients.size() - 1).add(one);
        }
        return patients;
    }

    private static List<ClassifiedCase> classified(List<ScoredCase> cases) {
        return cases.stream()
                .map(one -> new ClassifiedCase(
                        one.image(),
                        one.patient(),
                        one.positive() ? 1 : 0,
                        List.of(1 - one.probability(), one.probability())))
                .toList();
    }

    private static ClassifiedCase scored(String image, int patient, boolean positive, double probability) {
        return new ClassifiedCase(
                image, new PatientId("p" + patient), positive ? 1 : 0, List.of(1 - probability, probability));
    }
}
