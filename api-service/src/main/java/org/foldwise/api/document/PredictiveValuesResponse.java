package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PredictiveValues;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "PredictiveValuesAtPrevalences",
        description =
                "Predictive values at other prevalences than that of the judged images, from sensitivity and specificity by Bayes' theorem;"
                        + " of a binary task of its positive class, of other tasks of each class or label.")
record PredictiveValuesResponse(List<OfClass> classes) implements Tabular {
    private static final List<String> COLUMNS =
            List.of("class", "prevalence", "figure", "value", "lower", "upper", "undefinedBecause");

    @Schema(name = "ClassPredictiveValues", description = "Of one class or label.")
    record OfClass(
            @Schema(example = "Effusion") String name,
            @Schema(description = "In the order asked for.") List<PredictiveValues> predictiveValues) {}

    /**
     * The predictive values of decisions.
     *
     * @param images as they were scored, with the names of their classes
     * @param decision that the evaluation's figures are of
     * @param prevalences each in (0, 1); where there are none, those of a table
     * @param level nominal coverage of the intervals, in (0, 1)
     */
    static PredictiveValuesResponse of(ScoredImages images, Decision decision, List<Double> prevalences, double level) {
        List<OfClass> classes = new ArrayList<>();
        for (int k = images.task() == Task.BINARY ? 1 : 0; k < images.classes().size(); k++) {
            Set<String> called = decision.called(images, k);
            classes.add(new OfClass(
                    images.classes().get(k),
                    prevalences.isEmpty()
                            ? PredictiveValues.table(images.against(k), one -> called.contains(one.image()), level)
                            : PredictiveValues.of(
                                    images.against(k), one -> called.contains(one.image()), prevalences, level)));
        }
        return new PredictiveValuesResponse(classes);
    }

    @Override
    public CsvTable csv() {
        List<List<Object>> rows = new ArrayList<>();
        for (OfClass one : classes) {
            for (PredictiveValues at : one.predictiveValues()) {
                rows.add(row(one.name(), at.prevalence(), "positivePredictiveValue", at.positive()));
                rows.add(row(one.name(), at.prevalence(), "negativePredictiveValue", at.negative()));
            }
        }
        return new CsvTable(COLUMNS, rows);
    }

    private static List<Object> row(String name, double prevalence, String figure, Estimate estimate) {
        Interval interval = estimate.interval();
        return List.of(
                name,
                prevalence,
                figure,
                cell(estimate.value()),
                cell(interval == null ? null : interval.lower()),
                cell(interval == null ? null : interval.upper()),
                cell(estimate.undefinedBecause()));
    }

    private static Object cell(@Nullable Object value) {
        return value == null ? "" : value;
    }
}
