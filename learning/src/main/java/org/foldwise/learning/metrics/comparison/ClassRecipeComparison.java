package org.foldwise.learning.metrics.comparison;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Calibration;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.comparison.RecipeComparison.FoldPair;
import org.foldwise.learning.metrics.multiclass.ClassMatrix;
import org.foldwise.learning.metrics.multiclass.ClassMatrix.KappaWeights;
import org.foldwise.learning.metrics.multiclass.ClassScores;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.metrics.scored.TaskSummary.FoldAverages;
import org.jspecify.annotations.Nullable;

/**
 * Two recipes for several classes, or for labels, that were cross-validated on the same split, by the two questions of a {@link
 * RecipeComparison}: over folds, of the recipes, and over patients, of the models that were trained here.
 *
 * @param folds the mean areas of each fold
 * @param overFolds the corrected resampled t-test of the folds' mean areas, the primary figure; undefined if one fold's is
 * @param figures every figure over the folds, the mean areas among them
 * @param overPatients all held-out images of both, of the first repeat; absent where they cannot be compared
 * @param notOverPatientsBecause why not; absent where they were
 */
public record ClassRecipeComparison(
        List<FoldPair> folds,
        ResampledTTest overFolds,
        List<FigureOverFolds> figures,
        @Nullable ClassModelComparison overPatients,
        @Nullable String notOverPatientsBecause) {
    public ClassRecipeComparison {
        folds = List.copyOf(folds);
        figures = List.copyOf(figures);
        if ((overPatients == null) == (notOverPatientsBecause == null)) {
            throw new IllegalArgumentException("there is either a comparison over patients or a reason for none");
        }
    }

    /**
     * A cross-validated recipe.
     *
     * @param summary of its folds
     * @param heldOut the scored held-out images of each fold, those of the first repeat first
     * @param repeats how often each patient was held out; divides the number of folds
     */
    public record CrossValidated(TaskSummary summary, List<ScoredImages> heldOut, int repeats) {
        public CrossValidated {
            heldOut = List.copyOf(heldOut);
            if (heldOut.size() != summary.foldAverages().size() || repeats < 1 || heldOut.size() % repeats != 0) {
                throw new IllegalArgumentException(
                        "a cross-validation of " + summary.foldAverages().size() + " folds in " + repeats
                                + " repeats needs as many parts of images, had " + heldOut.size());
            }
        }

        /** The report of the pooled images of the first repeat. */
        public TaskReport report() {
            MultilabelReport labelled = summary.multilabel();
            TaskReport report = labelled == null ? summary.multiclass() : labelled;
            if (report == null) {
                throw new IllegalArgumentException("the summary has no report");
            }
            return report;
        }

        /** How its images are decided. */
        public Decision decision() {
            return report() instanceof MultilabelReport labelled ? labelled.decision() : new Decision.MostProbable();
        }

        /** All held-out images of the first repeat, in which each counts once. */
        public ScoredImages pooledImages() {
            return ScoredImages.together(heldOut.subList(0, heldOut.size() / repeats));
        }

        /** Of each fold every figure, by the one decision. */
        private List<Map<RecipeFigure, Estimate>> figures() {
            return heldOut.stream().map(images -> figuresOf(images, decision())).toList();
        }

        private ClassModelComparison.Scored pooled() {
            return new ClassModelComparison.Scored(pooledImages(), decision());
        }
    }

    /**
     * Compares two recipes.
     *
     * @param testToTrain held-out over training images of a fold, above 0
     * @throws IllegalArgumentException unless both have the same folds, of the same images
     */
    public static ClassRecipeComparison of(CrossValidated first, CrossValidated second, double testToTrain) {
        List<FoldPair> folds =
                pairs(first.summary().foldAverages(), second.summary().foldAverages());
        double level = first.report().bootstrap().level();
        ResampledTTest overFolds =
                RecipeComparison.overFolds(folds, testToTrain, level, RecipeFigure.MEAN_ROC_AUC.widest());
        List<FigureOverFolds> figures = FigureOverFolds.of(first.figures(), second.figures(), testToTrain, level);
        ClassModelComparison.Scored one = first.pooled();
        String reason = notComparable(one);
        return reason == null
                ? new ClassRecipeComparison(
                        folds,
                        overFolds,
                        figures,
                        ClassModelComparison.of(
                                one, second.pooled(), first.report().bootstrap()),
                        null)
                : new ClassRecipeComparison(folds, overFolds, figures, null, reason);
    }

    private static List<FoldPair> pairs(List<FoldAverages> first, List<FoldAverages> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    "two recipes are compared over the same folds, had " + first.size() + " and " + second.size());
        }
        List<FoldPair> folds = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            FoldAverages one = first.get(i);
            FoldAverages other = second.get(i);
            if (one.images() != other.images() || one.judgedClasses() != other.judgedClasses()) {
                throw new IllegalArgumentException("fold " + i + " holds other images in the second recipe");
            }
            folds.add(new FoldPair(i, one.rocAuc(), other.rocAuc()));
        }
        return folds;
    }

    private static Map<RecipeFigure, Estimate> figuresOf(ScoredImages images, Decision decision) {
        Map<RecipeFigure, Estimate> figures = new EnumMap<>(RecipeFigure.class);
        ClassFigures.of(images, decision)
                .ofAll()
                .forEach((figure, estimate) -> figures.put(RecipeFigure.valueOf(figure.name()), estimate));
        List<ConfusionMatrix> confusions = new ArrayList<>();
        List<Calibration> calibrations = new ArrayList<>();
        for (int k = 0; k < images.classes().size(); k++) {
            List<ScoredCase> cases = images.against(k);
            Set<String> called = decision.called(images, k);
            ConfusionMatrix confusion = ConfusionMatrix.of(cases, one -> called.contains(one.image()));
            if (confusion.positives() > 0 && confusion.negatives() > 0) {
                confusions.add(confusion);
                calibrations.add(Calibration.of(cases));
            }
        }
        figures.put(
                RecipeFigure.MEAN_RECALL, mean(confusions, one -> one.recall().valueOr(0)));
        figures.put(RecipeFigure.MEAN_SPECIFICITY, mean(confusions, one -> one.specificity()
                .valueOr(0)));
        figures.put(RecipeFigure.MEAN_BRIER_SCORE, mean(calibrations, Calibration::brierScore));
        if (images instanceof ScoredImages.Multiclass several) {
            int classes = several.classes().size();
            ClassMatrix matrix = ClassMatrix.of(classes, several.cases());
            figures.put(RecipeFigure.MATTHEWS_CORRELATION, matrix.matthewsCorrelation());
            figures.put(RecipeFigure.KAPPA, matrix.kappa(KappaWeights.NONE));
            figures.put(
                    RecipeFigure.LOG_LOSS,
                    Estimate.of(ClassScores.of(classes, several.cases()).logLoss()));
        } else {
            figures.put(RecipeFigure.LOG_LOSS, mean(calibrations, Calibration::logLoss));
        }
        return figures;
    }

    /** Over the judged classes, each of which has the figure. */
    private static <T> Estimate mean(List<T> classes, ToDoubleFunction<T> figure) {
        OptionalDouble mean = classes.stream().mapToDouble(figure).average();
        return mean.isPresent() ? Estimate.of(mean.getAsDouble()) : Estimate.undefined(ClassFigures.NONE_JUDGED);
    }

    private static @Nullable String notComparable(ClassModelComparison.Scored scored) {
        long patients = scored.images().patients().stream()
                .map(PatientId::value)
                .distinct()
                .count();
        if (patients < 2) {
            return "images come from " + patients + " patients, and a variance needs 2";
        }
        return ClassFigures.of(scored.images(), scored.decision()).judged() == 0 ? ClassFigures.NONE_JUDGED : null;
    }
}
