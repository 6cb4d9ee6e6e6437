package org.foldwise.learning.metrics.recalibration;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.recalibration.Recalibration.Isotonic;
import org.foldwise.learning.metrics.recalibration.Recalibration.Monotone;
import org.foldwise.learning.metrics.recalibration.Recalibration.Platt;

/**
 * A map for each of several exclusive classes against all others, and what becomes of their probabilities divided by their sum (Zadrozny
 * and Elkan 2002, Transforming Classifier Scores into Accurate Multiclass Probability Estimates), as scikit-learn's {@code
 * CalibratedClassifierCV} does: where the sum is 0 all classes get the same. Another class may become the most probable.
 *
 * @param classes of each class, in order, a map of one method: sigmoids or isotonic ones
 */
public record ClassRecalibration(List<Monotone> classes) implements Recalibration {
    public ClassRecalibration {
        classes = List.copyOf(classes);
        if (!classes.stream().allMatch(Platt.class::isInstance)
                && !classes.stream().allMatch(Isotonic.class::isInstance)) {
            throw new IllegalArgumentException("classes must all be sigmoids or all be isotonic, were " + classes);
        }
        if (!Task.MULTICLASS.allows(classes.size())) {
            throw new IllegalArgumentException(
                    "classes must be " + Task.MULTICLASS.allowedClasses() + ", were " + classes.size());
        }
    }

    @Override
    public boolean fits(Task task, int count) {
        return task == Task.MULTICLASS && count == classes.size();
    }

    @Override
    public List<Double> applyToOutputs(List<Double> outputs) {
        double[] mapped = new double[classes.size()];
        double sum = 0;
        for (int k = 0; k < mapped.length; k++) {
            mapped[k] = classes.get(k).apply(outputs.get(k));
            sum += mapped[k];
        }
        List<Double> recalibrated = new ArrayList<>();
        for (double one : mapped) {
            recalibrated.add(sum == 0 ? 1.0 / mapped.length : one / sum);
        }
        return List.copyOf(recalibrated);
    }
}
