package org.foldwise.learning.network;

import java.util.function.Supplier;
import org.foldwise.learning.experiment.Precision;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By what a training is computed, and why. The kernels call operations that are nobody's public interface, so another libtorch may lack
 * them or mean something else by them; a training then falls back to the blocks.
 *
 * @param taken by what it is computed
 * @param reason in words, for the record
 */
public record PathChoice(TrainingPath taken, String reason) {
    private static final Logger LOGGER = LoggerFactory.getLogger(PathChoice.class);

    /** Where nothing is in the way. */
    static final PathChoice KERNELS =
            new PathChoice(TrainingPath.KERNELS, "a probe has found that they compute what the blocks do");

    /**
     * The choice where a probe finds that.
     *
     * @param difference says in words what the kernels compute otherwise than the blocks, null where nothing; an exception means that
     *     they cannot be used at all
     */
    static PathChoice of(Supplier<@Nullable String> difference) {
        String found;
        try {
            found = difference.get();
        } catch (RuntimeException | LinkageError e) {
            LOGGER.warn("the kernels cannot be used", e);
            return new PathChoice(TrainingPath.BLOCKS, "the engine does not take the kernels here");
        }
        return found == null
                ? KERNELS
                : new PathChoice(TrainingPath.BLOCKS, "the kernels compute otherwise than the blocks here: " + found);
    }

    /** The precision on this path, where the other one would have {@code ofKernels}. */
    public PrecisionChoice precision(PrecisionChoice ofKernels) {
        return taken == TrainingPath.BLOCKS && ofKernels.taken() != Precision.FLOAT32
                ? new PrecisionChoice(Precision.FLOAT32, reason + ", and the blocks compute in float32")
                : ofKernels;
    }
}
