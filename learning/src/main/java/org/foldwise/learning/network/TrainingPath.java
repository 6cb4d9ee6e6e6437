package org.foldwise.learning.network;

import java.util.Locale;

/** By what a training is computed. Both come to the same numbers but for the order of sums, and so to other last bits. */
public enum TrainingPath {
    /**
     * {@link Kernels}: channels next to each other in memory, the loss and Adam in one call each, bfloat16 and float16 where they are
     * planned.
     */
    KERNELS,
    /** DJL's own operations and nothing else: what the kernels are compared with, in float32. */
    BLOCKS;

    /** As records and documents name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
