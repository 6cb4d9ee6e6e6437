package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.ClusteredCohorts;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.OneVersusRest;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.comparison.OptimismCheck.Verdict;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the optimism alarm sounds without a reason: validation and test patients are drawn alike, and nothing was learned from either.
 * Beside the network's own areas are those after an isotonic map that was fitted to the validation images, on these and on the test's. By
 * default over few cohorts; {@code -Dfoldwise.coverage.cohorts=400} gives the table of docs/statistics.md.
 */
class IsotonicPromiseTest {
    private static final int FEW = 25;
    private static final int STUDY = 400;
    private static final int TEST_PATIENTS = 400;

    /** What one way to promise and to find comes to. */
    private static final class Row {
        private double promised;
        private double found;
        private int alarms;

        void add(Estimate promise, Estimate finding) {
            promised += promise.valueOr(Double.NaN);
            found += finding.valueOr(Double.NaN);
            alarms += OptimismCheck.of(promise, finding).verdict() == Verdict.OPTIMISTIC ? 1 : 0;
        }
    }

    private static Estimate area(List<ScoredCase> cases) {
        return OneVersusRest.at(ThresholdChoice.fixed(0.5), "ill", cases, new BootstrapSpec(100, 1, 0.95))
                .rocAuc();
    }

    @ParameterizedTest(name = "{0} validation patients, classes {1} apart")
    @CsvSource({"15, 0.01", "15, 1.5", "30, 0.01", "30, 1.5", "60, 0.01", "60, 1.5"})
    void theNetworksOwnAreaPromisesNothingThatIsNotFound(int patients, double shift) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        ClusteredCohorts ofValidation = new ClusteredCohorts(patients, false, shift);
        ClusteredCohorts ofTest = new ClusteredCohorts(TEST_PATIENTS, false, shift);
        SplittableRandom random = new SplittableRandom(5);
        Row own = new Row();
        Row mapped = new Row();
        int judged = 0;
        for (int i = 0; i < cohorts; i++) {
            List<ScoredCase> validation = ofValidation.draw(random);
            List<ScoredCase> test = ofTest.draw(random);
            Recalibration.Isotonic map = Recalibration.Isotonic.fit(validation);
            Estimate promised = area(validation);
            Estimate flattered = area(map.apply(validation));
            if (promised.interval() == null || flattered.interval() == null) {
                continue;
            }
            judged++;
            own.add(promised, area(test));
            mapped.add(flattered, area(map.apply(test)));
        }
        System.out.printf(
                Locale.ROOT,
                "%d validation patients, area %.3f, %d cohorts | own: promised %.3f, found %.3f, alarm %.1f %% |"
                        + " isotonic: promised %.3f, found %.3f, alarm %.1f %%%n",
                patients,
                ofValidation.area(),
                judged,
                own.promised / judged,
                own.found / judged,
                100.0 * own.alarms / judged,
                mapped.promised / judged,
                mapped.found / judged,
                100.0 * mapped.alarms / judged);
        double slack = cohorts < STUDY ? 0.1 : 0;
        assertThat((double) own.alarms / judged).isLessThan(0.04 + slack);
        assertThat(mapped.promised / judged)
                .as("an isotonic map raises the area of the images that it was fitted to")
                .isGreaterThan(own.promised / judged + 0.005);
        assertThat(mapped.found / judged).isLessThan(own.found / judged + 0.005);
    }
}
