package org.foldwise.api.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.foldwise.api.wire.WireNames;
import org.foldwise.document.Block;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Table;
import org.foldwise.document.Section;
import org.foldwise.learning.metrics.ClassReport;
import org.foldwise.learning.metrics.ConfusionMatrix;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.F1Averages;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.MultilabelReport;
import org.foldwise.learning.metrics.scored.PatientReport;
import org.foldwise.learning.metrics.scored.PatientReport.Aggregated;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.jspecify.annotations.Nullable;

/** What a document says of figures that count patients. */
final class PatientSections {
    private PatientSections() {}

    /**
     * The figures of patients by each aggregation.
     *
     * @param curves of the same patients
     * @param source where they are recorded
     */
    static Section of(PatientReport report, PatientCurves curves, String source) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(RecordSections.text("Here each of " + Words.count(report.patients(), "patient")
                + " counts once, whatever the number of images: the probabilities of a patient's images are made one, as the highest, as "
                + "their mean, or as the probability that one at least shows it, were images independent (noisy or). A patient counts as "
                + "the dataset's rule '" + WireNames.of(report.labelRule()) + "' says; "
                + (report.conflicting() == 0
                        ? "no patient's images differ in what they show."
                        : "it had to decide for " + Words.count(report.conflicting(), "patient")
                                + " whose images differ in what they show.")));
        List<Aggregated> aggregations = report.aggregations();
        if (aggregations.stream().allMatch(one -> one.binary() != null)) {
            blocks.add(ofBinary(
                    aggregations.stream()
                            .map(one -> Objects.requireNonNull(one.binary()))
                            .toList(),
                    aggregations,
                    source));
            blocks.add(confusion(aggregations, source));
            blocks.add(thresholds(aggregations));
        } else {
            List<TaskReport> reports =
                    aggregations.stream().map(PatientSections::report).toList();
            blocks.add(ofTask(reports, aggregations, source));
            blocks.add(ofClasses(reports, aggregations, source));
            if (reports.get(0) instanceof MultilabelReport) {
                blocks.add(thresholds(aggregations));
            }
        }
        blocks.addAll(curves.blocks());
        blocks.add(
                RecordSections.text(
                        "Choose one of them before you look, for three tries are more than one. "
                                + "Patients with more images have higher maxima and noisy ors even where there is nothing to be seen."));
        return new Section("Per patient", blocks);
    }

    private static TaskReport report(Aggregated one) {
        MulticlassReport several = one.multiclass();
        return several == null ? Objects.requireNonNull(one.multilabel()) : several;
    }

    private static Table ofBinary(List<ClassReport> reports, List<Aggregated> aggregations, String source) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(
                "Threshold",
                reports,
                one -> Words.number(Objects.requireNonNull(one.threshold()).threshold())));
        rows.add(figure("Area under the ROC curve", reports, ClassReport::rocAuc));
        rows.add(figure("Average precision", reports, ClassReport::averagePrecision));
        rows.add(figure("Sensitivity (recall)", reports, ClassReport::recall));
        rows.add(figure("Specificity", reports, ClassReport::specificity));
        rows.add(figure("Positive predictive value (precision)", reports, ClassReport::precision));
        rows.add(figure("Negative predictive value", reports, ClassReport::negativePredictiveValue));
        rows.add(figure("F1", reports, ClassReport::f1));
        if (aggregations.stream().allMatch(one -> one.f1Averages() != null)) {
            List<F1Averages> averages = aggregations.stream()
                    .map(one -> Objects.requireNonNull(one.f1Averages()))
                    .toList();
            rows.add(figure("Macro F1, both classes alike", averages, F1Averages::macro));
            rows.add(figure("Weighted F1, classes by their patients", averages, F1Averages::weighted));
        }
        rows.add(figure("Balanced accuracy", reports, ClassReport::balancedAccuracy));
        rows.add(figure("Accuracy", reports, ClassReport::accuracy));
        rows.add(figure("Matthews correlation", reports, ClassReport::matthewsCorrelation));
        rows.add(figure("Cohen's kappa", reports, ClassReport::kappa));
        rows.add(figure("Brier score", reports, ClassReport::brierScore));
        rows.add(figure("Log loss", reports, ClassReport::logLoss));
        rows.add(figure("Expected calibration error", reports, ClassReport::expectedCalibrationError));
        rows.add(figure("Prevalence of " + reports.get(0).name(), reports, ClassReport::prevalence));
        return table("Figures of patients with their intervals", aggregations, rows, source);
    }

    /** The decisions on patients, a row for each aggregation. */
    private static Table confusion(List<Aggregated> aggregations, String source) {
        String name = Objects.requireNonNull(aggregations.get(0).binary()).name();
        return new Table(
                "Confusion matrix, patients",
                List.of(
                        Column.text("Aggregated as").percent(24),
                        Column.number("'" + name + "', called so").percent(19),
                        Column.number("'" + name + "', missed").percent(19),
                        Column.number("others called '" + name + "'").percent(19),
                        Column.number("others, not called so").percent(19)),
                aggregations.stream()
                        .map(one -> {
                            ConfusionMatrix matrix =
                                    Objects.requireNonNull(one.binary()).confusion();
                            return List.of(
                                    words(one.aggregation()),
                                    Long.toString(matrix.truePositives()),
                                    Long.toString(matrix.falseNegatives()),
                                    Long.toString(matrix.falsePositives()),
                                    Long.toString(matrix.trueNegatives()));
                        })
                        .toList(),
                source);
    }

    private static Table ofTask(List<TaskReport> reports, List<Aggregated> aggregations, String source) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(figure("Mean area under the ROC curve", reports, TaskReport::meanRocAuc));
        rows.add(figure("Mean average precision", reports, TaskReport::meanAveragePrecision));
        rows.add(figure("Mean F1", reports, TaskReport::meanF1));
        if (reports.get(0) instanceof MulticlassReport) {
            rows.add(figure("Balanced accuracy", reports, one -> ((MulticlassReport) one).balancedAccuracy()));
            rows.add(figure("Matthews correlation", reports, one -> ((MulticlassReport) one).matthewsCorrelation()));
            rows.add(figure("Cohen's kappa", reports, one -> ((MulticlassReport) one).kappa()));
            rows.add(figure("Brier score", reports, one -> ((MulticlassReport) one).brierScore()));
            rows.add(figure("Log loss", reports, one -> ((MulticlassReport) one).logLoss()));
        } else {
            rows.add(figure("Micro F1", reports, one -> ((MultilabelReport) one).microF1()));
            rows.add(figure("Hamming loss", reports, one -> ((MultilabelReport) one).hammingLoss()));
        }
        rows.add(
                reports.get(0) instanceof MulticlassReport
                        ? figure("Accuracy", reports, one -> ((MulticlassReport) one).accuracy())
                        : figure("Share of patients with every label right", reports, one -> ((MultilabelReport) one)
                                .subsetAccuracy()));
        return table("Figures of patients with their intervals", aggregations, rows, source);
    }

    private static Table ofClasses(List<TaskReport> reports, List<Aggregated> aggregations, String source) {
        List<List<String>> rows = IntStream.range(0, reports.get(0).classes().size())
                .mapToObj(k -> figure(reports.get(0).classes().get(k).name(), reports, one -> one.classes()
                        .get(k)
                        .rocAuc()))
                .toList();
        return table("Area under the ROC curve of patients, each against everything else", aggregations, rows, source);
    }

    private static Table table(String caption, List<Aggregated> aggregations, List<List<String>> rows, String source) {
        List<Column> columns = new ArrayList<>(List.of(Column.text("Figure").percent(31)));
        aggregations.forEach(
                one -> columns.add(Column.number(words(one.aggregation())).percent(23)));
        return new Table(caption, columns, rows, source);
    }

    static String words(PatientAggregation aggregation) {
        return switch (aggregation) {
            case MAX -> "Highest";
            case MEAN -> "Mean";
            case NOISY_OR -> "Noisy or";
        };
    }

    private static <R> List<String> figure(String name, List<R> reports, Function<R, @Nullable Estimate> figure) {
        return row(name, reports, one -> FigureTables.cell(figure.apply(one)));
    }

    private static <R> List<String> row(String name, List<R> reports, Function<R, String> cell) {
        List<String> row = new ArrayList<>(List.of(name));
        reports.forEach(one -> row.add(cell.apply(one)));
        return row;
    }

    /** Where thresholds come from, the same for all unless one could not be chosen. */
    private static Block thresholds(List<Aggregated> aggregations) {
        List<String> said = aggregations.stream()
                .flatMap(one -> choices(one).stream())
                .map(choice -> choice.reached().hasValue()
                        ? "the threshold was chosen on these patients by the rule of the images"
                        : String.valueOf(choice.reached().undefinedBecause()))
                .distinct()
                .toList();
        return RecordSections.text(
                "Each has a threshold of its own, as these probabilities lie elsewhere than those of images: "
                        + String.join("; ", said) + ".");
    }

    private static List<ThresholdChoice> choices(Aggregated one) {
        ClassReport binary = one.binary();
        List<ClassReport> classes = binary == null ? report(one).classes() : List.of(binary);
        return classes.stream()
                .map(ClassReport::threshold)
                .filter(Objects::nonNull)
                .toList();
    }
}
