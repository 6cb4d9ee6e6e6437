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
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.ConformalSets.Conditioning;
import org.foldwise.learning.metrics.conformal.ConformalSets.Limit;
import org.foldwise.learning.metrics.conformal.ConformalSets.Unit;
import org.foldwise.learning.metrics.conformal.PredictionSetReport.OfClass;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConformalTest {
    private static final List<String> CLASSES = List.of("healthy", "ill");

    /** With one image each the limit is the score of rank ceil((K + 1) level), as in every textbook. */
    @Test
    void oneImageEachIsTheUsualSplitConformalMethod() {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 1; i <= 19; i++) {
            cases.add(scored("i" + i, i, true, 1 - i / 100.0));
        }
        ConformalSets sets = calibrated(cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL);

        // ceil(20 * 0.9) = 18
        assertThat(sets.limits().get(0).score()).isCloseTo(0.18, within(1e-12));
        assertThat(sets.limits().get(0).patients()).isEqualTo(19);
        assertThat(calibrated(cases, 0.9, Unit.ALL_IMAGES_OF_NEW_PATIENT, Conditioning.MARGINAL)
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
        assertThat(ConformalSets.calibrate(CLASSES, cases, 0.76, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL))
                .isEqualTo(new PredictionSets.Undefined(
                        0.76, "a coverage of 0.76 takes 4 calibration patients or more, there are 3"));
    }

    private static ConformalSets calibrated(
            List<ClassifiedCase> cases, double coverage, Unit unit, Conditioning conditioning) {
        return (ConformalSets) ConformalSets.calibrate(CLASSES, cases, coverage, unit, conditioning);
    }

    private static double limit(List<ClassifiedCase> cases, double coverage, Unit unit) {
        return calibrated(cases, coverage, unit, Conditioning.MARGINAL)
                .limits()
                .get(0)
                .score();
    }

    /** No set that holds a class because nothing is known of it. */
    @Test
    void classesWithTooFewPatientsLeaveNoSetsAndAreNamed() {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            cases.add(scored("i" + i, i, true, 0.9));
        }
        for (int i = 0; i < 40; i++) {
            cases.add(scored("n" + i, 100 + i % 8, false, 0.1));
        }
        String takes = "a coverage of 0.9 takes 9 calibration patients or more of each class, ";

        assertThat(ConformalSets.calibrate(CLASSES, cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS))
                .isEqualTo(new PredictionSets.Undefined(0.9, takes + "'healthy' has 8"));
        assertThat(ConformalSets.calibrate(
                        CLASSES, cases.subList(0, 8), 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS))
                .isEqualTo(new PredictionSets.Undefined(0.9, takes + "'healthy' has 0, 'ill' has 8"));
        cases.add(scored("n", 200, false, 0.3));
        ConformalSets sets = calibrated(cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS);
        assertThat(sets.limits()).extracting(Limit::patients).containsExactly(9, 30);
        // of nine patients the ninth score, which is the largest
        assertThat(sets.limits().get(0).score()).isEqualTo(1 - (1 - 0.3));
    }

    /** K / (K + 1) is the highest coverage that K patients can promise. */
    @Test
    void soManyPatientsAreEnough() {
        assertThat(ConformalSets.fewestPatients(0.5)).isEqualTo(1);
        assertThat(ConformalSets.fewestPatients(0.8)).isEqualTo(4);
        assertThat(ConformalSets.fewestPatients(0.9)).isEqualTo(9);
        assertThat(ConformalSets.fewestPatients(0.95)).isEqualTo(19);
        assertThat(ConformalSets.fewestPatients(0.99)).isEqualTo(99);
        assertThat(ConformalSets.fewestPatients(0.999)).isEqualTo(999);
        assertThat(ConformalSets.fewestPatients(0.91)).isEqualTo(11);
        assertThat(ConformalSets.fewestPatients(0.1)).isEqualTo(1);
        for (int patients = 1; patients < 2000; patients++) {
            assertThat(ConformalSets.fewestPatients(patients / (patients + 1.0)))
                    .isEqualTo(patients);
        }
    }

    /** One patient and half: the only score is the larger of two equally likely ones, so its rank is uniform. */
    @Test
    void theRangeOfCoverageIsThatOfTheRank() {
        Interval uniform = ConformalSets.rangeOfCoverage(1, 0.5, 0.9);
        assertThat(uniform.lower()).isCloseTo(0.05, within(1e-12));
        assertThat(uniform.upper()).isCloseTo(0.95, within(1e-12));
        // the largest of nine: x^9
        Interval largest = ConformalSets.rangeOfCoverage(9, 0.9, 0.95);
        assertThat(largest.lower()).isCloseTo(Math.pow(0.025, 1 / 9.0), within(1e-12));
        assertThat(largest.upper()).isCloseTo(Math.pow(0.975, 1 / 9.0), within(1e-12));
        assertThatThrownBy(() -> ConformalSets.rangeOfCoverage(8, 0.9, 0.95)).hasMessageContaining("9 or more");
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
            ConformalSets sets = calibrated(calibration, 0.9, unit, Conditioning.MARGINAL);
            ConformalSets perClass = calibrated(calibration, 0.9, unit, Conditioning.BY_CLASS);
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
                0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS, List.of(new Limit(50, 0.6), new Limit(50, 0.3)));
        List<ClassifiedCase> cases = List.of(
                scored("a", 1, true, 0.8), // {ill}
                scored("b", 2, true, 0.55), // {healthy}
                scored("c", 3, false, 0.2), // {healthy}
                scored("d", 4, false, 0.65), // {}
                scored("e", 5, false, 0.1)); // {healthy}

        PredictionSetReport report = PredictionSetReport.of(sets, CLASSES, cases, ConformalTest::likely, 0.95);

        assertThat(report.coverage()).isEqualTo(0.9);
        assertThat(report.images()).isEqualTo(5);
        assertThat(report.patients()).isEqualTo(5);
        assertThat(report.covered().value()).isEqualTo(0.6);
        assertThat(report.covered().interval().method()).isEqualTo("patientMeanWilson");
        assertThat(report.answered().value()).isEqualTo(0.8);
        assertThat(report.answered().interval().method()).isEqualTo("patientClusteredWilson");
        assertThat(report.several().value()).isZero();
        assertThat(report.empty().value()).isEqualTo(0.2);
        assertThat(report.meanSize().value()).isEqualTo(0.8);
        assertThat(report.rightWhereAnswered().value()).isEqualTo(0.75);
        // b is decided to be ill, as 0.55 is more likely than not, and answered healthy
        assertThat(report.otherThanDecided().value()).isEqualTo(0.25);
        // d alone has no answer, and is decided wrongly
        assertThat(report.decidedRightlyElsewhere().value()).isZero();
        assertThat(report.classes()).extracting(OfClass::name).containsExactly("healthy", "ill");
        assertThat(report.classes()).extracting(OfClass::images).containsExactly(3, 2);
        assertThat(report.classes()).extracting(one -> one.covered().value()).containsExactly(2 / 3.0, 0.5);
        assertThat(report.classes()).extracting(one -> one.answered().value()).containsExactly(2 / 3.0, 1.0);
        assertThat(report.classes())
                .extracting(one -> one.rightWhereAnswered().value())
                .containsExactly(1.0, 0.5);
        List<ClassifiedCase> shuffled = new ArrayList<>(cases);
        Collections.shuffle(shuffled, new Random(3));
        assertThat(PredictionSetReport.of(sets, CLASSES, shuffled, ConformalTest::likely, 0.95))
                .isEqualTo(report);
    }

    /** Nine images of one patient do not outvote another's single one. */
    @Test
    void coverageCountsEachPatientAlike() {
        ConformalSets sets = new ConformalSets(
                0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.BY_CLASS, List.of(new Limit(50, 0.5), new Limit(50, 0.5)));
        List<ClassifiedCase> cases = new ArrayList<>(List.of(scored("a", 1, true, 0.9)));
        for (int i = 0; i < 9; i++) {
            cases.add(scored("b" + i, 2, true, 0.1));
        }

        PredictionSetReport report = PredictionSetReport.of(sets, CLASSES, cases, ConformalTest::likely, 0.95);

        assertThat(report.covered().value()).isEqualTo(0.5);
        assertThat(report.rightWhereAnswered().value()).isEqualTo(0.1);
        assertThat(report.decidedRightlyElsewhere().undefinedBecause()).isEqualTo("every image is answered");
        assertThat(report.classes().get(0).covered().undefinedBecause()).isEqualTo("there are no cases");
    }

    private static int likely(ClassifiedCase one) {
        return one.predicted();
    }

    /** Of labels each is a question of its own, and one with too few patients leaves the others theirs. */
    @Test
    void eachLabelHasLimitsOfItsOwn() {
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            cases.add(new LabelledCase(
                    "i" + i, new PatientId("p" + i), List.of(i % 2 == 0, i < 3), List.of(i / 40.0, i < 3 ? 0.9 : 0.1)));
        }
        ScoredImages.Multilabel images = new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
        Decision decision =
                new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5)));

        Decision with = decision.withSets(images, 0.9);

        LabelSets sets = (LabelSets) with.sets();
        ConformalSets effusion = calibrated(
                new ScoredImages.Binary(CLASSES, images.against(0)).classified(),
                0.9,
                Unit.IMAGE_OF_NEW_PATIENT,
                Conditioning.BY_CLASS);
        assertThat(sets.labels())
                .containsExactly(
                        effusion,
                        new PredictionSets.Undefined(
                                0.9,
                                "a coverage of 0.9 takes 9 calibration patients or more of each class, 'Mass' has 3"));
        LabelSetReport report = (LabelSetReport) with.reportOfSets(images, 0.95).orElseThrow();
        assertThat(report.labels().get(1).undefinedBecause()).contains("'Mass' has 3");
        assertThat(report.byClass()).extracting(OfClass::name).containsExactly("without Effusion", "Effusion");
        assertThat(report.byClass()).extracting(OfClass::images).containsExactly(20, 20);
        // ceil(0.9 * 21) = 19 of 20
        assertThat(report.byClass()).extracting(one -> one.covered().value()).containsExactly(0.95, 0.95);
        assertThat(decision.reportOfSets(images, 0.95)).isEmpty();
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

        assertThatThrownBy(() -> ConformalSets.calibrate(
                        List.of("a", "b", "c"), cases, 0.9, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL))
                .hasMessageContaining("3 probabilities, had 2");
        assertThatThrownBy(() ->
                        ConformalSets.calibrate(CLASSES, cases, 1, Unit.IMAGE_OF_NEW_PATIENT, Conditioning.MARGINAL))
                .hasMessageContaining("coverage must be in (0, 1), was 1.0");
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
