package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Table;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.PredictiveValues;
import org.foldwise.learning.metrics.scored.ClassAverages;
import org.foldwise.learning.metrics.scored.ClassAverages.Average;
import org.jspecify.annotations.Nullable;

/** Tables of figures that older reports lack. */
final class FigureTables {
    /** Beside that of the images, so that a table of many classes stays readable; the stored report has more. */
    private static final List<Double> FEW_PREVALENCES = List.of(0.01, 0.1);

    private static final String PREDICTIVE_VALUES = "Predictive values at other prevalences";

    private FigureTables() {}

    /** A row of a table of figures; none where the report is from before there was that figure. */
    static List<List<String>> row(String name, @Nullable Estimate estimate) {
        return estimate == null ? List.of() : List.of(List.of(name, Words.estimate(estimate), Words.method(estimate)));
    }

    /** What there is, or a dash where the report is from before there was that figure. */
    static String cell(@Nullable Estimate estimate) {
        return estimate == null ? "\u2013" : Words.estimate(estimate);
    }

    /**
     * The predictive values of a binary task.
     *
     * @param found share of positives among the images
     */
    static Table predictiveValues(List<PredictiveValues> values, Estimate found, String source) {
        return new Table(
                PREDICTIVE_VALUES,
                List.of(
                        Column.text("Prevalence"),
                        Column.number("Positive predictive value"),
                        Column.number("Negative predictive value")),
                values.stream()
                        .map(at -> List.of(
                                prevalence(at, found), Words.estimate(at.positive()), Words.estimate(at.negative())))
                        .toList(),
                source);
    }

    /**
     * Those of several classes, or of labels, at a few prevalences.
     *
     * @param heading what a class is called
     */
    static Table predictiveValues(List<ClassReport> classes, String heading, String source) {
        List<List<String>> rows = new ArrayList<>();
        for (ClassReport one : classes) {
            List<PredictiveValues> values = one.predictiveValues();
            if (values == null) {
                continue;
            }
            for (PredictiveValues at : values) {
                if (FEW_PREVALENCES.contains(at.prevalence()) || isFound(at, one.prevalence())) {
                    rows.add(List.of(
                            one.name(),
                            prevalence(at, one.prevalence()),
                            Words.estimate(at.positive()),
                            Words.estimate(at.negative())));
                }
            }
        }
        return new Table(
                PREDICTIVE_VALUES,
                List.of(
                        Column.text(heading).percent(22),
                        Column.text("Prevalence").percent(20),
                        Column.number("Positive predictive value").percent(29),
                        Column.number("Negative predictive value").percent(29)),
                rows,
                source);
    }

    private static boolean isFound(PredictiveValues at, Estimate found) {
        Double share = found.value();
        return share != null && share == at.prevalence();
    }

    private static String prevalence(PredictiveValues at, Estimate found) {
        return Words.percent(at.prevalence()) + (isFound(at, found) ? " (these images)" : "");
    }

    /** Averages over classes, or labels, in the usual ways. */
    static Table averages(ClassAverages averages, String source) {
        return new Table(
                "Averages in the usual ways",
                List.of(
                        Column.text("Figure").percent(22),
                        Column.number("Macro: each counts the same").percent(26),
                        Column.number("Weighted by images").percent(26),
                        Column.number("Micro: all pairs at once").percent(26)),
                List.of(
                        row("Area under the ROC curve", averages.rocAuc()),
                        row("Average precision", averages.averagePrecision()),
                        row("Precision", averages.precision()),
                        row("Sensitivity (recall)", averages.recall()),
                        row("F1", averages.f1())),
                source);
    }

    private static List<String> row(String name, Average average) {
        return List.of(
                name,
                Words.estimate(average.macro()),
                Words.estimate(average.weighted()),
                Words.estimate(average.micro()));
    }

    /** Agreement of the decisions on each class with the truth. */
    static Table agreement(List<ClassReport> classes, String heading, String source) {
        return new Table(
                "Agreement of decisions and truth",
                List.of(
                        Column.text(heading).percent(20),
                        Column.number("Accuracy").percent(20),
                        Column.number("Balanced accuracy").percent(20),
                        Column.number("Matthews correlation").percent(20),
                        Column.number("Cohen's kappa").percent(20)),
                cells(
                        classes,
                        List.of(
                                ClassReport::accuracy,
                                ClassReport::balancedAccuracy,
                                ClassReport::matthewsCorrelation,
                                ClassReport::kappa)),
                source);
    }

    /** Further figures of the probabilities of each class. */
    static Table probabilities(List<ClassReport> classes, String heading, String source) {
        return new Table(
                "Log loss and largest calibration error",
                List.of(
                        Column.text(heading).percent(30),
                        Column.number("Log loss").percent(35),
                        Column.number("Maximum calibration error").percent(35)),
                cells(classes, List.of(ClassReport::logLoss, ClassReport::maximumCalibrationError)),
                source);
    }

    private static List<List<String>> cells(
            List<ClassReport> classes, List<Function<ClassReport, @Nullable Estimate>> figures) {
        List<List<String>> rows = new ArrayList<>();
        for (ClassReport one : classes) {
            List<String> row = new ArrayList<>(List.of(one.name()));
            figures.forEach(figure -> row.add(cell(figure.apply(one))));
            rows.add(row);
        }
        return rows;
    }
}
