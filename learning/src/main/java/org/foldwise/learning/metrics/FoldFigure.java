package org.foldwise.learning.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One figure over the folds of a cross-validation. Its standard deviation tells how much it depends on who was held out; it is no
 * standard error, because the folds share their training patients. The interval of the mean, a {@link CorrectedResampledMean}, allows
 * for that.
 *
 * @param figure its name in a fold's result, such as {@code averagePrecision}
 * @param mean over the folds, with that interval; undefined if one fold's figure is
 * @param standardDeviation with n - 1 in the denominator; undefined if one fold's figure is
 */
public record FoldFigure(String figure, Estimate mean, Estimate standardDeviation) {
    /**
     * A figure in [0, 1] over folds.
     *
     * @param values of each fold, two or more, those of the first repeat first
     * @param images that each fold held out
     * @param perRepeat folds of a repeat
     */
    public static FoldFigure of(String figure, List<Estimate> values, List<Integer> images, int perRepeat) {
        double sum = 0;
        List<Double> defined = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Double value = values.get(i).value();
            if (value == null) {
                Estimate undefined =
                        Estimate.undefined("fold " + i + " " + values.get(i).undefinedBecause());
                return new FoldFigure(figure, undefined, undefined);
            }
            sum += value;
            defined.add(value);
        }
        double centre = sum / defined.size();
        double squares = 0;
        for (double value : defined) {
            squares += (value - centre) * (value - centre);
        }
        Estimate deviation = Estimate.of(Math.sqrt(squares / (defined.size() - 1)));
        Estimate mean = Estimate.of(centre);
        return new FoldFigure(
                figure, mean.with(CorrectedResampledMean.interval(mean, deviation, images, perRepeat)), deviation);
    }

    /**
     * Those of several figures that every fold has: results from before a figure was kept lack it.
     *
     * @param named each figure's name with its value in each fold, none where it was not kept
     */
    public static List<FoldFigure> of(List<Named> named, List<Integer> images, int perRepeat) {
        List<FoldFigure> figures = new ArrayList<>();
        for (Named one : named) {
            List<Estimate> kept = new ArrayList<>();
            for (@Nullable Estimate value : one.values()) {
                if (value != null) {
                    kept.add(value);
                }
            }
            if (kept.size() == images.size()) {
                figures.add(of(one.figure(), kept, images, perRepeat));
            }
        }
        return figures;
    }

    /**
     * A figure's values.
     *
     * @param values of each fold
     */
    public record Named(String figure, List<@Nullable Estimate> values) {
        /** The values that folds have, none of a fold that did not keep the figure. */
        public static <T> Named of(String figure, List<T> folds, Function<T, @Nullable Estimate> value) {
            List<@Nullable Estimate> values = new ArrayList<>();
            folds.forEach(fold -> values.add(value.apply(fold)));
            return new Named(figure, values);
        }
    }
}
