package org.foldwise.learning.metrics.recalibration;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.recalibration.Recalibration.Kept;
import org.foldwise.learning.metrics.recalibration.Recalibration.Monotone;
import org.foldwise.learning.metrics.recalibration.Recalibration.None;

/**
 * A map for each label by itself.
 *
 * @param labels of each label, in order, a map of one method, or why its probability stays
 */
public record LabelRecalibration(List<Monotone> labels) implements Recalibration {
    public LabelRecalibration {
        labels = List.copyOf(labels);
        long methods = labels.stream()
                .filter(label -> !(label instanceof Kept))
                .map(Object::getClass)
                .distinct()
                .count();
        if (methods != 1 || labels.stream().anyMatch(None.class::isInstance)) {
            throw new IllegalArgumentException(
                    "labels must have maps of one method, or a reason why not, and one a map, were " + labels);
        }
    }

    @Override
    public boolean fits(Task task, int classes) {
        return task == Task.MULTILABEL && classes == labels.size();
    }

    @Override
    public List<Double> applyToOutputs(List<Double> outputs) {
        List<Double> recalibrated = new ArrayList<>();
        for (int k = 0; k < labels.size(); k++) {
            recalibrated.add(labels.get(k).apply(outputs.get(k)));
        }
        return List.copyOf(recalibrated);
    }
}
