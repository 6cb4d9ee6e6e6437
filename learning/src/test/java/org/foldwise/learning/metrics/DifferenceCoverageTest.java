package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the difference of two equally good models is told from 0 at 0.05. By default over few cohorts; {@code
 * -Dfoldwise.coverage.cohorts=1000} gives the table of docs/statistics.md.
 *
 * <p>Both models see the score of {@link ClusteredCohorts} through noise of their own, half of which a patient's images share.
 */
class DifferenceCoverageTest {
    private static final int FEW = 30;
    private static final int STUDY = 1000;
    private static final double LEVEL = 0.95;
    private static final double NOISE = 0.9;
    private static final double THRESHOLD = 0.45;

    /** One figure. */
    private static final class Row {
        private int byJackknife;
        private int byPercentiles;
        private int none;

        void add(Difference difference, Difference resampled) {
            Interval interval = difference.estimate().interval();
            if (interval == null) {
                none++;
                return;
            }
            boolean excludes = excludes(interval);
            assertThat(difference.pValue() < 1 - LEVEL)
                    .as("interval and p value are of one test")
                    .isEqualTo(excludes);
            byJackknife += excludes ? 1 : 0;
            byPercentiles += excludes(resampled.estimate().interval()) ? 1 : 0;
        }

        private static boolean excludes(Interval interval) {
            return interval.lower() > 0 || interval.upper() < 0;
        }
    }

    private static List<ScoredCase> seen(List<ScoredCase> cases, DoubleSupplier ofPatient, SplittableRandom random) {
        Map<PatientId, Double> shared = new HashMap<>();
        List<ScoredCase> seen = new ArrayList<>();
        for (ScoredCase one : cases) {
            double noise = shared.computeIfAbsent(one.patient(), absent -> ofPatient.getAsDouble())
                    + NOISE * random.nextGaussian();
            double logit = Math.log(one.probability() / (1 - one.probability())) + noise;
            seen.add(new ScoredCase(one.image(), one.patient(), one.positive(), 1 / (1 + Math.exp(-logit))));
        }
        return seen;
    }

    @ParameterizedTest(name = "{0} patients, mixed classes {1}, uneven sizes {2}")
    @CsvSource({"40, false, false", "100, false, false", "40, true, false", "100, true, false", "40, false, true"})
    void equallyGoodModelsAreToldApartAboutAsOftenAsPromised(int patients, boolean mixed, boolean uneven) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        ClusteredCohorts source = new ClusteredCohorts(patients, mixed, 1.5, uneven);
        SplittableRandom random = new SplittableRandom(31 + patients + (mixed ? 1 : 0));
        Map<Figure, Row> rows = new LinkedHashMap<>();
        for (int i = 0; i < cohorts; i++) {
            List<ScoredCase> cases = source.draw(random);
            BootstrapSpec spec = new BootstrapSpec(cohorts < STUDY ? 200 : 1000, i, LEVEL);
            PatientBootstrap first =
                    PatientBootstrap.of(seen(cases, () -> NOISE * random.nextGaussian(), random), THRESHOLD, spec);
            PatientBootstrap second =
                    PatientBootstrap.of(seen(cases, () -> NOISE * random.nextGaussian(), random), THRESHOLD, spec);
            for (Figure figure : Figure.values()) {
                if (figure != Figure.EXPECTED_CALIBRATION_ERROR && figure != Figure.MAXIMUM_CALIBRATION_ERROR) {
                    rows.computeIfAbsent(figure, absent -> new Row())
                            .add(first.difference(figure, second), first.percentileDifference(figure, second));
                }
            }
        }
        double slack = cohorts < STUDY ? 0.15 : 0;
        rows.forEach((figure, row) -> {
            System.out.printf(
                    Locale.ROOT,
                    "%d patients, %s%s | %s | jackknife %.1f %% | percentiles %.1f %% | none %d%n",
                    patients,
                    mixed ? "mixed" : "alike",
                    uneven ? ", uneven" : "",
                    figure,
                    100.0 * row.byJackknife / cohorts,
                    100.0 * row.byPercentiles / cohorts,
                    row.none);
            assertThat((double) row.byJackknife / cohorts).as(figure.name()).isLessThan(0.075 + slack);
            assertThat(row.byJackknife).as(figure.name()).isLessThanOrEqualTo(row.byPercentiles + cohorts / 50 + 2);
        });
    }
}
