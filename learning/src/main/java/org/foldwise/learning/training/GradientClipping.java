package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Map;

/**
 * Cuts all gradients together to a length (Pascanu et al., 2013, On the Difficulty of Training Recurrent Neural Networks), as
 * {@code torch.nn.utils.clip_grad_norm_}: where the Euclidean norm n of all of them exceeds the limit c, each is multiplied by
 * {@code c / (n + 1e-6)}. DJL's own clipping cuts single values, and those from above only.
 */
final class GradientClipping {
    private static final double EPSILON = 1e-6;

    private GradientClipping() {}

    /**
     * Cuts the gradients in place.
     *
     * @param parameters that have gradients
     * @param limit above 0
     * @return the norm before
     */
    static double clip(Map<String, NDArray> parameters, double limit) {
        double squares = 0;
        for (NDArray parameter : parameters.values()) {
            try (NDArray gradient = parameter.getGradient();
                    NDArray norm = gradient.norm()) {
                double length = norm.getDataType() == DataType.FLOAT64 ? norm.getDouble() : norm.getFloat();
                squares += length * length;
            }
        }
        double norm = Math.sqrt(squares);
        double factor = limit / (norm + EPSILON);
        if (factor < 1) {
            for (NDArray parameter : parameters.values()) {
                try (NDArray gradient = parameter.getGradient()) {
                    gradient.muli(factor);
                }
            }
        }
        return norm;
    }
}
