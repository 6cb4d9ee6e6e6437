package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClusteredCohorts;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PatientBootstrap;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.ScoredCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
    private static final double LEVEL = 0.95;

    /** d = (3, -1, 2, 0) of n = (4, 2, 2, 5): shares 3/4, -1/2, 1, 0. */
    @Test
    void clusteredMcNemarIsAsByHand() {
        ClusteredMcNemar test = new ClusteredMcNemar(List.of(
                new ClusteredMcNemar.Patient(3, 0, 4),
                new ClusteredMcNemar.Patient(0, 1, 2),
                new ClusteredMcNemar.Patient(2, 0, 2),
                new ClusteredMcNemar.Patient(1, 1, 5)));

        assertThat(test.durkalski().statistic().value()).isCloseTo(1.25 * 1.25 / (0.5625 + 0.25 + 1), within(1e-15));
        assertThat(test.obuchowski().statistic().value()).isCloseTo(0.75 * 16 / 14.0, within(1e-15));
        double p = 4 / 13.0;
        double squares = Math.pow(3 - 4 * p, 2) + Math.pow(-1 - 2 * p, 2) + Math.pow(2 - 2 * p, 2) + Math.pow(5 * p, 2);
        double t = 3.182446305284263; // 97.5 % quantile with 3 degrees of freedom
        Estimate difference = test.difference(LEVEL);
        assertThat(difference.value()).isCloseTo(p, within(1e-15));
        assertThat(difference.interval().upper())
                .isCloseTo(Math.min(1, p + t * Math.sqrt(4 / 3.0 * squares) / 13), within(1e-12));
    }

    /** Ten equal images of each patient are one piece of evidence; McNemar over images would count ten. */
    @Test
    void copiesOfImagesDoNotSharpenClusteredMcNemar() {
        ClusteredMcNemar once = clustered(1);
        ClusteredMcNemar tenTimes = clustered(10);

        assertThat(tenTimes.durkalski().pValue().value())
                .isCloseTo(once.durkalski().pValue().value(), within(1e-12));
        assertThat(tenTimes.obuchowski().pValue().value())
                .isCloseTo(once.obuchowski().pValue().value(), within(1e-12));
        assertThat(new McNemar(80, 20).exactPValue()).isLessThan(1e-6);
        assertThat(new McNemar(8, 2).exactPValue()).isGreaterThan(0.05);
    }

    private static ClusteredMcNemar clustered(int copies) {
        return new ClusteredMcNemar(IntStream.range(0, 30)
                .mapToObj(i -> new ClusteredMcNemar.Patient(i < 8 ? copies : 0, i >= 8 && i < 10 ? copies : 0, copies))
                .toList());
    }

    @Test
    void modelsThatAgreeEverywhereAreUndecided() {
        ClusteredMcNemar test = new ClusteredMcNemar(List.of(new ClusteredMcNemar.Patient(0, 0, 3)));

        assertThat(test.durkalski().pValue().undefinedBecause()).isNotBlank();
        assertThat(test.obuchowski().pValue().undefinedBecause()).isNotBlank();
        assertThat(test.difference(LEVEL)).isEqualTo(Estimate.of(0));
    }

    @Test
    void onePatientIsNoSample() {
        ClusteredMcNemar test = new ClusteredMcNemar(List.of(new ClusteredMcNemar.Patient(5, 0, 9)));

        assertThat(test.obuchowski().pValue().undefinedBecause()).isEqualTo("needs images of two patients or more");
        assertThat(test.durkalski().pValue().undefinedBecause()).isEqualTo("needs images of two patients or more");
    }

    /** Five folds, test / train = 1/4: t = 0.02 / sqrt((1/5 + 1/4) s^2), worked out with s^2 = 0.00025. */
    @Test
    void theCorrectedTestIsAsByHand() {
        List<Double> second = List.of(0.80, 0.82, 0.78, 0.81, 0.79);
        List<Double> first = List.of(0.80, 0.83, 0.80, 0.84, 0.83);
        ResampledTTest test = ResampledTTest.of(first, second, 0.25, LEVEL);

        double t = 0.02 / Math.sqrt(0.45 * 0.00025);
        assertThat(test.difference().value()).isCloseTo(0.02, within(1e-12));
        assertThat(test.t().value()).isCloseTo(t, within(1e-9));
        // Student's distribution with 4 degrees of freedom has a closed form
        double x = t / Math.sqrt(4 + t * t);
        double upperTail = 0.5 - 0.75 * (x - x * x * x / 3);
        assertThat(test.pValue().value()).isCloseTo(2 * upperTail, within(1e-9));
        double half = 2.7764451051977987 * Math.sqrt(0.45 * 0.00025);
        assertThat(test.difference().interval().lower()).isCloseTo(0.02 - half, within(1e-9));
    }

    @Test
    void equalFoldsNeedNoTest() {
        List<Double> folds = List.of(0.8, 0.9);
        ResampledTTest same = ResampledTTest.of(folds, folds, 1, LEVEL);
        ResampledTTest shifted = ResampledTTest.of(List.of(0.5, 0.75), List.of(0.25, 0.5), 1, LEVEL);

        assertThat(same.pValue().value()).isEqualTo(1);
        assertThat(shifted.pValue().undefinedBecause()).contains("same number");
        assertThatThrownBy(() -> ResampledTTest.of(folds, List.of(0.8), 1, LEVEL))
                .hasMessageContaining("2 and 1");
        assertThatThrownBy(() -> ResampledTTest.of(folds, folds, 0, LEVEL)).hasMessageContaining("testToTrain");
    }

    /** 0.3 - 0.2 and 0.4 - 0.3 are 0.1 but for the last bit, which is no spread that could be tested against. */
    @Test
    void foldsThatDifferAlikeButForRoundingNeedNoTest() {
        ResampledTTest shifted = ResampledTTest.of(List.of(0.3, 0.4, 0.9), List.of(0.2, 0.3, 0.8), 0.5, LEVEL);

        assertThat(shifted.difference().value()).isCloseTo(0.1, within(1e-12));
        assertThat(shifted.difference().interval()).isNull();
        assertThat(shifted.pValue().undefinedBecause()).contains("same number");
        ResampledTTest same = ResampledTTest.of(List.of(0.1 + 0.2, 0.7), List.of(0.3, 0.7), 1, LEVEL);
        assertThat(same.pValue().value()).isEqualTo(1);
    }

    /** A forty-ninth, 49 times, is not quite 1: patients who all differ alike leave nothing to test against. */
    @Test
    void patientsWhoDifferAlikeHaveNoIntervalOfRounding() {
        ClusteredMcNemar alike = new ClusteredMcNemar(Collections.nCopies(5, new ClusteredMcNemar.Patient(1, 0, 49)));

        assertThat(alike.difference(LEVEL).value()).isCloseTo(1 / 49.0, within(1e-15));
        assertThat(alike.difference(LEVEL).interval()).isNull();
    }

    /** Student's quantile for one degree of freedom is 12.7, and two shares cannot differ by more than 1. */
    @Test
    void anIntervalOfTwoFoldsEndsWhereADifferenceOfSharesDoes() {
        Interval wide = ResampledTTest.of(List.of(0.95, 0.6), List.of(0.55, 0.5), 1, LEVEL)
                .difference()
                .interval();

        assertThat(wide.lower()).isEqualTo(-1);
        assertThat(wide.upper()).isEqualTo(1);
    }

    @Test
    void aCorrectedIntervalIsWiderThanStudents() {
        FoldSummary summary = new FoldSummary(List.of(0.8, 0.9, 0.85));

        Interval student = summary.student(LEVEL).interval();
        Interval corrected = summary.corrected(LEVEL, 0.5).interval();
        double ratio = (corrected.upper() - corrected.lower()) / (student.upper() - student.lower());
        assertThat(ratio).isCloseTo(Math.sqrt((1 / 3.0 + 0.5) / (1 / 3.0)), within(1e-12));
        assertThat(new FoldSummary(List.of(0.8)).student(LEVEL)).isEqualTo(Estimate.of(0.8));
    }

    @Test
    void aWorseModelIsTold() {
        List<ScoredCase> good = new ClusteredCohorts(150, true, 1.5).draw(new SplittableRandom(8));
        SplittableRandom random = new SplittableRandom(9);
        List<ScoredCase> worse = good.stream()
                .map(one -> new ScoredCase(
                        one.image(),
                        one.patient(),
                        one.positive(),
                        0.5 * one.probability() + 0.5 * random.nextDouble()))
                .toList();

        ModelComparison comparison = ModelComparison.of(
                new ModelComparison.Scored(good, 0.5),
                new ModelComparison.Scored(worse, 0.5),
                new BootstrapSpec(500, 4, LEVEL));
        PatientBootstrap.Difference area = comparison.differences().get(PatientBootstrap.Figure.ROC_AUC);
        PatientBootstrap.Difference itself = PatientBootstrap.of(good, 0.5, new BootstrapSpec(200, 4, LEVEL))
                .difference(
                        PatientBootstrap.Figure.ROC_AUC,
                        PatientBootstrap.of(good, 0.5, new BootstrapSpec(200, 4, LEVEL)));

        assertThat(comparison.areas().pValue().value()).isLessThan(0.01);
        assertThat(area.pValue()).isLessThan(0.01);
        assertThat(area.estimate().value()).isCloseTo(comparison.areas().difference(), within(1e-12));
        Interval byDeLong = comparison.areas().difference(LEVEL).interval();
        double width = byDeLong.upper() - byDeLong.lower();
        assertThat(area.estimate().interval().lower()).isCloseTo(byDeLong.lower(), within(0.2 * width));
        assertThat(area.estimate().interval().upper()).isCloseTo(byDeLong.upper(), within(0.2 * width));
        assertThat(comparison.decisions().durkalski().pValue().value()).isLessThan(0.05);
        // all resamples agree, which says nothing of other patients
        assertThat(itself.pValue()).isNull();
        assertThat(itself.estimate()).isEqualTo(Estimate.of(0));
    }

    @Test
    void differentPatientsAreNotCompared() {
        List<ScoredCase> one = new ClusteredCohorts(20, true, 1.5).draw(new SplittableRandom(8));
        List<ScoredCase> other = new ClusteredCohorts(21, true, 1.5).draw(new SplittableRandom(8));
        BootstrapSpec spec = new BootstrapSpec(200, 4, LEVEL);

        assertThatThrownBy(() -> PatientBootstrap.of(one, 0.5, spec)
                        .difference(PatientBootstrap.Figure.ROC_AUC, PatientBootstrap.of(other, 0.5, spec)))
                .hasMessageContaining("same patients");
    }

    private static ScoredCase film(int number, int patient, boolean positive, double probability) {
        return new ScoredCase("film" + number, new PatientId("p" + patient), positive, probability);
    }

    /** Two models at 0.5 and 0.4 on ten films of five patients; every count is worked out by hand. */
    @Test
    void decisionsOfTwoModelsAreCountedAsByHand() {
        boolean[] positive = {true, true, true, true, false, false, false, false, false, false};
        double[] first = {0.9, 0.8, 0.7, 0.3, 0.1, 0.2, 0.6, 0.3, 0.4, 0.45};
        double[] second = {0.9, 0.3, 0.5, 0.45, 0.1, 0.5, 0.6, 0.1, 0.3, 0.2};
        List<ScoredCase> one = IntStream.range(0, 10)
                .mapToObj(i -> film(i, i / 2, positive[i], first[i]))
                .toList();
        List<ScoredCase> other = IntStream.range(0, 10)
                .mapToObj(i -> film(i, i / 2, positive[i], second[i]))
                .toList();

        ModelComparison comparison = ModelComparison.of(
                new ModelComparison.Scored(one, 0.5),
                new ModelComparison.Scored(other, 0.4),
                new BootstrapSpec(200, 4, LEVEL));

        // wrong are films 3 and 6 of the first model, 1, 5 and 6 of the second
        assertThat(comparison.rightDecisions()).isEqualTo(new RightDecisions(6, 2, 1, 1));
        assertThat(comparison.rightDecisions().test().exactPValue()).isEqualTo(1);
        assertThat(comparison.first().get(Figure.RECALL)).isEqualTo(Estimate.of(0.75));
        assertThat(comparison.second().get(Figure.RECALL)).isEqualTo(Estimate.of(0.75));
        assertThat(comparison.first().get(Figure.SPECIFICITY)).isEqualTo(Estimate.of(5 / 6.0));
        assertThat(comparison.second().get(Figure.SPECIFICITY)).isEqualTo(Estimate.of(4 / 6.0));
        assertThat(comparison.differences().get(Figure.SPECIFICITY).estimate().value())
                .isCloseTo(1 / 6.0, within(1e-15));
        assertThat(comparison.first().get(Figure.PRECISION)).isEqualTo(Estimate.of(0.75));
        assertThat(comparison.second().get(Figure.PRECISION)).isEqualTo(Estimate.of(0.6));
        assertThat(comparison.decisions().difference(LEVEL).value()).isCloseTo(0.1, within(1e-15));
        assertThat(comparison.areas().difference())
                .isCloseTo(comparison.areasOverImages().difference(), within(1e-15));
    }

    @Test
    void whatASingleClassDefinesIsComparedWithoutAreas() {
        List<ScoredCase> ill = IntStream.range(0, 12)
                .mapToObj(i -> film(i, i / 2, true, 0.05 * i))
                .toList();
        List<ScoredCase> surer = ill.stream()
                .map(one -> film(
                        Integer.parseInt(one.image().substring(4)),
                        Integer.parseInt(one.patient().value().substring(1)),
                        true,
                        Math.min(1, one.probability() + 0.2)))
                .toList();

        ModelComparison comparison = ModelComparison.of(
                new ModelComparison.Scored(surer, 0.5),
                new ModelComparison.Scored(ill, 0.5),
                new BootstrapSpec(200, 4, LEVEL));

        assertThat(comparison.areas()).isNull();
        assertThat(comparison.noAreasBecause()).contains("negative images come from 0 patients");
        assertThat(comparison.first().get(Figure.ROC_AUC).undefinedBecause()).contains("negative");
        assertThat(comparison.differences().get(Figure.SPECIFICITY).estimate().hasValue())
                .isFalse();
        assertThat(comparison.differences().get(Figure.RECALL).estimate().value())
                .isCloseTo(4 / 12.0, within(1e-15));
        assertThat(comparison.differences().get(Figure.BRIER_SCORE).estimate().interval())
                .isNotNull();
    }

    /** Whether the one patient is found by either model says nothing of another patient. */
    @Test
    void whatHangsOnAClassOfOnePatientIsComparedWithoutAnInterval() {
        List<ScoredCase> one = IntStream.range(0, 40)
                .mapToObj(i -> film(i, i, i == 0, i == 0 ? 0.6 : 0.02 * i))
                .toList();
        List<ScoredCase> other = IntStream.range(0, 40)
                .mapToObj(i -> film(i, i, i == 0, i == 0 ? 0.45 : 0.03 * (i % 30)))
                .toList();

        ModelComparison comparison = ModelComparison.of(
                new ModelComparison.Scored(one, 0.5),
                new ModelComparison.Scored(other, 0.5),
                new BootstrapSpec(200, 4, LEVEL));

        for (Figure figure : List.of(
                Figure.ROC_AUC, Figure.AVERAGE_PRECISION, Figure.MATTHEWS_CORRELATION, Figure.KAPPA, Figure.RECALL)) {
            PatientBootstrap.Difference difference = comparison.differences().get(figure);
            assertThat(difference.estimate().value()).as(figure.name()).isPositive();
            assertThat(difference.estimate().interval()).as(figure.name()).isNull();
            assertThat(difference.pValue()).as(figure.name()).isNull();
        }
        assertThat(comparison.differences().get(Figure.BRIER_SCORE).pValue()).isNotNull();
        assertThat(comparison.differences().get(Figure.SPECIFICITY).pValue()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theOtherWayRoundEveryDifferenceIsNegated(long seed) {
        List<ScoredCase> one = new ClusteredCohorts(40, true, 1.2).draw(new SplittableRandom(seed));
        SplittableRandom random = new SplittableRandom(seed + 10);
        List<ScoredCase> other = one.stream()
                .map(scored -> new ScoredCase(
                        scored.image(),
                        scored.patient(),
                        scored.positive(),
                        0.7 * scored.probability() + 0.3 * random.nextDouble()))
                .toList();
        ModelComparison.Scored first = new ModelComparison.Scored(one, 0.5);
        ModelComparison.Scored second = new ModelComparison.Scored(other, 0.45);
        BootstrapSpec spec = new BootstrapSpec(200, 4, LEVEL);

        ModelComparison forth = ModelComparison.of(first, second, spec);
        ModelComparison back = ModelComparison.of(second, first, spec);

        for (Figure figure : Figure.values()) {
            requireNegated(
                    forth.differences().get(figure).estimate(),
                    back.differences().get(figure).estimate());
            assertThat(back.differences().get(figure).pValue())
                    .isEqualTo(forth.differences().get(figure).pValue());
            assertThat(back.first().get(figure)).isEqualTo(forth.second().get(figure));
        }
        requireNegated(forth.areas().difference(LEVEL), back.areas().difference(LEVEL));
        requireNegated(
                forth.areasOverImages().difference(LEVEL),
                back.areasOverImages().difference(LEVEL));
        requireNegated(forth.decisions().difference(LEVEL), back.decisions().difference(LEVEL));
        assertThat(back.rightDecisions().onlyFirst())
                .isEqualTo(forth.rightDecisions().onlySecond());
    }

    private static void requireNegated(Estimate forth, Estimate back) {
        assertThat(back.value()).isCloseTo(-forth.value(), within(1e-12));
        assertThat(back.interval().lower()).isCloseTo(-forth.interval().upper(), within(1e-12));
        assertThat(back.interval().upper()).isCloseTo(-forth.interval().lower(), within(1e-12));
    }
}
