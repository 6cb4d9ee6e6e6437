package org.foldwise.learning.network;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By what trainings are computed in this process, found out when somebody asks for it. That the engine does not take the kernels, and
 * what they compute, is so for as long as the process lives. A probe that breaks off says nothing about either: memory may have been
 * short for a moment. Trainings then go by blocks, and the next one has the probe carried out anew.
 */
final class ProvisionalPath {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProvisionalPath.class);

    private static final int LONGEST_REASON = 200;

    private final Supplier<@Nullable String> probe;
    private @Nullable PathChoice found;

    /**
     * Nothing found yet.
     *
     * @param probe says in words what the kernels compute otherwise than the blocks, null where nothing
     */
    ProvisionalPath(Supplier<@Nullable String> probe) {
        this.probe = probe;
    }

    /** The path to take by now. */
    synchronized PathChoice get() {
        PathChoice known = found;
        if (known != null) {
            return known;
        }
        try {
            found = PathChoice.of(probe.get());
        } catch (RefusedArchiveException | LinkageError e) {
            LOGGER.warn("the kernels cannot be used", e);
            found = PathChoice.REFUSED;
        } catch (RuntimeException e) {
            LOGGER.warn("the kernels could not be compared with the blocks, which are taken until that succeeds", e);
            return new PathChoice(
                    TrainingPath.BLOCKS, "the kernels could not be compared with the blocks: " + firstLine(e));
        }
        return found;
    }

    /** libtorch's messages go on with where in its own code they come from. */
    private static String firstLine(RuntimeException failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }
}
