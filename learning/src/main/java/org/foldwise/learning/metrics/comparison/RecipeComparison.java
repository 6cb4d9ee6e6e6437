package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.CrossValidationSummary.FoldResult;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.ModelComparison.Scored;
import org.jspecify.annotations.Nullable;

/**
 * Two recipes that were cross-validated on the same split, by two questions. Over folds: does one recipe, trained anew on such
 * patients, have the higher area on others? Over patients: do the models that were trained here judge these patients
 * differently? The second knows nothing of how trainings differ, so its interval is the narrower one.
 *
 * @param folds the areas of each fold
 * @param overFolds the corrected resampled t-test of the folds' areas; undefined if one fold's area is
 * @param overPatients all held-out cases of both; absent where they cannot be compared
 * @param notOverPatientsBecause why not; absent where they were
 */
public record RecipeComparison(
        List<FoldPair> folds,
        ResampledTTest overFolds,
        @Nullable ModelComparison overPatients,
        @Nullable String notOverPatientsBecause) {
    public RecipeComparison {
        folds = List.copyOf(folds);
        if ((overPatients == null) == (notOverPatientsBecause == null)) {
            throw new IllegalArgumentException("there is either a comparison over patients or a reason for none");
        }
    }

    /**
     * The areas under the ROC curve of one fold.
     *
     * @param fold its index
     * @param first the first recipe's
     * @param second the second recipe's
     */
    public record FoldPair(int fold, Estimate first, Estimate second) {}

    /**
     * A cross-validated recipe.
     *
     * @param summary of its folds
     * @param cases all its held-out cases
     */
    public record CrossValidated(CrossValidationSummary summary, List<ScoredCase> cases) {
        public CrossValidated {
            cases = List.copyOf(cases);
        }

        private Scored scored() {
            return new Scored(cases, summary.pooled().threshold().threshold());
        }
    }

    /**
     * Compares two recipes.
     *
     * @param testToTrain held-out over training images of a fold, above 0
     * @throws IllegalArgumentException unless both have the same number of folds, of the same images
     */
    public static RecipeComparison of(CrossValidated first, CrossValidated second, double testToTrain) {
        List<FoldPair> folds = pairs(first.summary().folds(), second.summary().folds());
        ResampledTTest overFolds = overFolds(
                folds, testToTrain, first.summary().pooled().bootstrap().level());
        String reason = tooFewPatients(first.cases());
        return reason == null
                ? new RecipeComparison(
                        folds,
                        overFolds,
                        ModelComparison.of(
                                first.scored(),
                                second.scored(),
                                first.summary().pooled().bootstrap()),
                        null)
                : new RecipeComparison(folds, overFolds, null, reason);
    }

    private static List<FoldPair> pairs(List<FoldResult> first, List<FoldResult> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "two recipes are compared over the same folds, had " + first.size() + " and " + second.size());
        }
        List<FoldPair> folds = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            FoldResult one = first.get(i);
            FoldResult other = second.get(i);
            if (one.images() != other.images() || one.positives() != other.positives()) {
                throw new IllegalArgumentException("fold " + i + " holds other images in the second recipe");
            }
            folds.add(new FoldPair(i, one.rocAuc(), other.rocAuc()));
        }
        return folds;
    }

    static ResampledTTest overFolds(List<FoldPair> folds, double testToTrain, double level) {
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (FoldPair fold : folds) {
            Double one = fold.first().value();
            Double other = fold.second().value();
            if (one == null || other == null) {
                Estimate undefined = Estimate.undefined(
                        "fold " + fold.fold() + " " + (one == null ? fold.first() : fold.second()).undefinedBecause());
                return new ResampledTTest(undefined, undefined, undefined);
            }
            first.add(one);
            second.add(other);
        }
        return ResampledTTest.of(first, second, testToTrain, level);
    }

    /** Why the areas cannot be compared over patients; nothing where they can. */
    static @Nullable String tooFewPatients(List<ScoredCase> cases) {
        for (boolean isPositive : new boolean[] {true, false}) {
            long patients = cases.stream()
                    .filter(scored -> scored.positive() == isPositive)
                    .map(ScoredCase::patient)
                    .distinct()
                    .count();
            if (patients < 2) {
                return (isPositive ? "positive" : "negative") + " images come from " + patients
                        + " patients, and a variance needs 2";
            }
        }
        return null;
    }
}
