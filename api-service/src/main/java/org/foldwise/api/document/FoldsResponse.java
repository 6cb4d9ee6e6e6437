package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.metrics.CrossValidationSummary;
import org.foldwise.learning.metrics.CrossValidationSummary.FoldResult;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.FoldFigure;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.scored.TaskSummary;
import org.foldwise.learning.metrics.scored.TaskSummary.FoldAverages;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "FoldFigures",
        description =
                "Every figure of every fold of a cross-validation, of a nested one of its outer folds, one a row, and what they come to over"
                        + " the folds.")
record FoldsResponse(
        @Schema(description = "By fold, and of each fold by figure.") List<Row> rows,
        @Schema(description = "Of every figure that all folds have.") List<FoldFigure> overFolds)
        implements Tabular {
    private static final List<String> COLUMNS = List.of(
            "over", "fold", "images", "patients", "figure", "value", "lower", "upper", "method", "undefinedBecause");

    @Schema(name = "FigureOfFold", description = "A figure on the patients whom one fold held out.")
    record Row(
            @Schema(description = "0 for the first; those of the first repeat first.", example = "0") int fold,
            @Schema(description = "Held-out images.", example = "104") int images,
            @Schema(description = "Held-out patients.", example = "71") int patients,
            @Schema(
                            description =
                                    "'rocAuc', 'averagePrecision', 'f1', 'accuracy', 'balancedAccuracy', 'recall', 'specificity',"
                                            + " 'brierScore'; of several classes and of labels, means over the classes that the fold judges, but for"
                                            + " 'accuracy', of labels 'subsetAccuracy': the share of images decided rightly.",
                            example = "rocAuc")
                    String figure,
            Estimate estimate) {}

    /** Those of a binary task. */
    static FoldsResponse of(CrossValidationSummary summary) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < summary.folds().size(); i++) {
            FoldResult fold = summary.folds().get(i);
            add(rows, i, fold.images(), fold.patients(), summary.named());
        }
        return new FoldsResponse(rows, summary.figures());
    }

    /** Those of several classes, or of labels. */
    static FoldsResponse of(TaskSummary summary) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < summary.foldAverages().size(); i++) {
            FoldAverages fold = summary.foldAverages().get(i);
            add(rows, i, fold.images(), fold.patients(), summary.named());
        }
        return new FoldsResponse(rows, summary.figures());
    }

    private static void add(List<Row> rows, int fold, int images, int patients, List<FoldFigure.Named> figures) {
        for (FoldFigure.Named figure : figures) {
            Estimate estimate = figure.values().get(fold);
            if (estimate != null) {
                rows.add(new Row(fold, images, patients, figure.figure(), estimate));
            }
        }
    }

    @Override
    public CsvTable csv() {
        List<List<Object>> table = new ArrayList<>();
        for (Row row : rows) {
            table.add(cells("fold", row.fold(), row.images(), row.patients(), row.figure(), row.estimate()));
        }
        for (FoldFigure figure : overFolds) {
            table.add(cells("mean", "", "", "", figure.figure(), figure.mean()));
            table.add(cells("standardDeviation", "", "", "", figure.figure(), figure.standardDeviation()));
        }
        return new CsvTable(COLUMNS, table);
    }

    private static List<Object> cells(
            String over, Object fold, Object images, Object patients, String figure, Estimate estimate) {
        Interval interval = estimate.interval();
        return List.of(
                over,
                fold,
                images,
                patients,
                figure,
                cell(estimate.value()),
                cell(interval == null ? null : interval.lower()),
                cell(interval == null ? null : interval.upper()),
                cell(interval == null ? null : interval.method()),
                cell(estimate.undefinedBecause()));
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
