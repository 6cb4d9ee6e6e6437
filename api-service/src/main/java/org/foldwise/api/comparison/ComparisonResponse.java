package org.foldwise.api.comparison;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PairedDeLong;
import org.foldwise.learning.metrics.PatientBootstrap.Difference;
import org.foldwise.learning.metrics.PatientBootstrap.Figure;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.comparison.ResampledTTest;
import org.foldwise.registry.experiment.Experiment;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Comparison",
        description =
                "Two cross-validations on the same split. Every difference is the first's figure less the second's.")
record ComparisonResponse(
        Compared first,
        Compared second,
        UUID splitId,
        @Schema(description = "Held-out over training images of a fold, as the correction takes it.", example = "0.25")
                double testToTrain,
        List<FoldAreas> folds,
        @Schema(description = "Whether one recipe, trained anew on such patients, has the higher area on others.")
                OverFolds overFolds,
        @Schema(description = "Whether the models that were trained here judge these patients differently.") @Nullable
                OverPatients overPatients,
        @Schema(description = "Why there is no comparison over patients.") @Nullable String notOverPatientsBecause,
        @Schema(description = "What these figures say, with the interval, and what they do not.") String verdict) {

    @Schema(name = "ComparedExperiment", description = "One of the two.")
    record Compared(UUID experimentId, @Schema(example = "resnet18 from scratch") String name) {
        static Compared of(Experiment experiment) {
            return new Compared(experiment.id(), experiment.name());
        }
    }

    @Schema(name = "FoldAreas", description = "Areas under the ROC curve on the patients whom one fold held out.")
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

    @Schema(name = "FigureDifference", description = "How a figure differs.")
    record FigureDifference(
            Figure figure,
            Estimate difference,
            @Schema(description = "Two-sided; absent without interval.") @Nullable Double pValue) {
        static FigureDifference of(Figure figure, Difference difference) {
            return new FigureDifference(figure, difference.estimate(), difference.pValue());
        }
    }

    static ComparisonResponse of(
            Experiment first, Experiment second, RecipeComparison comparison, double testToTrain, double level) {
        ModelComparison overPatients = comparison.overPatients();
        return new ComparisonResponse(
                Compared.of(first),
                Compared.of(second),
                first.splitId(),
                testToTrain,
                comparison.folds().stream()
                        .map(fold -> new FoldAreas(fold.fold(), fold.first(), fold.second()))
                        .toList(),
                OverFolds.of(comparison.overFolds()),
                overPatients == null ? null : OverPatients.of(overPatients, level),
                comparison.notOverPatientsBecause(),
                verdict(first.name(), second.name(), comparison.overFolds().difference()));
    }

    /** Never says that one is better without the interval, nor that they are equal. */
    static String verdict(String first, String second, Estimate difference) {
        Double value = difference.value();
        if (value == null) {
            return "The recipes cannot be compared over folds: " + difference.undefinedBecause() + ".";
        }
        Interval interval = difference.interval();
        String measured = "Over the same folds the mean area under the ROC curve of '" + first + "' less that of '"
                + second + "' is " + number(value);
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

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
