package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.junit.jupiter.api.Test;

class MeanAreasTest {
    private static ScoredCase scored(String image, String patient, boolean positive, double probability) {
        return new ScoredCase(image, new PatientId(patient), positive, probability);
    }

    /** One image a patient: positives 0.8, 0.4, 0.6, negatives 0.5, 0.3. */
    private static final List<ScoredCase> FIVE = List.of(
            scored("a", "a", true, 0.8),
            scored("b", "b", true, 0.4),
            scored("c", "c", true, 0.6),
            scored("d", "d", false, 0.5),
            scored("e", "e", false, 0.3));

    /**
     * Components are 1, 1/2, 1 of the positives and 2/3, 1 of the negatives, the area 5/6. Their variances over the numbers of patients are
     * (1/12) / 3 = 1/36 and (1/18) / 2 = 1/36, with 2 and 1 degrees of freedom.
     */
    @Test
    void isDeLongsVarianceAndSatterthwaitesDegreesWithOneImageAPatient() {
        MeanAreas areas = MeanAreas.mean(List.of(FIVE), 0.95).orElseThrow();

        assertThat(areas.value()).isCloseTo(5 / 6.0, within(1e-15));
        assertThat(areas.variance()).isCloseTo(1 / 18.0, within(1e-15));
        assertThat(areas.variance()).isCloseTo(DeLong.ofPatients(FIVE).variance(), within(1e-15));
        // (1/36 + 1/36)^2 / ((1/36)^2 / 2 + (1/36)^2 / 1)
        assertThat(areas.degreesOfFreedom()).isCloseTo(4 / 1.5, within(1e-12));
        Interval interval = areas.combined().orElseThrow();
        double half = Quantiles.student(0.95, 4 / 1.5) * Math.sqrt(1 / 18.0) / (5 / 36.0);
        assertThat(interval.lower()).isCloseTo(1 / (1 + Math.exp(half - Math.log(5))), within(1e-12));
        assertThat(interval.upper()).isCloseTo(1 / (1 + Math.exp(-half - Math.log(5))), within(1e-12));
        assertThat(interval.method()).isEqualTo("patientMeanDeLongCombined");
    }

    /** What one class says twice is known no better for it. */
    @Test
    void aClassThatIsThereTwiceChangesNothing() {
        List<ScoredCase> cases = new ClusteredCohorts(50, false, 1.2).draw(new SplittableRandom(3));
        MeanAreas once = MeanAreas.mean(List.of(cases), 0.95).orElseThrow();
        MeanAreas twice = MeanAreas.mean(List.of(cases, cases), 0.95).orElseThrow();

        assertThat(twice.value()).isCloseTo(once.value(), within(1e-15));
        assertThat(twice.variance()).isCloseTo(once.variance(), within(1e-15));
        assertThat(once.variance()).isCloseTo(DeLong.ofPatients(cases).variance(), within(1e-15));
        Interval ofOnce = once.combined().orElseThrow();
        Interval ofTwice = twice.combined().orElseThrow();
        assertThat(ofTwice.lower()).isCloseTo(ofOnce.lower(), within(1e-12));
        assertThat(ofTwice.upper()).isCloseTo(ofOnce.upper(), within(1e-12));
        // images of a patient are of one class here, and patients with many images count for more than the others
        assertThat(once.degreesOfFreedom()).isBetween(5.0, 48.0);
    }

    @Test
    void theOrderOfCasesDoesNotMatter() {
        List<ScoredCase> cases = new ClusteredCohorts(40, true, 1.2).draw(new SplittableRandom(4));
        List<ScoredCase> shuffled = new ArrayList<>(cases);
        Collections.shuffle(shuffled, new Random(1));

        MeanAreas one = MeanAreas.mean(List.of(cases), 0.95).orElseThrow();
        MeanAreas other = MeanAreas.mean(List.of(shuffled), 0.95).orElseThrow();
        assertThat(other.variance()).isCloseTo(one.variance(), within(1e-15));
        assertThat(other.degreesOfFreedom()).isCloseTo(one.degreesOfFreedom(), within(1e-9));
    }

    @Test
    void ofOneClassTheDifferenceIsThatOfPairedDeLong() {
        List<ScoredCase> first = new ClusteredCohorts(60, false, 1.5).draw(new SplittableRandom(5));
        SplittableRandom random = new SplittableRandom(6);
        List<ScoredCase> second = first.stream()
                .map(one -> new ScoredCase(
                        one.image(),
                        one.patient(),
                        one.positive(),
                        0.5 * one.probability() + 0.5 * random.nextDouble()))
                .toList();
        PairedDeLong paired = PairedDeLong.ofPatients(first, second);

        Difference difference =
                MeanAreas.difference(List.of(first), List.of(second), 0.95).orElseThrow();

        assertThat(difference.estimate().value()).isCloseTo(paired.difference(), within(1e-14));
        assertThat(difference.pValue()).isCloseTo(paired.pValue().valueOr(Double.NaN), within(1e-9));
        assertThat(difference.estimate().interval().lower())
                .isCloseTo(paired.difference(0.95).interval().lower(), within(1e-9));
        assertThat(paired.degreesOfFreedom()).isBetween(5.0, 58.0);
        assertThat(PairedDeLong.ofImages(first, second).degreesOfFreedom()).isInfinite();
    }

    /** A class that weighs twice as much is one that is there twice. */
    @Test
    void aWeightOfTwoIsAClassThatIsThereTwice() {
        List<ScoredCase> first = new ClusteredCohorts(60, false, 1.2).draw(new SplittableRandom(4));
        List<ScoredCase> second = first.stream()
                .map(one -> scored(
                        one.image(),
                        one.patient().value(),
                        one.patient().value().hashCode() % 3 == 0,
                        one.probability()))
                .toList();

        MeanAreas weighted =
                MeanAreas.mean(List.of(first, second), List.of(2L, 1L), 0.95).orElseThrow();
        MeanAreas twice = MeanAreas.mean(List.of(first, first, second), 0.95).orElseThrow();

        assertThat(weighted.value()).isCloseTo(twice.value(), within(1e-14));
        assertThat(weighted.variance()).isCloseTo(twice.variance(), within(1e-16));
        assertThat(weighted.combined()).isPresent();
    }

    @Test
    void hasNothingToSayOfOnePatientNorOfEqualModelsNorOfPerfection() {
        List<ScoredCase> onePatient = List.of(
                scored("a", "p", true, 0.8),
                scored("b", "p", true, 0.4),
                scored("c", "q", false, 0.3),
                scored("d", "r", false, 0.5));
        assertThat(MeanAreas.mean(List.of(FIVE.subList(0, 4), onePatient), 0.95))
                .isEmpty();
        assertThat(MeanAreas.difference(List.of(FIVE), List.of(FIVE), 0.95)).isEmpty();
        assertThat(MeanAreas.difference(List.of(), List.of(), 0.95)).isEmpty();
        List<ScoredCase> perfect = FIVE.stream()
                .map(one -> scored(one.image(), one.image(), one.positive(), one.positive() ? 0.9 : 0.1))
                .toList();
        assertThat(MeanAreas.mean(List.of(perfect), 0.95).orElseThrow().combined())
                .isEmpty();
    }
}
