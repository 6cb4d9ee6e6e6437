package org.foldwise.learning.metrics.conformal;

import java.util.List;

/**
 * Prediction sets of labels, of which an image may show any number: for each label by itself whether it may be there, and whether it may
 * not. Promises for labels do not add up to one for the image.
 *
 * @param coverage that is promised, in (0, 1)
 * @param labels of each label, in order, limits for images {@linkplain #answers without it and with it}, or why there are none
 */
public record LabelSets(double coverage, List<PredictionSets> labels) implements PredictionSets {
    public LabelSets {
        PredictionSets.requireCoverage(coverage);
        labels = List.copyOf(labels);
        for (PredictionSets label : labels) {
            boolean isOfTwo =
                    label instanceof ConformalSets sets && sets.limits().size() == 2;
            if (!isOfTwo && !(label instanceof Undefined)) {
                throw new IllegalArgumentException(
                        "labels must have two limits each, or a reason why not, one was " + label);
            }
        }
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("labels must be 1 or more, were none");
        }
    }

    /** What is answered of a label: that the image does not show it, or does. */
    public static List<String> answers(String label) {
        return List.of("without " + label, label);
    }
}
