package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.dataset.Task;

/** From the logits of an image to probabilities, as its task asks for them. */
public final class Probabilities {
    private Probabilities() {}

    /**
     * One probability for each output: by {@link Sigmoid} in binary and multi-label tasks, by softmax where several classes exclude
     * each other. In strict double arithmetic: the same on every machine.
     *
     * @param logits count x outputs, row-major
     * @param image which row
     * @param outputs of the network
     */
    public static List<Double> of(Task task, float[] logits, int image, int outputs) {
        List<Double> probabilities = new ArrayList<>(outputs);
        int from = image * outputs;
        if (task != Task.MULTICLASS) {
            for (int output = 0; output < outputs; output++) {
                probabilities.add(Sigmoid.of(logits[from + output]));
            }
            return probabilities;
        }
        double largest = Double.NEGATIVE_INFINITY;
        for (int output = 0; output < outputs; output++) {
            largest = Math.max(largest, logits[from + output]);
        }
        double sum = 0;
        for (int output = 0; output < outputs; output++) {
            double exp = StrictMath.exp(logits[from + output] - largest);
            probabilities.add(exp);
            sum += exp;
        }
        double total = sum;
        probabilities.replaceAll(exp -> exp / total);
        return probabilities;
    }
}
