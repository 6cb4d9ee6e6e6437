package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;
import java.util.function.Function;

/** What layers need to know of the pass they take part in. */
final class ForwardPass {
    private final Function<String, NDArray> parameters;
    private final Consumer<String> batchCounters;
    private final boolean training;
    private final boolean normalizesByBatch;

    /**
     * @param parameters the parameter of a name
     * @param batchCounters told the name of each counter that has seen one more batch
     * @param training whether dropout is on
     * @param normalizesByBatch whether batch normalisation uses the batch's statistics and moves the running ones
     */
    ForwardPass(
            Function<String, NDArray> parameters,
            Consumer<String> batchCounters,
            boolean training,
            boolean normalizesByBatch) {
        this.parameters = parameters;
        this.batchCounters = batchCounters;
        this.training = training;
        this.normalizesByBatch = normalizesByBatch;
    }

    NDArray parameter(String name) {
        return parameters.apply(name);
    }

    void countBatch(String name) {
        batchCounters.accept(name);
    }

    boolean training() {
        return training;
    }

    boolean normalizesByBatch() {
        return normalizesByBatch;
    }
}
