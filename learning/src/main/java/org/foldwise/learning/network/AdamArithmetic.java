package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Computes Adam's steps, and makes the arrays that these need. */
public sealed interface AdamArithmetic permits Kernels, AdamBlocks {
    /**
     * The numbers of a step of Adam.
     *
     * @param step its number, from 1
     * @param decoupled whether weight decay acts on the weights themselves, as in AdamW
     */
    record AdamStep(
            long step,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            boolean decoupled,
            double epsilon) {}

    /** Zeros of an array's shape and type, as a moment of that array has to lie in memory; {@code manager} owns them. */
    NDArray zerosLike(NDArray array, NDManager manager);

    /** The values of one array as a moment of another of equal shape has to lie in memory; {@code manager} owns them. */
    NDArray laidOutLike(NDArray model, NDArray values, NDManager manager);

    /**
     * One step as {@code torch.optim.Adam} or {@code torch.optim.AdamW} takes it; the gradients stay as they are.
     *
     * @param weights changed
     * @param gradients one per weight
     * @param means running means of the gradients, changed
     * @param meanSquares running means of the squared gradients, changed
     */
    void adam(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> means,
            List<NDArray> meanSquares,
            AdamStep numbers);
}
