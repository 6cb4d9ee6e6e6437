package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.junit.jupiter.api.Test;

class FoldFigureTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);

    private static List<Estimate> values(double... values) {
        return Arrays.stream(values).mapToObj(Estimate::of).toList();
    }

    /** By hand: mean 0.8, deviation 0.1; the variance of the mean is (1/3 + 1/2) / 100; Student's quantile for 2 is 4.302653. */
    @Test
    void theIntervalAllowsForWhatTrainingsShare() {
        FoldFigure figure = FoldFigure.of("recall", values(0.7, 0.8, 0.9), List.of(10, 10, 10), 3);

        assertThat(figure.mean().value()).isCloseTo(0.8, within(1e-15));
        assertThat(figure.standardDeviation().value()).isCloseTo(0.1, within(1e-15));
        Interval interval = figure.mean().interval();
        assertThat(interval).isNotNull();
        assertThat(interval.lower()).isCloseTo(0.8 - 4.302653 * 0.1 * Math.sqrt(1 / 3.0 + 0.5), within(1e-6));
        assertThat(interval.upper()).isEqualTo(1);
        assertThat(interval.method()).isEqualTo("correctedResampledT");
    }

    @Test
    void anUndefinedFoldIsNamedAndFoldsThatAgreeHaveNoInterval() {
        FoldFigure undefined = FoldFigure.of(
                "recall", List.of(Estimate.of(0.5), Estimate.undefined("has no positives")), List.of(5, 5), 2);
        assertThat(undefined.mean()).isEqualTo(Estimate.undefined("fold 1 has no positives"));
        assertThat(undefined.standardDeviation()).isEqualTo(Estimate.undefined("fold 1 has no positives"));

        FoldFigure alike = FoldFigure.of("recall", values(0.5, 0.5), List.of(5, 5), 2);
        assertThat(alike.standardDeviation()).isEqualTo(Estimate.of(0));
        assertThat(alike.mean()).isEqualTo(Estimate.of(0.5));
    }

    private static List<List<ScoredCase>> folds() {
        List<List<ScoredCase>> folds = new ArrayList<>();
        for (int fold = 0; fold < 3; fold++) {
            List<ScoredCase> cases = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                double score = (i * 7 + fold * 3) % 20 / 40.0 + (i % 2 == 0 ? 0.3 : 0.1);
                cases.add(new ScoredCase(fold + "i" + i, new PatientId(fold + "p" + i / 2 * 2), i % 2 == 0, score));
            }
            folds.add(cases);
        }
        return folds;
    }

    @Test
    void aCrossValidationHasEveryFigureOfItsFolds() {
        CrossValidationSummary summary = CrossValidationSummary.of(folds(), ThresholdChoice.fixed(0.45), BOOTSTRAP);

        assertThat(summary.figures())
                .extracting(FoldFigure::figure)
                .containsExactly(
                        "rocAuc",
                        "averagePrecision",
                        "f1",
                        "accuracy",
                        "balancedAccuracy",
                        "recall",
                        "specificity",
                        "brierScore");
        assertThat(summary.figures().get(0))
                .isEqualTo(new FoldFigure("rocAuc", summary.meanRocAuc(), summary.standardDeviationRocAuc()));
        double recall = 0;
        double brier = 0;
        for (List<ScoredCase> fold : folds()) {
            EvaluationReport report = EvaluationReport.of(fold, 0.45, BOOTSTRAP);
            recall += report.recall().valueOr(-1) / 3;
            brier += report.brierScore().valueOr(-1) / 3;
        }
        assertThat(summary.figures().get(5).mean().value()).isCloseTo(recall, within(1e-12));
        assertThat(summary.figures().get(7).mean().value()).isCloseTo(brier, within(1e-12));
        assertThat(summary.figures()).allSatisfy(figure -> {
            assertThat(figure.mean().interval()).isNotNull();
            assertThat(figure.mean().interval().lower()).isBetween(0.0, 1.0);
            assertThat(figure.mean().interval().upper()).isBetween(0.0, 1.0);
        });
    }

    /** What was stored before these figures were kept has those that it had. */
    @Test
    void olderSummariesHaveTheFiguresThatTheirFoldsHave() {
        CrossValidationSummary summary = CrossValidationSummary.of(folds(), ThresholdChoice.fixed(0.45), BOOTSTRAP);
        String stored = ReportJson.write(summary);
        String older = stored;
        int end = stored.indexOf("\"meanRocAuc\"");
        String ofFolds = stored.substring(0, end);
        for (String added : Set.of("accuracy", "balancedAccuracy", "recall", "specificity", "brierScore")) {
            ofFolds = ofFolds.replace("\"" + added + "\"", "\"no longer read\"");
        }
        older = ofFolds.replaceAll(",\\s*\"no longer read\":\\s*\\{[^{}]*(\\{[^{}]*\\})?[^{}]*\\}", "")
                + stored.substring(end);

        assertThat(older).isNotEqualTo(stored);
        assertThat(ReportJson.read(CrossValidationSummary.class, older).figures())
                .extracting(FoldFigure::figure)
                .containsExactly("rocAuc", "averagePrecision", "f1");
    }
}
