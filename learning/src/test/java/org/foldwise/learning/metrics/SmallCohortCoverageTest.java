package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the intervals of reports hold the truth where there are as few patients as in a fold, few positive ones among many, or some with
 * far more images than others; beside them those of plain accelerated resamples. By default over few cohorts, to find gross mistakes; with
 * {@code -Dfoldwise.coverage.cohorts=1000} as the study whose table docs/statistics.md gives.
 */
class SmallCohortCoverageTest {
    private static final int FEW = 40;
    private static final int STUDY = 500;
    private static final int ENDLESS = 60_000;
    private static final double LEVEL = 0.95;
    private static final List<Figure> FIGURES = List.of(
            Figure.AVERAGE_PRECISION,
            Figure.BRIER_SCORE,
            Figure.LOG_LOSS,
            Figure.BALANCED_ACCURACY,
            Figure.MATTHEWS_CORRELATION,
            Figure.KAPPA,
            Figure.MACRO_F1,
            Figure.WEIGHTED_F1);

    /** How often one method had an interval, and how often that held the truth. */
    private static final class Row {
        private int intervals;
        private int held;
        private double width;

        void add(Interval interval, double truth) {
            intervals++;
            held += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
            width += interval.upper() - interval.lower();
        }

        double share() {
            return (double) held / intervals;
        }
    }

    @ParameterizedTest(name = "{0} patients, {1} positive, uneven sizes {2}")
    @CsvSource({
        "10, 0.4, false",
        "20, 0.4, false",
        "30, 0.1, false",
        "60, 0.1, false",
        "200, 0.03, false",
        "30, 0.4, true",
        "60, 0.4, true",
        "100, 0.4, true"
    })
    void intervalsOfFewPatientsCoverNearlyAsOftenAsPromised(int patients, double prevalence, boolean uneven) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        ClusteredCohorts source = new ClusteredCohorts(patients, false, 1.5, uneven, prevalence);
        PatientBootstrap endless = PatientBootstrap.of(
                new ClusteredCohorts(ENDLESS, false, 1.5, uneven, prevalence).draw(new SplittableRandom(1)),
                source.threshold(),
                new BootstrapSpec(100, 1, LEVEL));
        Map<Figure, Double> truths = new EnumMap<>(Figure.class);
        FIGURES.forEach(figure -> truths.put(figure, endless.estimate(figure).valueOr(Double.NaN)));
        Map<String, Row> rows = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(31 + patients);
        for (int i = 0; i < cohorts; i++) {
            List<ScoredCase> cases = source.draw(random);
            BootstrapSpec spec = new BootstrapSpec(cohorts < STUDY ? 200 : 1000, i, LEVEL);
            PatientIntervals intervals = new PatientIntervals(cases, source.threshold(), spec);
            for (Figure figure : FIGURES) {
                double truth = truths.getOrDefault(figure, Double.NaN);
                Estimate reported = reported(figure, intervals, cases, source.threshold());
                Interval interval = reported.interval();
                if (interval != null) {
                    rows.computeIfAbsent(figure.name(), absent -> new Row()).add(interval, truth);
                }
                intervals.bootstrap().acceleratedInterval(figure).ifPresent(plain -> rows.computeIfAbsent(
                                figure + ", BCa", absent -> new Row())
                        .add(plain, truth));
            }
        }
        rows.forEach((name, row) -> System.out.printf(
                Locale.ROOT,
                "%d patients, %.2f%s | %s | %.1f %% (%.3f) of %d%n",
                patients,
                prevalence,
                uneven ? ", uneven" : "",
                name,
                100 * row.share(),
                row.width / row.intervals,
                row.intervals));
        double slack = cohorts < STUDY ? 0.12 : 0;
        for (Figure figure : FIGURES) {
            assertThat(rows.get(figure.name()).share()).as(figure.name()).isGreaterThan(0.88 - slack);
        }
    }

    private static Estimate reported(
            Figure figure, PatientIntervals intervals, List<ScoredCase> cases, double threshold) {
        Estimate point = intervals.bootstrap().estimate(figure);
        return switch (figure) {
            case AVERAGE_PRECISION -> intervals.averagePrecision(point);
            case BALANCED_ACCURACY -> intervals.balancedAccuracy(point);
            case MACRO_F1 ->
                intervals.f1Averages(ConfusionMatrix.at(threshold, cases)).macro();
            default -> intervals.resampled(figure, point);
        };
    }
}
