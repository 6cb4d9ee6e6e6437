package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often intervals of the expected and the maximum calibration error hold the errors of an endless cohort, and whether they hold the
 * errors that they are of. By default over few cohorts; {@code -Dfoldwise.coverage.cohorts=1000} gives the table of docs/statistics.md.
 */
class CalibrationErrorCoverageTest {
    private static final int FEW = 30;
    private static final int STUDY = 1000;
    private static final int ENDLESS = 200_000;
    private static final double LEVEL = 0.95;

    /** One method on one figure. */
    private static final class Row {
        private int tooHigh;
        private int tooLow;
        private int withoutItsOwn;
        private double width;

        void add(Interval interval, double truth, double figure) {
            tooHigh += interval.lower() > truth ? 1 : 0;
            tooLow += interval.upper() < truth ? 1 : 0;
            withoutItsOwn += interval.lower() > figure || interval.upper() < figure ? 1 : 0;
            width += interval.upper() - interval.lower();
        }

        double coverage(int cohorts) {
            return 1 - (double) (tooHigh + tooLow) / cohorts;
        }
    }

    /**
     * Patients with 1 to 5 images. Log odds are normal, half of their variance the patient's; the true ones are {@code slope} times those that
     * are given.
     */
    private static List<ScoredCase> draw(SplittableRandom random, int patients, double slope) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < patients; i++) {
            PatientId patient = new PatientId(String.format("p%06d", i));
            double shared = random.nextGaussian();
            int images = 1 + random.nextInt(5);
            for (int j = 0; j < images; j++) {
                double logit = 1.5 * Math.sqrt(0.5) * (shared + random.nextGaussian()) - 0.5;
                boolean positive = random.nextDouble() < 1 / (1 + Math.exp(-slope * logit));
                cases.add(new ScoredCase(patient.value() + "-" + j, patient, positive, 1 / (1 + Math.exp(-logit))));
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{0} patients, slope {1}")
    @CsvSource({"40, 1", "100, 1", "300, 1", "40, 0.7", "100, 0.7", "300, 0.7", "40, 0.4", "100, 0.4", "300, 0.4"})
    void ofIndependentOutcomes(int patients, double slope) {
        SplittableRandom random = new SplittableRandom(9 + patients);
        judge(
                patients + " patients, slope " + slope,
                slope == 1 ? new double[2] : errors(draw(new SplittableRandom(1), ENDLESS, slope)),
                cohorts -> draw(random, patients, slope));
    }

    @ParameterizedTest(name = "{0} patients, mixed {1}")
    @CsvSource({"60, false", "100, false", "100, true"})
    void whereOnePatientsImagesAreOfOneClass(int patients, boolean mixed) {
        SplittableRandom random = new SplittableRandom(9 + patients);
        ClusteredCohorts cohort = new ClusteredCohorts(patients, mixed, 1.5);
        judge(
                patients + " patients, " + (mixed ? "mixed" : "alike"),
                errors(new ClusteredCohorts(ENDLESS, mixed, 1.5).draw(new SplittableRandom(1))),
                cohorts -> cohort.draw(random));
    }

    private static double[] errors(List<ScoredCase> cases) {
        Calibration calibration = Calibration.of(cases);
        return new double[] {calibration.expectedCalibrationError(), calibration.maximumCalibrationError()};
    }

    private static void judge(String where, double[] truth, IntFunction<List<ScoredCase>> cohort) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        Map<String, Row> rows = new LinkedHashMap<>();
        double[] means = new double[2];
        for (int i = 0; i < cohorts; i++) {
            List<ScoredCase> cases = cohort.apply(i);
            double[] found = errors(cases);
            PatientBootstrap bootstrap =
                    PatientBootstrap.of(cases, 0.5, new BootstrapSpec(cohorts < STUDY ? 200 : 1000, i, LEVEL));
            for (int k = 0; k < 2; k++) {
                Figure figure = k == 0 ? Figure.EXPECTED_CALIBRATION_ERROR : Figure.MAXIMUM_CALIBRATION_ERROR;
                means[k] += found[k];
                add(rows, figure, "", bootstrap.calibrationInterval(figure, found[k]), truth[k], found[k]);
                add(rows, figure, ", percentiles", bootstrap.interval(figure), truth[k], found[k]);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s | true errors %.3f, %.3f | found on average %.3f, %.3f%n",
                where,
                truth[0],
                truth[1],
                means[0] / cohorts,
                means[1] / cohorts);
        rows.forEach((name, row) -> System.out.printf(
                Locale.ROOT,
                "%s | %s | %.1f %% (%.3f) | too high %.1f %%, too low %.1f %%, without its own figure %.1f %%%n",
                where,
                name,
                100 * row.coverage(cohorts),
                row.width / cohorts,
                100.0 * row.tooHigh / cohorts,
                100.0 * row.tooLow / cohorts,
                100.0 * row.withoutItsOwn / cohorts));
        double slack = cohorts < STUDY ? 0.13 : 0;
        for (Figure figure : List.of(Figure.EXPECTED_CALIBRATION_ERROR, Figure.MAXIMUM_CALIBRATION_ERROR)) {
            Row row = rows.get(figure.name());
            assertThat(row.withoutItsOwn).isZero();
            assertThat(row.coverage(cohorts)).isGreaterThan(0.94 - slack);
            assertThat(row.coverage(cohorts))
                    .isGreaterThanOrEqualTo(rows.get(figure + ", percentiles").coverage(cohorts) - slack);
        }
    }

    private static void add(
            Map<String, Row> rows,
            Figure figure,
            String method,
            Optional<Interval> interval,
            double truth,
            double found) {
        rows.computeIfAbsent(figure + method, absent -> new Row()).add(interval.orElseThrow(), truth, found);
    }
}
