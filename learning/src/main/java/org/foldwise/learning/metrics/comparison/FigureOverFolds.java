package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.comparison.RecipeComparison.FoldPair;

/**
 * One figure of two recipes over the folds of one split.
 *
 * @param first mean over the folds of the first recipe's; undefined if one fold's is
 * @param second the second recipe's
 * @param test the corrected resampled t-test; undefined if one fold's figure is
 * @param adjustedPValue its p value, adjusted for how many figures were tested ({@link Holm})
 */
public record FigureOverFolds(
        RecipeFigure figure, Estimate first, Estimate second, ResampledTTest test, Estimate adjustedPValue) {
    /**
     * Every figure, in the order of the figures.
     *
     * @param first of each fold the first recipe's figures
     * @param second of each fold the second recipe's, as many
     * @param testToTrain held-out over training images of a fold, above 0
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    static List<FigureOverFolds> of(
            List<Map<RecipeFigure, Estimate>> first,
            List<Map<RecipeFigure, Estimate>> second,
            double testToTrain,
            double level) {
        Map<RecipeFigure, List<FoldPair>> pairs = new EnumMap<>(RecipeFigure.class);
        for (int i = 0; i < first.size(); i++) {
            Map<RecipeFigure, Estimate> ofSecond = second.get(i);
            int fold = i;
            first.get(i).forEach((figure, estimate) -> pairs.computeIfAbsent(figure, absent -> new ArrayList<>())
                    .add(new FoldPair(fold, estimate, ofSecond.getOrDefault(figure, estimate))));
        }
        List<FigureOverFolds> raw = new ArrayList<>();
        pairs.forEach((figure, folds) -> raw.add(of(figure, folds, testToTrain, level)));
        List<Estimate> adjusted =
                Holm.adjusted(raw.stream().map(one -> one.test().pValue()).toList());
        List<FigureOverFolds> figures = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            FigureOverFolds one = raw.get(i);
            figures.add(new FigureOverFolds(one.figure(), one.first(), one.second(), one.test(), adjusted.get(i)));
        }
        return List.copyOf(figures);
    }

    private static FigureOverFolds of(RecipeFigure figure, List<FoldPair> folds, double testToTrain, double level) {
        ResampledTTest test = RecipeComparison.overFolds(folds, testToTrain, level, figure.widest());
        return new FigureOverFolds(
                figure,
                mean(folds.stream().map(FoldPair::first).toList()),
                mean(folds.stream().map(FoldPair::second).toList()),
                test,
                test.pValue());
    }

    private static Estimate mean(List<Estimate> folds) {
        double sum = 0;
        for (int i = 0; i < folds.size(); i++) {
            Double value = folds.get(i).value();
            if (value == null) {
                return Estimate.undefined("fold " + i + " " + folds.get(i).undefinedBecause());
            }
            sum += value;
        }
        return Estimate.of(sum / folds.size());
    }
}
