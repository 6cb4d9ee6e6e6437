package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.CrossValidationSummary.FoldResult;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PrecisionRecallCurve;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.ModelComparison.Scored;
import org.jspecify.annotations.Nullable;

/**
 * Two recipes that were cross-validated on the same split, by two questions. Over folds: does one recipe, trained anew on such
 * patients, have the higher area on others? Over patients: do the models that were trained here judge these patients
 * differently? The second knows nothing of how trainings differ, so its interval is the narrower one.
 *
 * @param folds the areas of each fold
 * @param overFolds the corrected resampled t-test of the folds' areas, the primary figure; undefined if one fold's area is
 * @param figures every figure over the folds, the areas among them
 * @param overPatients all held-out cases of both; absent where they cannot be compared
 * @param notOverPatientsBecause why not; absent where they were
 */
public record RecipeComparison(
        List<FoldPair> folds,
        ResampledTTest overFolds,
        List<FigureOverFolds> figures,
        @Nullable ModelComparison overPatients,
        @Nullable String notOverPatientsBecause) {
    public RecipeComparison {
        folds = List.copyOf(folds);
        figures = List.copyOf(figures);
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
     * @param heldOut the scored held-out cases of each fold, those of the first repeat first
     */
    public record CrossValidated(CrossValidationSummary summary, List<List<ScoredCase>> heldOut) {
        public CrossValidated {
            heldOut = heldOut.stream().map(List::copyOf).toList();
            if (heldOut.size() != summary.folds().size() || heldOut.size() % summary.repeats() != 0) {
                throw new IllegalArgumentException("a cross-validation of "
                        + summary.folds().size() + " folds in " + summary.repeats()
                        + " repeats needs as many parts of cases, had " + heldOut.size());
            }
        }

        /** All held-out cases of the first repeat, in which each counts once. */
        public List<ScoredCase> cases() {
            return heldOut.subList(0, heldOut.size() / summary.repeats()).stream()
                    .flatMap(List::stream)
                    .toList();
        }

        private double threshold() {
            return summary.pooled().threshold().threshold();
        }

        private Scored scored() {
            return new Scored(cases(), threshold());
        }

        /** Of each fold every figure, with decisions at the one threshold. */
        private List<Map<RecipeFigure, Estimate>> figures() {
            return heldOut.stream().map(cases -> figuresOf(cases, threshold())).toList();
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
                folds, testToTrain, first.summary().pooled().bootstrap().level(), RecipeFigure.ROC_AUC.widest());
        List<FigureOverFolds> figures = FigureOverFolds.of(
                first.figures(),
                second.figures(),
                testToTrain,
                first.summary().pooled().bootstrap().level());
        String reason = tooFewPatients(first.cases());
        return reason == null
                ? new RecipeComparison(
                        folds,
                        overFolds,
                        figures,
                        ModelComparison.of(
                                first.scored(),
                                second.scored(),
                                first.summary().pooled().bootstrap()),
                        null)
                : new RecipeComparison(folds, overFolds, figures, null, reason);
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

    static ResampledTTest overFolds(List<FoldPair> folds, double testToTrain, double level, double widest) {
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
        return ResampledTTest.of(first, second, testToTrain, level, widest);
    }

    private static Map<RecipeFigure, Estimate> figuresOf(List<ScoredCase> cases, double threshold) {
        ConfusionMatrix confusion = ConfusionMatrix.at(threshold, cases);
        Calibration calibration = Calibration.of(cases);
        Map<RecipeFigure, Estimate> figures = new EnumMap<>(RecipeFigure.class);
        figures.put(RecipeFigure.ROC_AUC, RocCurve.area(cases));
        figures.put(RecipeFigure.AVERAGE_PRECISION, PrecisionRecallCurve.averagePrecision(cases));
        figures.put(RecipeFigure.F1, confusion.f1());
        figures.put(RecipeFigure.ACCURACY, confusion.accuracy());
        figures.put(RecipeFigure.BALANCED_ACCURACY, confusion.balancedAccuracy());
        figures.put(RecipeFigure.RECALL, confusion.recall());
        figures.put(RecipeFigure.SPECIFICITY, confusion.specificity());
        figures.put(RecipeFigure.PRECISION, confusion.precision());
        figures.put(RecipeFigure.NEGATIVE_PREDICTIVE_VALUE, confusion.negativePredictiveValue());
        figures.put(RecipeFigure.MATTHEWS_CORRELATION, confusion.matthewsCorrelation());
        figures.put(RecipeFigure.KAPPA, confusion.kappa());
        figures.put(RecipeFigure.BRIER_SCORE, Estimate.of(calibration.brierScore()));
        figures.put(RecipeFigure.LOG_LOSS, Estimate.of(calibration.logLoss()));
        figures.put(RecipeFigure.EXPECTED_CALIBRATION_ERROR, Estimate.of(calibration.expectedCalibrationError()));
        return figures;
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
