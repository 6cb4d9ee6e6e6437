package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A few of a network's inputs side by side, outside the heap, to be used again and again. Not safe for several threads at once.
 *
 * @param <T> one input
 */
public sealed interface InputBatch<T> permits ImageBatch, FeatureBatch {
    /** Number of inputs it holds now. */
    int count();

    /** Empties the batch; arrays made of it must be closed by now. */
    void clear();

    /** Adds an input, unless the batch is full. */
    void add(T input);

    /** The inputs in float32, the first dimension counting them, over this batch's own memory, owned by {@code manager}. */
    NDArray toArray(NDManager manager);
}
