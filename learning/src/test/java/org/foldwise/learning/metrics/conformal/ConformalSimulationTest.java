package org.foldwise.learning.metrics.conformal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.foldwise.learning.metrics.ClusteredCohorts;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.Proportion;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether the promise of each class is kept over calibrations on clustered patients, how far single models stray from it, and how often
 * the intervals of a report hold a model's own coverage, which is known exactly. By default over few cohorts; with {@code
 * -Dfoldwise.coverage.cohorts=1000} as the study whose table docs/statistics.md gives.
 */
class ConformalSimulationTest {
    private static final int FEW = 100;
    private static final int STUDY = 1000;
    private static final double COVERAGE = 0.9;
    private static final double LEVEL = 0.95;
    private static final List<String> CLASSES = List.of("healthy", "ill");

    /** What came of one class. */
    private static final class Tally {
        private final List<Double> coverages = new ArrayList<>();
        private double promisedAtMost;
        private int inRange;
        private int inRangeOfImages;
        private int held;
        private int heldByImages;

        double mean() {
            return coverages.stream().mapToDouble(one -> one).average().orElseThrow();
        }

        double share(int count) {
            return (double) count / coverages.size();
        }

        double quantile(double share) {
            return coverages.stream().sorted().toList().get((int) (share * (coverages.size() - 1)));
        }
    }

    @ParameterizedTest(name = "{0} patients, mixed classes {1}")
    @CsvSource({"60, false", "100, false", "100, true"})
    void thePromiseOfEachClassIsKeptOnAverageAndIntervalsHoldAModelsOwn(int patients, boolean mixed) {
        int cohorts = Integer.getInteger("foldwise.coverage.cohorts", FEW);
        ClusteredCohorts source = new ClusteredCohorts(patients, mixed, 1.5);
        SplittableRandom random = new SplittableRandom(29 + patients + (mixed ? 1 : 0));
        List<Tally> tallies = List.of(new Tally(), new Tally());
        int undefined = 0;
        for (int i = 0; i < cohorts; i++) {
            ScoredImages.Binary calibration = new ScoredImages.Binary(CLASSES, source.draw(random));
            ScoredImages.Binary fresh = new ScoredImages.Binary(CLASSES, source.draw(random));
            Decision decision = new Decision.AtThreshold(ThresholdChoice.fixed(0.5)).withSets(calibration, COVERAGE);
            if (decision.sets() instanceof ConformalSets sets) {
                PredictionSetReport report = (PredictionSetReport)
                        decision.reportOfSets(fresh, LEVEL).orElseThrow();
                for (int k = 0; k < 2; k++) {
                    look(tallies.get(k), source, k, calibration, fresh, sets, report);
                }
            } else {
                undefined++;
            }
        }
        assertThat(undefined).as("cohorts with too few patients of a class").isLessThan(cohorts / 50 + 1);
        boolean isStudy = cohorts >= STUDY;
        for (int k = 0; k < 2; k++) {
            Tally tally = tallies.get(k);
            System.out.printf(
                    Locale.ROOT,
                    "%d patients, %s, %s | mean %.1f %% | 90 %% of the models %.3f to %.3f | range of as many patients %.1f %%, of as"
                            + " many images %.1f %% | interval of a report %.1f %%, by image %.1f %% | too few %d%n",
                    patients,
                    mixed ? "mixed" : "alike",
                    CLASSES.get(k),
                    100 * tally.mean(),
                    tally.quantile(0.05),
                    tally.quantile(0.95),
                    100 * tally.share(tally.inRange),
                    100 * tally.share(tally.inRangeOfImages),
                    100 * tally.share(tally.held),
                    100 * tally.share(tally.heldByImages),
                    undefined);
            // never below on average, and above by 1 / (K + 1) at most; three standard errors of the mean over cohorts
            double slack = 3 * 0.06 / Math.sqrt(cohorts);
            assertThat(tally.mean())
                    .isBetween(COVERAGE - slack, COVERAGE + tally.promisedAtMost / tally.coverages.size() + slack);
            assertThat(tally.share(tally.held)).isBetween(isStudy ? 0.93 : 0.88, isStudy ? 0.97 : 1);
            // with several images a patient the coverage varies less than with one
            assertThat(tally.share(tally.inRange)).isGreaterThan(isStudy ? 0.94 : 0.9);
            if (!mixed) {
                assertThat(tally.share(tally.heldByImages)).isLessThan(isStudy ? 0.9 : 0.95);
                assertThat(tally.share(tally.inRangeOfImages)).isLessThan(isStudy ? 0.9 : 0.95);
            }
        }
    }

    private static void look(
            Tally tally,
            ClusteredCohorts source,
            int k,
            ScoredImages.Binary calibration,
            ScoredImages.Binary fresh,
            ConformalSets sets,
            PredictionSetReport report) {
        ConformalSets.Limit limit = sets.limits().get(k);
        double coverage = source.shareAtLeast(k == 1, 1 - limit.score());
        tally.coverages.add(coverage);
        tally.promisedAtMost += 1 / (limit.patients() + 1.0);
        int images = (int) calibration.cases().stream()
                .filter(one -> one.positive() == (k == 1))
                .count();
        tally.inRange += holds(ConformalSets.rangeOfCoverage(limit.patients(), COVERAGE, LEVEL), coverage) ? 1 : 0;
        tally.inRangeOfImages += holds(ConformalSets.rangeOfCoverage(images, COVERAGE, LEVEL), coverage) ? 1 : 0;
        Interval interval = report.classes().get(k).covered().interval();
        tally.held += interval != null && holds(interval, coverage) ? 1 : 0;
        Interval byImage = byImage(fresh, k, sets).interval();
        tally.heldByImages += byImage != null && holds(byImage, coverage) ? 1 : 0;
    }

    private static boolean holds(Interval interval, double value) {
        return interval.lower() <= value && value <= interval.upper();
    }

    /** As if images were independent. */
    private static Estimate byImage(ScoredImages.Binary fresh, int k, ConformalSets sets) {
        List<ClassifiedCase> ofClass =
                fresh.classified().stream().filter(one -> one.truth() == k).toList();
        long covered = ofClass.stream()
                .filter(one -> sets.set(one.probabilities()).contains(k))
                .count();
        return new Proportion(covered, ofClass.size()).wilson(LEVEL);
    }
}
