package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.SubgroupReport;
import org.foldwise.learning.metrics.scored.ClassSubgroupReport;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "SubgroupFigures",
        description = "Every figure of every group of an evaluation, one a row, in the same form for all tasks.")
record SubgroupFigures(List<Row> rows) implements Tabular {
    private static final List<String> COLUMNS = List.of(
            "attribute",
            "group",
            "class",
            "images",
            "positivePatients",
            "negativePatients",
            "figure",
            "value",
            "lower",
            "upper",
            "undefinedBecause");

    @Schema(name = "SubgroupFigure", description = "One figure of one group.")
    record Row(
            @Schema(example = "site") String attribute,
            @Schema(example = "A") String group,
            @Schema(
                            description =
                                    "The class or label that is told from everything else; absent of a binary task and of figures over all of"
                                            + " them.",
                            example = "Effusion")
                    @Nullable
                    String name,
            @Schema(description = "Of the group; of a class those of them that show it.", example = "120") long images,
            @Schema(
                            description = "Patients with an image that shows it; absent of figures over all classes.",
                            example = "40")
                    @Nullable
                    Integer positivePatients,
            @Schema(description = "Patients with an image that does not; absent likewise.", example = "61") @Nullable
                    Integer negativePatients,
            @Schema(
                            description =
                                    "'prevalence', 'rocAuc', 'recall', 'specificity'; over all classes 'meanRocAuc', 'meanRocAucOfAll',"
                                            + " 'accuracy'.",
                            example = "rocAuc")
                    String figure,
            Estimate estimate) {}

    /** The figures of a binary task. */
    static SubgroupFigures of(SubgroupReport report) {
        List<Row> rows = new ArrayList<>();
        for (SubgroupReport.Attribute attribute : report.attributes()) {
            for (SubgroupReport.Group group : attribute.groups()) {
                figures(group.prevalence(), group.rocAuc(), group.recall(), group.specificity())
                        .forEach((figure, estimate) -> rows.add(new Row(
                                attribute.name(),
                                group.name(),
                                null,
                                group.images(),
                                group.positivePatients(),
                                group.negativePatients(),
                                figure,
                                estimate)));
            }
        }
        return new SubgroupFigures(rows);
    }

    /** The figures of several classes, or of labels. */
    static SubgroupFigures of(ClassSubgroupReport report) {
        List<Row> rows = new ArrayList<>();
        for (ClassSubgroupReport.Attribute attribute : report.attributes()) {
            for (ClassSubgroupReport.Group group : attribute.groups()) {
                Map<String, Estimate> together = new LinkedHashMap<>();
                together.put("meanRocAuc", group.meanRocAuc());
                together.put("meanRocAucOfAll", group.meanRocAucOfAll());
                together.put("accuracy", group.accuracy());
                together.forEach((figure, estimate) -> rows.add(
                        new Row(attribute.name(), group.name(), null, group.images(), null, null, figure, estimate)));
                for (ClassSubgroupReport.OfClass one : group.classes()) {
                    figures(one.prevalence(), one.rocAuc(), one.recall(), one.specificity())
                            .forEach((figure, estimate) -> rows.add(new Row(
                                    attribute.name(),
                                    group.name(),
                                    one.name(),
                                    one.images(),
                                    one.positivePatients(),
                                    one.negativePatients(),
                                    figure,
                                    estimate)));
                }
            }
        }
        return new SubgroupFigures(rows);
    }

    private static Map<String, Estimate> figures(
            Estimate prevalence, Estimate rocAuc, Estimate recall, Estimate specificity) {
        Map<String, Estimate> figures = new LinkedHashMap<>();
        figures.put("prevalence", prevalence);
        figures.put("rocAuc", rocAuc);
        figures.put("recall", recall);
        figures.put("specificity", specificity);
        return figures;
    }

    @Override
    public CsvTable csv() {
        return new CsvTable(COLUMNS, rows.stream().map(SubgroupFigures::cells).toList());
    }

    private static List<Object> cells(Row row) {
        Interval interval = row.estimate().interval();
        return List.of(
                row.attribute(),
                row.group(),
                cell(row.name()),
                row.images(),
                cell(row.positivePatients()),
                cell(row.negativePatients()),
                row.figure(),
                cell(row.estimate().value()),
                cell(interval == null ? null : interval.lower()),
                cell(interval == null ? null : interval.upper()),
                cell(row.estimate().undefinedBecause()));
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
