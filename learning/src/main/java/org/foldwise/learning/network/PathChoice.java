package org.foldwise.learning.network;

import org.foldwise.learning.experiment.Precision;
import org.jspecify.annotations.Nullable;

/**
 * By what a training is computed, and why. The kernels call operations that are nobody's public interface, so another libtorch may lack
 * them or mean something else by them; a training then falls back to the blocks.
 *
 * @param taken by what it is computed
 * @param reason in words, for the record
 */
public record PathChoice(TrainingPath taken, String reason) {
    /** Where nothing is in the way. */
    static final PathChoice KERNELS =
            new PathChoice(TrainingPath.KERNELS, "a probe has found that they compute what the blocks do");

    /** Where the engine does not take them. */
    static final PathChoice REFUSED = new PathChoice(TrainingPath.BLOCKS, "the engine does not take the kernels here");

    /**
     * Where a probe was carried out to its end.
     *
     * @param difference what the kernels compute otherwise than the blocks, in words; absent where nothing
     */
    static PathChoice of(@Nullable String difference) {
        return difference == null
                ? KERNELS
                : new PathChoice(
                        TrainingPath.BLOCKS, "the kernels compute otherwise than the blocks here: " + difference);
    }

    /** The precision on this path, where the other one would have {@code ofKernels}. */
    public PrecisionChoice precision(PrecisionChoice ofKernels) {
        return taken == TrainingPath.BLOCKS && ofKernels.taken() != Precision.FLOAT32
                ? new PrecisionChoice(Precision.FLOAT32, reason + ", and the blocks compute in float32")
                : ofKernels;
    }
}
