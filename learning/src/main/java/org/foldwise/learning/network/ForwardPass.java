package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;
import java.util.function.Function;

/** What layers need to know of the pass they take part in. */
final class ForwardPass {
    private final Function<String, NDArray> parameters;
    private final Consumer<String> batchCounters;
    private final Arithmetic arithmetic;
    private final ActivationArithmetic activations;
    private final boolean training;

    /**
     * @param parameters the parameter of a name
     * @param batchCounters told the name of each counter that has seen one more batch
     * @param arithmetic how products with weights are computed
     * @param activations how activations of feature maps are computed
     * @param training whether dropout is on, and batch normalisation uses the batch's statistics and moves the running ones
     */
    ForwardPass(
            Function<String, NDArray> parameters,
            Consumer<String> batchCounters,
            Arithmetic arithmetic,
            ActivationArithmetic activations,
            boolean training) {
        this.parameters = parameters;
        this.batchCounters = batchCounters;
        this.arithmetic = arithmetic;
        this.activations = activations;
        this.training = training;
    }

    NDArray parameter(String name) {
        return parameters.apply(name);
    }

    void countBatch(String name) {
        batchCounters.accept(name);
    }

    Arithmetic arithmetic() {
        return arithmetic;
    }

    ActivationArithmetic activations() {
        return activations;
    }

    boolean training() {
        return training;
    }
}
