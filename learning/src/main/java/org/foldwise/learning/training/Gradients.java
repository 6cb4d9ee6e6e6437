package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Collection;
import java.util.Map;

/**
 * All gradients of an update together. Clipping is that of {@code torch.nn.utils.clip_grad_norm_} (Pascanu et al., 2013, On the Difficulty
 * of Training Recurrent Neural Networks); DJL's own cuts single values, and those from above only.
 */
final class Gradients {
    private static final double EPSILON = 1e-6;

    private final Collection<NDArray> parameters;

    /** @param parameters that have gradients */
    Gradients(Map<String, NDArray> parameters) {
        this.parameters = parameters.values();
    }

    /** The Euclidean norm of all of them as one vector; not finite where one of their numbers is not. */
    double norm() {
        double squares = 0;
        for (NDArray parameter : parameters) {
            try (NDArray gradient = parameter.getGradient();
                    NDArray norm = gradient.norm()) {
                double length = norm.getDataType() == DataType.FLOAT64 ? norm.getDouble() : norm.getFloat();
                squares += length * length;
            }
        }
        return Math.sqrt(squares);
    }

    void multiply(double factor) {
        for (NDArray parameter : parameters) {
            try (NDArray gradient = parameter.getGradient()) {
                gradient.muli(factor);
            }
        }
    }

    /**
     * Cuts them to a length: where their norm n exceeds the limit c, each is multiplied by {@code c / (n + 1e-6)}.
     *
     * @param limit above 0
     * @return the norm before
     */
    double clip(double limit) {
        double norm = norm();
        double factor = limit / (norm + EPSILON);
        if (factor < 1) {
            multiply(factor);
        }
        return norm;
    }
}
