package org.foldwise.learning.metrics.conformal;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the prediction sets of labels do, each by itself.
 *
 * @param coverage that is promised, in (0, 1)
 * @param labels in order
 */
public record LabelSetReport(double coverage, List<OfLabel> labels) implements SetReport {
    public LabelSetReport {
        labels = List.copyOf(labels);
    }

    /**
     * A label.
     *
     * @param label its name
     * @param report of images {@linkplain LabelSets#answers without it and with it}; absent exactly when {@code undefinedBecause} is given
     * @param undefinedBecause why the label has no sets
     */
    public record OfLabel(String label, @Nullable PredictionSetReport report, @Nullable String undefinedBecause) {
        public OfLabel {
            if ((report == null) == (undefinedBecause == null)) {
                throw new IllegalArgumentException("a label has either a report or a reason why it has none");
            }
        }
    }

    @Override
    public List<PredictionSetReport.OfClass> byClass() {
        return labels.stream()
                .flatMap(one -> Stream.ofNullable(one.report()))
                .flatMap(report -> report.classes().stream())
                .toList();
    }
}
