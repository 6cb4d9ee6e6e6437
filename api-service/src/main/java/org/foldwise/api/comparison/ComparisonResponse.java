package org.foldwise.api.comparison;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.comparison.ClassFigure;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison;
import org.foldwise.learning.metrics.comparison.ClusteredMcNemar;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison.FoldPair;
import org.foldwise.learning.metrics.comparison.ResampledTTest;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Procedure;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Comparison",
        description =
                "Two cross-validations on the same split, nested or not. Every difference is the first's figure less the second's.")
record ComparisonResponse(
        Compared first,
        Compared second,
        UUID splitId,
        @Schema(
                        description = "Images held out over images left to learn from, as the correction takes it.",
                        example = "0.25")
                double testToTrain,
        List<FoldAreas> folds,
        @Schema(
                        description =
                                "Whether one recipe, trained anew on such patients, has the higher area on others; of several classes and"
                                        + " of labels the higher mean area.")
                OverFolds overFolds,
        @Schema(
                        description =
                                "Of several classes and of labels the same of every figure; empty of a binary task. Each test is by itself.")
                List<FigureOverFolds> figuresOverFolds,
        @Schema(
                        description =
                                "Of a binary task whether the models that were trained here judge these patients differently.")
                @Nullable
                OverPatients overPatients,
        @Schema(description = "The same of several classes, or of labels.") @Nullable
                ClassesOverPatients classesOverPatients,
        @Schema(description = "Why there is no comparison over patients.") @Nullable String notOverPatientsBecause,
        @Schema(
                        description =
                                "What these figures say, with the interval, and what they do not; of nested cross-validations also what is"
                                        + " compared.")
                String verdict) {
    private static final String AREA = "area under the ROC curve";

    @Schema(name = "ComparedExperiment", description = "One of the two.")
    record Compared(UUID experimentId, @Schema(example = "resnet18 from scratch") String name) {
        static Compared of(Experiment experiment) {
            return new Compared(experiment.id(), experiment.name());
        }
    }

    @Schema(
            name = "FoldAreas",
            description =
                    "Areas under the ROC curve on the patients whom one fold held out, of several classes and of labels their mean.")
    record FoldAreas(@Schema(example = "0") int fold, Estimate first, Estimate second) {}

    @Schema(
            name = "ComparisonOverFolds",
            description = "The corrected resampled t-test of the areas under the ROC curve (Nadeau and Bengio 2003).")
    record OverFolds(Estimate difference, Estimate t, @Schema(description = "Two-sided.") Estimate pValue) {
        static OverFolds of(ResampledTTest test) {
            return new OverFolds(test.difference(), test.t(), test.pValue());
        }
    }

    @Schema(name = "ComparisonOverPatients", description = "All held-out images of both, patients as clusters.")
    record OverPatients(
            @Schema(example = "0.91") double firstRocAuc,
            @Schema(example = "0.89") double secondRocAuc,
            @Schema(description = "By DeLong's test over patients (Obuchowski 1997).") Estimate rocAucDifference,
            Estimate z,
            @Schema(description = "Two-sided.", example = "0.2") double pValue,
            @Schema(description = "Of other figures, by resampling patients.") List<FigureDifference> figures,
            @Schema(description = "Of the shares of right decisions, each at its own threshold.")
                    Estimate accuracyDifference) {
        static OverPatients of(ModelComparison comparison, double level) {
            PairedDeLong areas = comparison.areas();
            return new OverPatients(
                    areas.one(),
                    areas.other(),
                    areas.difference(level),
                    areas.z(),
                    areas.pValue(),
                    comparison.differences().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> FigureDifference.of(entry.getKey(), entry.getValue()))
                            .toList(),
                    comparison.decisions().difference(level));
        }
    }

    @Schema(
            name = "FigureOverFolds",
            description = "The corrected resampled t-test of one figure of several classes, or of labels.")
    record FigureOverFolds(
            ClassFigure figure, Estimate difference, Estimate t, @Schema(description = "Two-sided.") Estimate pValue) {
        static FigureOverFolds of(ClassFigure figure, ResampledTTest test) {
            return new FigureOverFolds(figure, test.difference(), test.t(), test.pValue());
        }
    }

    @Schema(
            name = "ClassesOverPatients",
            description =
                    "All held-out images of both, patients as clusters: means over the classes, the decisions, and each class or label"
                            + " against everything else.")
    record ClassesOverPatients(
            @Schema(description = "By resampling patients, all classes of a patient drawn together.")
                    List<ClassFigureDifference> figures,
            @Schema(
                            description =
                                    "Of the shares of images decided rightly, of labels with every label right, over patients.")
                    Estimate accuracyDifference,
            @Schema(
                            description =
                                    "Of McNemar's test of the same in its form for patients with several images (Obuchowski 1998), two-sided;"
                                            + " undefined where both are right on the same images.")
                    Estimate accuracyPValue,
            @Schema(
                            description =
                                    "How many areas were compared. Of 20 comparisons of equal models one has a p value below 0.05 on average;"
                                            + " the adjusted ones allow for that.",
                            example = "14")
                    int comparedAreas,
            @Schema(description = "How many labels' decisions were compared; 0 of exclusive classes.", example = "14")
                    int comparedDecisions,
            @Schema(description = "In the order of the dataset's classes.") List<ClassDifference> classes) {
        static ClassesOverPatients of(ClassModelComparison comparison, double level) {
            return new ClassesOverPatients(
                    Arrays.stream(ClassFigure.values())
                            .map(figure -> ClassFigureDifference.of(figure, comparison))
                            .toList(),
                    comparison.decisions().difference(level),
                    comparison.decisions().obuchowski().pValue(),
                    comparison.areasTested(),
                    comparison.decisionsTested(),
                    comparison.classes().stream()
                            .map(one -> ClassDifference.of(one, level))
                            .toList());
        }
    }

    @Schema(
            name = "ClassFigureDifference",
            description =
                    "How a figure over all classes, or labels, differs. Means are over those that some images show.")
    record ClassFigureDifference(
            ClassFigure figure,
            Estimate first,
            Estimate second,
            Estimate difference,
            @Schema(description = "Two-sided; absent without interval.", example = "0.03") @Nullable Double pValue) {
        static ClassFigureDifference of(ClassFigure figure, ClassModelComparison comparison) {
            Difference difference =
                    Objects.requireNonNull(comparison.differences().get(figure));
            return new ClassFigureDifference(
                    figure,
                    Objects.requireNonNull(comparison.first().get(figure)),
                    Objects.requireNonNull(comparison.second().get(figure)),
                    difference.estimate(),
                    difference.pValue());
        }
    }

    @Schema(name = "ClassDifference", description = "How one class or label, against everything else, differs.")
    record ClassDifference(
            @Schema(example = "Effusion") String name,
            @Schema(
                            description =
                                    "Area under the ROC curve; absent with too few patients, as the p value says.",
                            example = "0.84")
                    @Nullable
                    Double firstRocAuc,
            @Schema(example = "0.82") @Nullable Double secondRocAuc,
            @Schema(description = "By DeLong's test over patients (Obuchowski 1997).") @Nullable
                    Estimate rocAucDifference,
            @Schema(description = "Two-sided, as if it were the only comparison.") Estimate pValue,
            @Schema(description = "Adjusted for the number of areas compared (Holm 1979).") Estimate adjustedPValue,
            @Schema(
                            description =
                                    "Of the shares of images on whose label the decisions are right; absent of exclusive classes.")
                    @Nullable
                    Estimate accuracyDifference,
            @Schema(description = "Of McNemar's test over patients; undefined of exclusive classes.")
                    Estimate accuracyPValue,
            @Schema(description = "Adjusted for the number of labels' decisions compared (Holm 1979).")
                    Estimate adjustedAccuracyPValue) {
        static ClassDifference of(ClassModelComparison.OfClass one, double level) {
            PairedDeLong areas = one.areas();
            ClusteredMcNemar decisions = one.decisions();
            return new ClassDifference(
                    one.name(),
                    areas == null ? null : areas.one(),
                    areas == null ? null : areas.other(),
                    areas == null ? null : areas.difference(level),
                    one.pValue(),
                    one.adjustedPValue(),
                    decisions == null ? null : decisions.difference(level),
                    one.decisionsPValue(),
                    one.adjustedDecisionsPValue());
        }
    }

    @Schema(name = "FigureDifference", description = "How a figure differs.")
    record FigureDifference(
            Figure figure,
            Estimate difference,
            @Schema(description = "Two-sided; absent without interval.") @Nullable Double pValue) {
        static FigureDifference of(Figure figure, Difference difference) {
            return new FigureDifference(figure, difference.estimate(), difference.pValue());
        }
    }

    /** Of a binary task. */
    static ComparisonResponse of(
            Experiment first, Experiment second, RecipeComparison comparison, double testToTrain, double level) {
        ModelComparison overPatients = comparison.overPatients();
        return new ComparisonResponse(
                Compared.of(first),
                Compared.of(second),
                first.splitId(),
                testToTrain,
                folds(comparison.folds()),
                OverFolds.of(comparison.overFolds()),
                List.of(),
                overPatients == null ? null : OverPatients.of(overPatients, level),
                null,
                comparison.notOverPatientsBecause(),
                verdict(
                                first.name(),
                                second.name(),
                                AREA,
                                comparison.overFolds().difference())
                        + searched(first, second));
    }

    /** Of several classes, or of labels. */
    static ComparisonResponse of(
            Experiment first,
            Experiment second,
            Task task,
            ClassRecipeComparison comparison,
            double testToTrain,
            double level) {
        ResampledTTest ofAreas = Objects.requireNonNull(comparison.overFolds().get(ClassFigure.MEAN_ROC_AUC));
        ClassModelComparison overPatients = comparison.overPatients();
        String noun = task == Task.MULTILABEL ? "label" : "class";
        String verdict = verdict(
                first.name(),
                second.name(),
                AREA + " over all " + (task == Task.MULTILABEL ? "labels" : "classes"),
                ofAreas.difference());
        return new ComparisonResponse(
                Compared.of(first),
                Compared.of(second),
                first.splitId(),
                testToTrain,
                folds(comparison.folds()),
                OverFolds.of(ofAreas),
                Arrays.stream(ClassFigure.values())
                        .map(figure -> FigureOverFolds.of(
                                figure,
                                Objects.requireNonNull(comparison.overFolds().get(figure))))
                        .toList(),
                null,
                overPatients == null ? null : ClassesOverPatients.of(overPatients, level),
                comparison.notOverPatientsBecause(),
                (overPatients == null ? verdict : verdict + " " + singled(noun, overPatients.classes(), level))
                        + searched(first, second));
    }

    private static List<FoldAreas> folds(List<FoldPair> folds) {
        return folds.stream()
                .map(fold -> new FoldAreas(fold.fold(), fold.first(), fold.second()))
                .toList();
    }

    /** Of which classes the areas still differ when it is allowed for how many were compared. */
    static String singled(String noun, List<ClassModelComparison.OfClass> classes, double level) {
        long compared = classes.stream().filter(one -> one.pValue().hasValue()).count();
        String below = String.format(Locale.ROOT, "%.2f", 1 - level);
        List<String> differ = classes.stream()
                .filter(one -> one.adjustedPValue().valueOr(1) < 1 - level)
                .map(ClassModelComparison.OfClass::name)
                .toList();
        return "Of the models that were trained here " + compared + (compared == 1 ? " area" : " areas")
                + " of single " + (noun.equals("label") ? "labels" : "classes")
                + " were compared over patients; adjusted for that number "
                + (differ.isEmpty()
                        ? "no p value is below " + below + "."
                        : "p values are below " + below + " for " + String.join(", ", differ) + ".");
    }

    /**
     * Never says that one is better without the interval, nor that they are equal.
     *
     * @param figure whose mean over the folds differs
     */
    static String verdict(String first, String second, String figure, Estimate difference) {
        Double value = difference.value();
        if (value == null) {
            return "The recipes cannot be compared over folds: " + difference.undefinedBecause() + ".";
        }
        Interval interval = difference.interval();
        String measured = "Over the same folds the mean " + figure + " of '" + first + "' less that of '" + second
                + "' is " + number(value);
        if (interval == null) {
            return measured + ". All folds differ by the same number, so there is no interval and nothing to conclude.";
        }
        String shown = measured + ", " + Math.round(100 * interval.level()) + " % interval " + number(interval.lower())
                + " to " + number(interval.upper()) + " (corrected for the patients that folds share). ";
        if (interval.lower() > 0) {
            return shown + "The interval lies above 0: these folds speak for '" + first + "'.";
        }
        if (interval.upper() < 0) {
            return shown + "The interval lies below 0: these folds speak for '" + second + "'.";
        }
        return shown
                + "The interval holds 0: these folds do not tell which recipe has the higher area, and they do not show that"
                + " the two are equal.";
    }

    /** What is compared where plans were searched for; nothing where both had one plan. */
    private static String searched(Experiment first, Experiment second) {
        List<String> nested = Stream.of(first, second)
                .filter(one -> one.procedure() == Procedure.NESTED_CROSS_VALIDATION)
                .map(Experiment::name)
                .distinct()
                .toList();
        if (nested.isEmpty()) {
            return "";
        }
        String quoted = "'" + String.join("' and '", nested) + "'";
        boolean both = first.procedure() == second.procedure();
        return " In " + quoted
                + " every fold has the plan that a search among its own patients chose, so the figures are of searching and training"
                + (both ? "" : ", held against one plan that is fixed")
                + ". Where folds have different plans their scores need not be on one scale: comparisons over patients, which put"
                + " all folds together, depend on that, the one over folds does not."
                + (both
                        ? ""
                        : " A fixed plan that was chosen by what a search had shown on these patients has its figure flattered.");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
