package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.api.Test;

class DeLongTest {
    /**
     * Patients 1: positives 0.9 and 0.4, negative 0.5; 2: positive 0.7, negatives 0.2 and 0.7; 3: negative 0.1. Written out by
     * Obuchowski's formulas, with pairs compared one by one.
     */
    @Test
    void clustersBySumsOfComponentsAsByHand() {
        List<ScoredCase> cases = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 1, true, 0.4),
                scored("c", 1, false, 0.5),
                scored("d", 2, true, 0.7),
                scored("e", 2, false, 0.2),
                scored("f", 2, false, 0.7),
                scored("g", 3, false, 0.1));
        // positives beat of the negatives 0.5, 0.2, 0.7, 0.1: all 4; 2; 3.5
        double area = (4 + 2 + 3.5) / 12;
        double[] positive = {1 - area, 0.5 - area, 3.5 / 4 - area};
        // of the positives 0.9, 0.4, 0.7 beat the negatives: 2; 3; 1.5; 3
        double[] negative = {2 / 3.0 - area, 1 - area, 0.5 - area, 1 - area};
        double x1 = positive[0] + positive[1];
        double x2 = positive[2];
        double y1 = negative[0];
        double y2 = negative[1] + negative[2];
        double y3 = negative[3];
        double variance = 2 * (x1 * x1 + x2 * x2) / 9
                + 1.5 * (y1 * y1 + y2 * y2 + y3 * y3) / 16
                + 2 * 1.5 * (x1 * y1 + x2 * y2) / 12;

        DeLong result = DeLong.ofPatients(cases);

        assertThat(result.area()).isCloseTo(area, within(1e-15));
        assertThat(result.variance()).isCloseTo(variance, within(1e-15));
        assertThat(result.positives()).isEqualTo(2);
        assertThat(result.negatives()).isEqualTo(3);
        // without a patient's images: of 3 positives 2 and 1 are the first's and the second's, of 4 negatives 1, 2 and
        // 1
        double u1 = Math.sqrt(1 / 2.0) * x1 / (3 - 2) + Math.sqrt(2 / 3.0) * y1 / (4 - 1);
        double u2 = Math.sqrt(1 / 2.0) * x2 / (3 - 1) + Math.sqrt(2 / 3.0) * y2 / (4 - 2);
        double u3 = Math.sqrt(2 / 3.0) * y3 / (4 - 1);
        assertThat(result.jackknifeVariance()).isCloseTo(u1 * u1 + u2 * u2 + u3 * u3, within(1e-15));
        assertThat(result.degreesOfFreedom()).isEqualTo(1);
    }

    /** With one size of all patients it is DeLong's variance, and one degree of freedom less than there are of the rarer class. */
    @Test
    void patientsOfOneSizeAreAsTheyWere() {
        List<ScoredCase> cases = cases(240, 60, 5);
        DeLong result = DeLong.ofPatients(cases);

        assertThat(result.jackknifeVariance()).isCloseTo(result.variance(), within(1e-15));
        assertThat(result.degreesOfFreedom()).isEqualTo(19);
    }

    /** A patient with 60 of 79 positives: known little better than from that one. */
    @Test
    void aPatientWithMostOfTheImagesLeavesFewDegreesOfFreedom() {
        List<ScoredCase> cases = new ArrayList<>(cases(60, 60, 6));
        for (int i = 0; i < 60; i++) {
            cases.add(scored("more" + i, 0, true, i / 80.0));
        }
        DeLong result = DeLong.ofPatients(cases);

        assertThat(result.degreesOfFreedom()).isBetween(1.0, 2.0);
        assertThat(result.jackknifeVariance()).isGreaterThan(2 * result.variance());
    }

    /** Ten copies of each image tell nothing new over patients, and ten times as much over images. */
    @Test
    void copiesOfImagesAreNoMoreEvidenceOverPatients() {
        List<ScoredCase> once = cases(300, 300, 4);
        List<ScoredCase> tenTimes = once.stream()
                .flatMap(one -> IntStream.range(0, 10)
                        .mapToObj(copy -> new ScoredCase(
                                one.image() + "-" + copy, one.patient(), one.positive(), one.probability())))
                .toList();

        assertThat(DeLong.ofPatients(tenTimes).variance())
                .isCloseTo(DeLong.ofPatients(once).variance(), within(1e-15));
        assertThat(DeLong.ofImages(tenTimes).variance())
                .isLessThan(DeLong.ofImages(once).variance() / 9);
    }

    @Test
    void theOrderOfCasesDoesNotMatter() {
        List<ScoredCase> cases = cases(200, 60, 1);
        List<ScoredCase> shuffled = new ArrayList<>(cases);
        Collections.shuffle(shuffled, new Random(1));

        assertThat(DeLong.ofPatients(shuffled)).isEqualTo(DeLong.ofPatients(cases));
    }

    /** The variance of resampled areas is an estimate of the same thing by other means. */
    @Test
    void agreesWithTheSpreadOfResampledPatients() {
        List<ScoredCase> cases = new ClusteredCohorts(300, true, 1.5).draw(new SplittableRandom(5));
        Interval resampled = PatientBootstrap.of(cases, 0.5, new BootstrapSpec(2000, 1, 0.95))
                .interval(PatientBootstrap.Figure.ROC_AUC)
                .orElseThrow();

        Interval logit = DeLong.ofPatients(cases).logit(0.95).orElseThrow();

        double width = resampled.upper() - resampled.lower();
        assertThat(logit.upper() - logit.lower()).isCloseTo(width, within(0.1 * width));
        assertThat(logit.lower()).isCloseTo(resampled.lower(), within(0.1 * width));
    }

    @Test
    void perfectSeparationHasNoVarianceAndNoLogitInterval() {
        List<ScoredCase> cases = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 2, true, 0.8),
                scored("c", 3, false, 0.1),
                scored("d", 4, false, 0.2));

        DeLong result = DeLong.ofPatients(cases);

        assertThat(result.area()).isEqualTo(1);
        assertThat(result.variance()).isZero();
        assertThat(result.logit(0.95)).isEmpty();
        assertThat(result.clipped(0.95).upper()).isEqualTo(1);
    }

    @Test
    void refusesOnePatientOfAClass() {
        List<ScoredCase> cases = List.of(
                scored("a", 1, true, 0.9),
                scored("b", 1, true, 0.8),
                scored("c", 3, false, 0.1),
                scored("d", 4, false, 0.2));

        assertThatThrownBy(() -> DeLong.ofPatients(cases)).hasMessageContaining("had 1 and 2");
        assertThat(DeLong.ofImages(cases).area()).isEqualTo(1);
    }

    @Test
    void twoHundredThousandImagesTakeSeconds() {
        List<ScoredCase> cases = cases(200_000, 60_000, 9);

        // pairs would be 9e9 comparisons, far more than the limit allows
        DeLong result = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> DeLong.ofPatients(cases));

        assertThat(result.standardError()).isBetween(0.0005, 0.005);
        assertThat(result.area()).isCloseTo(RocCurve.area(cases).value(), within(1e-12));
    }

    @Test
    void pairsRefuseOtherImagesClassesAndPatients() {
        List<ScoredCase> one = cases(20, 10, 1);
        List<ScoredCase> fewer = one.subList(0, 19);
        List<ScoredCase> flipped = one.stream()
                .map(each -> new ScoredCase(each.image(), each.patient(), !each.positive(), each.probability()))
                .toList();

        assertThatThrownBy(() -> PairedDeLong.ofPatients(one, fewer)).hasMessageContaining("20 and 19");
        assertThatThrownBy(() -> PairedDeLong.ofPatients(one, flipped))
                .hasMessageContaining("another class or patient");
    }

    @Test
    void aPairOverPatientsIsWiderThanOverImagesWherePatientsAreAlike() {
        List<ScoredCase> one = new ClusteredCohorts(120, false, 1.5).draw(new SplittableRandom(3));
        List<ScoredCase> other = one.stream()
                .map(each -> new ScoredCase(
                        each.image(),
                        each.patient(),
                        each.positive(),
                        // what a patient's images share is taken differently by the other model
                        Math.abs(each.probability() - (each.patient().hashCode() % 3 == 0 ? 0.2 : 0))))
                .toList();

        PairedDeLong overPatients = PairedDeLong.ofPatients(one, other);
        PairedDeLong overImages = PairedDeLong.ofImages(one, other);

        assertThat(overPatients.difference()).isEqualTo(overImages.difference());
        assertThat(overPatients.varianceOfDifference()).isGreaterThan(1.5 * overImages.varianceOfDifference());
        assertThat(overPatients.pValue().value())
                .isGreaterThan(overImages.pValue().valueOr(Double.NaN));
    }

    /** A perfect model and one that gives every image the same score: nothing varies, and yet they are as far apart as can be. */
    @Test
    void aDifferenceThatDoesNotVaryHasNoPValue() {
        List<ScoredCase> perfect = new ArrayList<>();
        List<ScoredCase> collapsed = new ArrayList<>();
        List<ScoredCase> inverted = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            boolean positive = i % 2 == 0;
            perfect.add(scored("i" + (1000 + i), i, positive, positive ? 0.9 : 0.1));
            collapsed.add(scored("i" + (1000 + i), i, positive, 0.3));
            inverted.add(scored("i" + (1000 + i), i, positive, positive ? 0.1 : 0.9));
        }
        for (List<ScoredCase> other : List.of(collapsed, inverted)) {
            for (PairedDeLong pair :
                    List.of(PairedDeLong.ofImages(perfect, other), PairedDeLong.ofPatients(perfect, other))) {
                assertThat(pair.difference()).isGreaterThanOrEqualTo(0.5);
                assertThat(pair.pValue().undefinedBecause()).contains("does not vary");
                assertThat(pair.z().undefinedBecause()).contains("does not vary");
                assertThat(pair.difference(0.95).interval()).isNull();
            }
        }
        PairedDeLong alike = PairedDeLong.ofPatients(perfect, perfect);
        assertThat(alike.pValue()).isEqualTo(Estimate.of(1));
        assertThat(alike.z().undefinedBecause()).contains("order the images alike");
    }

    @Test
    void refusesScoresWithoutRank() {
        double[] scores = {0.1, Double.NaN, 0.3};
        boolean[] positive = {true, false, true};
        assertThatThrownBy(() -> RankedScores.of(scores, positive)).hasMessage("score 1 of 3 is not a number");
        assertThatThrownBy(() -> StructuralComponents.of(scores, positive)).hasMessage("score 1 of 3 is not a number");
        assertThatThrownBy(() -> RocCurve.area(scores, positive)).hasMessageContaining("not a number");
        assertThat(RocCurve.area(
                                new double[] {Double.NEGATIVE_INFINITY, 0.2, Double.POSITIVE_INFINITY},
                                new boolean[] {false, false, true})
                        .value())
                .isEqualTo(1);
    }

    private static List<ScoredCase> cases(int images, int patients, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            int patient = i % patients;
            boolean positive = patient % 3 == 0;
            cases.add(scored(
                    String.format("%06d", i),
                    patient,
                    positive,
                    Math.min(1, 0.8 * random.nextDouble() + (positive ? 0.15 : 0))));
        }
        return cases;
    }

    private static ScoredCase scored(String image, int patient, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId("p" + patient), positive, probability);
    }
}
