package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often intervals hold the truth, over cohorts of clustered patients. By default over few cohorts, to find gross mistakes; with
 * {@code -Dfoldwise.coverage.cohorts=1000} as a study that must show 93 to 97 %, with the table that docs/statistics.md gives.
 */
class CoverageSimulationTest {
    private static final int FEW = 40;
    private static final int STUDY = 1000;
    private static final int ENDLESS = 60_000;
    private static final double LEVEL = 0.95;

    /** One method on one figure. */
    private static final class Row {
        private int covered;
        private int tooHigh;
        private int tooLow;
        private int none;
        private double width;

        void add(Optional<Interval> interval, double truth) {
            if (interval.isEmpty()) {
                none++;
                return;
            }
            Interval one = interval.get();
            covered += one.lower() <= truth && truth <= one.upper() ? 1 : 0;
            tooHigh += one.lower() > truth ? 1 : 0;
            tooLow += one.upper() < truth ? 1 : 0;
            width += one.upper() - one.lower();
        }

        double coverage(int cohorts) {
            return (double) covered / cohorts;
        }
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();

    @ParameterizedTest(name = "{0} patients, mixed classes {1}, classes {2} apart, uneven sizes {3}")
    @CsvSource({
        "60, false, 1.5, false",
        "100, false, 1.5, false",
        "100, true, 1.5, false",
        "100, false, 2.8, false",
        "60, false, 1.5, true",
        "100, false, 1.5, true",
        "100, true, 1.5, true"
    })
    void intervalsOverPatientsCoverAboutAsOftenAsPromised(int patients, boolean mixed, double shift, boolean uneven) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        ClusteredCohorts source = new ClusteredCohorts(patients, mixed, shift, uneven);
        List<ScoredCase> endless = new ClusteredCohorts(ENDLESS, mixed, shift, uneven).draw(new SplittableRandom(1));
        Truth truth = new Truth(
                source.area(),
                source.recall(),
                PrecisionRecallCurve.averagePrecision(endless).valueOr(0),
                Calibration.of(endless).brierScore());
        SplittableRandom random = new SplittableRandom(7 + patients + (mixed ? 1 : 0));
        for (int i = 0; i < cohorts; i++) {
            look(
                    truth,
                    source.threshold(),
                    source.draw(random),
                    new BootstrapSpec(cohorts < STUDY ? 200 : 1000, i, LEVEL));
        }
        rows.forEach((name, row) -> System.out.printf(
                Locale.ROOT,
                "%d patients, %s%s, area %.3f | %s | %.1f %% | %.1f %% | %.1f %% | %.4f | %d%n",
                patients,
                mixed ? "mixed" : "alike",
                uneven ? ", uneven" : "",
                source.area(),
                name,
                100 * row.coverage(cohorts),
                100.0 * row.tooHigh / cohorts,
                100.0 * row.tooLow / cohorts,
                row.width / (cohorts - row.none),
                row.none));
        double slack = cohorts < STUDY ? 0.07 : 0;
        List<String> held = uneven
                ? List.of("area, default", "recall, default", "average precision, default", "Brier score, default")
                : List.of("area, default", "recall, default", "slope, default");
        for (String name : held) {
            assertThat(rows.get(name).coverage(cohorts)).as(name).isBetween(0.93 - slack, 0.97 + slack);
        }
        if (!mixed) {
            for (String name : List.of("area, by image", "recall, by image", "slope, by image")) {
                assertThat(rows.get(name).coverage(cohorts)).as(name).isLessThan(0.92);
            }
        }
    }

    /** Figures of an endless cohort; the last two by drawing a very large one. */
    private record Truth(double area, double recall, double averagePrecision, double brierScore) {}

    private void look(Truth truth, double threshold, List<ScoredCase> cases, BootstrapSpec spec) {
        List<ScoredCase> byImage = ClusteredCohorts.ignoringPatients(cases);
        PatientBootstrap bootstrap = PatientBootstrap.of(cases, threshold, spec);
        DeLong area = DeLong.ofPatients(cases);
        add(
                "area, default",
                Optional.ofNullable(new PatientIntervals(cases, threshold, spec)
                        .rocAuc(RocCurve.area(cases))
                        .interval()),
                truth.area());
        add("area, percentile", bootstrap.interval(PatientBootstrap.Figure.ROC_AUC), truth.area());
        add("area, BCa", bootstrap.acceleratedInterval(PatientBootstrap.Figure.ROC_AUC), truth.area());
        add("area, DeLong clipped", Optional.of(area.clipped(LEVEL)), truth.area());
        add("area, DeLong logit", area.logit(LEVEL), truth.area());
        add("area, as for equal sizes", Optional.of(asForEqualSizes(area)), truth.area());
        for (PatientBootstrap.Figure figure :
                List.of(PatientBootstrap.Figure.AVERAGE_PRECISION, PatientBootstrap.Figure.BRIER_SCORE)) {
            boolean precision = figure == PatientBootstrap.Figure.AVERAGE_PRECISION;
            String name = precision ? "average precision" : "Brier score";
            double value = precision ? truth.averagePrecision() : truth.brierScore();
            add(name + ", percentile", bootstrap.interval(figure), value);
            add(name + ", BCa", bootstrap.acceleratedInterval(figure), value);
            add(name + ", default", bootstrap.expandedInterval(figure), value);
        }
        add("area, by image", DeLong.ofImages(cases).logit(LEVEL), truth.area());
        add("recall, default", recall(cases, threshold).interval(LEVEL), truth.recall());
        add("recall, as for equal sizes", Optional.of(recallAsForEqualSizes(cases, threshold)), truth.recall());
        ConfusionMatrix confusion = ConfusionMatrix.at(threshold, cases);
        add(
                "recall, by image",
                Optional.ofNullable(new Proportion(confusion.truePositives(), confusion.positives())
                        .wilson(LEVEL)
                        .interval()),
                truth.recall());
        add(
                "slope, default",
                Optional.ofNullable(CalibrationLine.of(cases, LEVEL).slope().interval()),
                ClusteredCohorts.SLOPE);
        add(
                "slope, by image",
                Optional.ofNullable(CalibrationLine.of(byImage, LEVEL).slope().interval()),
                ClusteredCohorts.SLOPE);
    }

    /** Obuchowski's variance, and one degree of freedom less than there are patients of the rarer class. */
    private static Interval asForEqualSizes(DeLong area) {
        double half = Quantiles.student(LEVEL, Math.min(area.positives(), area.negatives()) - 1.0)
                * area.standardError()
                / (area.area() * (1 - area.area()));
        double centre = Math.log(area.area() / (1 - area.area()));
        return new Interval(1 / (1 + Math.exp(half - centre)), 1 / (1 + Math.exp(-half - centre)), LEVEL, "equal");
    }

    /** The factor m / (m - 1) and m - 1 degrees of freedom for m patients. */
    private static Interval recallAsForEqualSizes(List<ScoredCase> cases, double threshold) {
        Map<PatientId, double[]> counts = new LinkedHashMap<>();
        double images = 0;
        double found = 0;
        for (ScoredCase one : cases) {
            if (one.positive()) {
                double[] patient = counts.computeIfAbsent(one.patient(), absent -> new double[2]);
                patient[0] += one.probability() >= threshold ? 1 : 0;
                patient[1]++;
                found += one.probability() >= threshold ? 1 : 0;
                images++;
            }
        }
        double share = found / images;
        double effective = counts.size();
        if (share * (1 - share) > 0) {
            double squares = 0;
            for (double[] patient : counts.values()) {
                squares += Math.pow(patient[0] - share * patient[1], 2);
            }
            double ratio = Quantiles.normal(LEVEL) / Quantiles.student(LEVEL, counts.size() - 1.0);
            double variance = counts.size() / (counts.size() - 1.0) * squares / images / images;
            effective = Math.min(images, share * (1 - share) / variance * ratio * ratio);
        }
        return Proportion.wilson(share, effective, LEVEL, "equal");
    }

    private static PatientProportion recall(List<ScoredCase> cases, double threshold) {
        return PatientProportion.of(cases, ScoredCase::positive, one -> one.probability() >= threshold);
    }

    private void add(String name, Optional<Interval> interval, double truth) {
        rows.computeIfAbsent(name, absent -> new Row()).add(interval, truth);
    }
}
