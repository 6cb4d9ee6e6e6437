package org.foldwise.learning.metrics.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.comparison.RecipeComparison.CrossValidated;
import org.junit.jupiter.api.Test;

class RecipeComparisonTest {
    /** Images of the same patients in every call, scored with that much noise. */
    private static CrossValidated recipe(int folds, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<ScoredCase>> heldOut = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            List<ScoredCase> cases = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                boolean positive = i % 3 == 0;
                double score = 0.5 + (positive ? 0.15 : -0.15) + noise * (random.nextDouble() - 0.5);
                cases.add(new ScoredCase(
                        fold + "-" + i, new PatientId(fold + "p" + i / 2), positive, Math.max(0, Math.min(1, score))));
            }
            heldOut.add(cases);
        }
        CrossValidationSummary summary =
                CrossValidationSummary.of(heldOut, ThresholdChoice.fixed(0.5), new BootstrapSpec(200, 1, 0.95));
        return new CrossValidated(summary, heldOut);
    }

    @Test
    void asksBothQuestionsOfTheSameFoldsAndPatients() {
        CrossValidated first = recipe(5, 0.6, 1);
        CrossValidated second = recipe(5, 1.2, 2);

        RecipeComparison comparison = RecipeComparison.of(first, second, 0.25);

        List<Double> ofFirst =
                comparison.folds().stream().map(fold -> fold.first().value()).toList();
        List<Double> ofSecond =
                comparison.folds().stream().map(fold -> fold.second().value()).toList();
        assertThat(comparison.overFolds()).isEqualTo(ResampledTTest.of(ofFirst, ofSecond, 0.25, 0.95));
        assertThat(comparison.overPatients().areas()).isEqualTo(PairedDeLong.ofPatients(first.cases(), second.cases()));
        assertThat(comparison.overFolds().difference().value()).isPositive();
    }

    /** Every figure that reports of the folds have, tested by the formula; p values adjusted together. */
    @Test
    void testsEveryFigureOfTheFolds() {
        CrossValidated first = recipe(5, 0.6, 1);
        CrossValidated second = recipe(5, 1.2, 2);

        List<FigureOverFolds> figures = RecipeComparison.of(first, second, 0.25).figures();

        Map<RecipeFigure, Function<EvaluationReport, Estimate>> reported = new EnumMap<>(RecipeFigure.class);
        reported.put(RecipeFigure.ROC_AUC, EvaluationReport::rocAuc);
        reported.put(RecipeFigure.AVERAGE_PRECISION, EvaluationReport::averagePrecision);
        reported.put(RecipeFigure.F1, EvaluationReport::f1);
        reported.put(RecipeFigure.ACCURACY, EvaluationReport::accuracy);
        reported.put(RecipeFigure.BALANCED_ACCURACY, EvaluationReport::balancedAccuracy);
        reported.put(RecipeFigure.RECALL, EvaluationReport::recall);
        reported.put(RecipeFigure.SPECIFICITY, EvaluationReport::specificity);
        reported.put(RecipeFigure.PRECISION, EvaluationReport::precision);
        reported.put(RecipeFigure.NEGATIVE_PREDICTIVE_VALUE, EvaluationReport::negativePredictiveValue);
        reported.put(RecipeFigure.MATTHEWS_CORRELATION, EvaluationReport::matthewsCorrelation);
        reported.put(RecipeFigure.KAPPA, EvaluationReport::kappa);
        reported.put(RecipeFigure.BRIER_SCORE, EvaluationReport::brierScore);
        reported.put(RecipeFigure.LOG_LOSS, EvaluationReport::logLoss);
        reported.put(RecipeFigure.EXPECTED_CALIBRATION_ERROR, EvaluationReport::expectedCalibrationError);
        assertThat(figures).extracting(FigureOverFolds::figure).containsExactlyElementsOf(reported.keySet());
        for (FigureOverFolds figure : figures) {
            List<List<Double>> values = new ArrayList<>();
            for (CrossValidated recipe : List.of(first, second)) {
                values.add(recipe.heldOut().stream()
                        .map(cases -> reported.get(figure.figure())
                                .apply(EvaluationReport.of(cases, 0.5, new BootstrapSpec(100, 1, 0.95)))
                                .value())
                        .toList());
            }
            double[] differences = IntStream.range(0, 5)
                    .mapToDouble(i -> values.get(0).get(i) - values.get(1).get(i))
                    .toArray();
            double mean = Arrays.stream(differences).average().orElseThrow();
            double variance = Arrays.stream(differences)
                            .map(one -> (one - mean) * (one - mean))
                            .sum()
                    / 4;
            double error = Math.sqrt((1 / 5.0 + 0.25) * variance);
            assertThat(figure.test().difference().value()).isCloseTo(mean, within(1e-12));
            assertThat(figure.test().t().value()).isCloseTo(mean / error, within(1e-9));
            double half = 2.7764451051977987 * error;
            assertThat(figure.test().difference().interval().lower())
                    .isCloseTo(Math.max(-figure.figure().widest(), mean - half), within(1e-9));
            assertThat(figure.first().value() - figure.second().value()).isCloseTo(mean, within(1e-12));
        }
        List<Estimate> pValues =
                figures.stream().map(figure -> figure.test().pValue()).toList();
        assertThat(figures)
                .extracting(FigureOverFolds::adjustedPValue)
                .containsExactlyElementsOf(Holm.adjusted(pValues));
    }

    @Test
    void turnsItsSignWithTheOrderOfTheRecipes() {
        CrossValidated first = recipe(4, 0.6, 3);
        CrossValidated second = recipe(4, 1.0, 4);

        RecipeComparison one = RecipeComparison.of(first, second, 0.5);
        RecipeComparison other = RecipeComparison.of(second, first, 0.5);

        assertThat(one.overFolds().difference().value())
                .isCloseTo(-other.overFolds().difference().value(), within(1e-12));
        assertThat(one.overFolds().difference().interval().lower())
                .isCloseTo(-other.overFolds().difference().interval().upper(), within(1e-12));
        assertThat(one.overPatients().areas().difference())
                .isCloseTo(-other.overPatients().areas().difference(), within(1e-12));
        assertThat(one.overPatients().areas().pValue().value())
                .isCloseTo(other.overPatients().areas().pValue().valueOr(Double.NaN), within(1e-12));
    }

    @Test
    void aRecipeDoesNotDifferFromItself() {
        CrossValidated recipe = recipe(3, 0.8, 5);

        RecipeComparison comparison = RecipeComparison.of(recipe, recipe, 0.5);

        assertThat(comparison.overFolds().pValue().value()).isEqualTo(1.0);
        assertThat(comparison.overPatients().areas().pValue().value()).isEqualTo(1.0);
        assertThat(comparison.overPatients().decisions().difference(0.95).value())
                .isEqualTo(0.0);
    }

    @Test
    void refusesOtherFolds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecipeComparison.of(recipe(3, 1, 1), recipe(4, 1, 1), 0.5))
                .withMessageContaining("3 and 4");
    }
}
