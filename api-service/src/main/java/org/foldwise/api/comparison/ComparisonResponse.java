package org.foldwise.api.comparison;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.comparison.ClassFigure;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison;
import org.foldwise.learning.metrics.comparison.ClusteredMcNemar;
import org.foldwise.learning.metrics.comparison.FigureOverFolds;
import org.foldwise.learning.metrics.comparison.McNemar;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison.FoldPair;
import org.foldwise.learning.metrics.comparison.RecipeFigure;
import org.foldwise.learning.metrics.comparison.ResampledTTest;
import org.foldwise.learning.metrics.comparison.RightDecisions;
import org.foldwise.registry.experiment.Experiment;
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
                                        + " of labels the higher mean area. This is the primary figure of every such comparison, so that its"
                                        + " p value is not adjusted, and the verdict is of it.")
                OverFolds overFolds,
        @Schema(
                        description =
                                "The same of every figure, the primary one among them. Whoever reads another one, or chooses among them,"
                                        + " reads the adjusted p values.")
                List<FigureOfRecipes> figuresOverFolds,
        @Schema(description = "The figure that 'overFolds' and the verdict are of.") RecipeFigure primaryFigure,
        @Schema(
                        description =
                                "Of a binary task whether the models that were trained here judge these patients differently.")
                @Nullable
                OverPatients overPatients,
        @Schema(description = "The same of several classes, or of labels.") @Nullable
                ClassesOverPatients classesOverPatients,
        @Schema(
                        description =
                                "The same as if every image were of a patient of its own; absent where there is no comparison over patients.")
                @Nullable
                OverImages overImages,
        @Schema(description = "Why there is no comparison over patients.") @Nullable String notOverPatientsBecause,
        @Schema(
                        description =
                                "What these figures say, with the interval, and what they do not; of nested cross-validations also what is"
                                        + " compared.")
                String verdict) {
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

    @Schema(name = "ComparisonOverPatients", description = "All images that both have judged, patients as clusters.")
    record OverPatients(
            @Schema(
                            description =
                                    "Area under the ROC curve; absent with too few patients, as the difference says.",
                            example = "0.91")
                    @Nullable
                    Double firstRocAuc,
            @Schema(example = "0.89") @Nullable Double secondRocAuc,
            @Schema(description = "By DeLong's test over patients (Obuchowski 1997).") Estimate rocAucDifference,
            @Schema(
                            description =
                                    "Over its standard error; undefined with too few patients, and where the difference does not vary between"
                                            + " patients, as where both models order the images alike.")
                    Estimate z,
            @Schema(
                            description =
                                    "Two-sided; 1 where both models order the images alike; absent with too few patients, and where the"
                                            + " areas differ without varying, as a perfect model's and that of one which gives all images the"
                                            + " same score.",
                            example = "0.2")
                    @Nullable
                    Double pValue,
            @Schema(
                            description =
                                    "Of other figures, by leaving patients out, of calibration errors by resampling them: those of the decisions each at its own threshold.")
                    List<FigureDifference> figures,
            @Schema(description = "Of the shares of right decisions, each at its own threshold.")
                    Estimate accuracyDifference,
            @Schema(
                            description =
                                    "Of McNemar's test of the same in its form for patients with several images (Obuchowski 1998), two-sided;"
                                            + " undefined where both are right on the same images.")
                    Estimate accuracyPValue) {
        static OverPatients of(ModelComparison comparison, double level) {
            PairedDeLong areas = comparison.areas();
            return new OverPatients(
                    areas == null ? null : areas.one(),
                    areas == null ? null : areas.other(),
                    areas == null ? none(comparison) : areas.difference(level),
                    areas == null ? none(comparison) : areas.z(),
                    areas == null ? null : areas.pValue().value(),
                    comparison.differences().entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> FigureDifference.of(entry.getKey(), comparison))
                            .toList(),
                    comparison.decisions().difference(level),
                    comparison.decisions().obuchowski().pValue());
        }

        private static Estimate none(ModelComparison comparison) {
            return Estimate.undefined(String.valueOf(comparison.noAreasBecause()));
        }
    }

    @Schema(
            name = "ComparisonOverImages",
            description =
                    "As if every image were of a patient of its own, for comparison with publications. Where patients have several images"
                            + " these tests are usually too sure: what is over patients is to be believed.")
    record OverImages(
            @Schema(
                            description =
                                    "By DeLong's test (DeLong, DeLong and Clarke-Pearson 1988), of a binary task; absent with too few"
                                            + " patients.")
                    @Nullable
                    Estimate rocAucDifference,
            @Schema(description = "Over its standard error; absent likewise.") @Nullable Estimate z,
            @Schema(description = "Two-sided, by the normal distribution; absent likewise.", example = "0.04") @Nullable
                    Double pValue,
            RightDecisionsView rightDecisions) {
        static OverImages of(@Nullable ModelComparison binary, @Nullable ClassModelComparison several, double level) {
            PairedDeLong areas = binary == null ? null : binary.areasOverImages();
            return new OverImages(
                    areas == null ? null : areas.difference(level),
                    areas == null ? null : areas.z(),
                    areas == null ? null : areas.pValue().value(),
                    RightDecisionsView.of(
                            binary == null
                                    ? Objects.requireNonNull(several).rightDecisions()
                                    : binary.rightDecisions()));
        }
    }

    @Schema(
            name = "RightDecisions",
            description =
                    "Images that each model decides rightly, of labels with every label right, and McNemar's test of whether the two are"
                            + " right equally often, which ignores whose images they are.")
    record RightDecisionsView(
            @Schema(example = "520") int both,
            @Schema(example = "31") int onlyFirst,
            @Schema(example = "18") int onlySecond,
            @Schema(example = "55") int neither,
            @Schema(
                            description = "Two-sided, by the binomial distribution; rejects less often than promised.",
                            example = "0.085")
                    double exactPValue,
            @Schema(
                            description =
                                    "Two-sided, the exact one less half of the probability of what was seen (Fagerland, Lydersen and Laake"
                                            + " 2013); undefined where the models never disagree.")
                    Estimate midPValue) {
        static RightDecisionsView of(RightDecisions decisions) {
            McNemar test = decisions.test();
            return new RightDecisionsView(
                    decisions.both(),
                    decisions.onlyFirst(),
                    decisions.onlySecond(),
                    decisions.neither(),
                    test.exactPValue(),
                    test.midPValue());
        }
    }

    @Schema(
            name = "FigureOverFolds",
            description =
                    "The corrected resampled t-test of one figure. Of Brier score, log loss and calibration error less is better.")
    record FigureOfRecipes(
            RecipeFigure figure,
            @Schema(description = "Mean over the folds.") Estimate first,
            @Schema(description = "Mean over the folds.") Estimate second,
            Estimate difference,
            Estimate t,
            @Schema(description = "Two-sided, as if it were the only figure.") Estimate pValue,
            @Schema(description = "Adjusted for the number of figures tested (Holm 1979).") Estimate adjustedPValue) {
        static FigureOfRecipes of(FigureOverFolds figure) {
            ResampledTTest test = figure.test();
            return new FigureOfRecipes(
                    figure.figure(),
                    figure.first(),
                    figure.second(),
                    test.difference(),
                    test.t(),
                    test.pValue(),
                    figure.adjustedPValue());
        }
    }

    @Schema(
            name = "ClassesOverPatients",
            description =
                    "All images that both have judged, patients as clusters: means over the classes, the decisions, and each class or label"
                            + " against everything else.")
    record ClassesOverPatients(
            @Schema(description = "By leaving patients out, with all their classes.")
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
            Estimate first,
            Estimate second,
            Estimate difference,
            @Schema(description = "Two-sided; absent without interval.") @Nullable Double pValue) {
        static FigureDifference of(Figure figure, ModelComparison comparison) {
            Difference difference =
                    Objects.requireNonNull(comparison.differences().get(figure));
            return new FigureDifference(
                    figure,
                    Objects.requireNonNull(comparison.first().get(figure)),
                    Objects.requireNonNull(comparison.second().get(figure)),
                    difference.estimate(),
                    difference.pValue());
        }
    }

    static ComparisonResponse of(ExperimentComparison comparison) {
        RecipeComparison binary = comparison.binary();
        ClassRecipeComparison several = comparison.several();
        ModelComparison overPatients = comparison.binaryOverPatients();
        ClassModelComparison classes = comparison.severalOverPatients();
        double level = comparison.bootstrap().level();
        return new ComparisonResponse(
                Compared.of(comparison.first().experiment()),
                Compared.of(comparison.second().experiment()),
                comparison.split().id(),
                comparison.testToTrain(),
                folds(binary == null ? Objects.requireNonNull(several).folds() : binary.folds()),
                OverFolds.of(binary == null ? Objects.requireNonNull(several).overFolds() : binary.overFolds()),
                (binary == null ? Objects.requireNonNull(several).figures() : binary.figures())
                        .stream().map(FigureOfRecipes::of).toList(),
                binary == null ? RecipeFigure.MEAN_ROC_AUC : RecipeFigure.ROC_AUC,
                overPatients == null ? null : OverPatients.of(overPatients, level),
                classes == null ? null : ClassesOverPatients.of(classes, level),
                overPatients == null && classes == null ? null : OverImages.of(overPatients, classes, level),
                comparison.notOverPatientsBecause(),
                comparison.verdict());
    }

    private static List<FoldAreas> folds(List<FoldPair> folds) {
        return folds.stream()
                .map(fold -> new FoldAreas(fold.fold(), fold.first(), fold.second()))
                .toList();
    }
}
