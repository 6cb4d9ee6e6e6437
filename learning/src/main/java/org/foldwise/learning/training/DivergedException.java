package org.foldwise.learning.training;

/**
 * A training ended because its loss was no longer a finite number, or far above that of chance; usually the learning rate is too
 * high. What listeners were told of earlier epochs holds, and so do their checkpoints.
 */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int epochIndex;

    private DivergedException(int epochIndex, String message) {
        super(message + "; " + (epochIndex == 0 ? "no epoch" : "epoch " + epochIndex) + " is the last good one");
        this.epochIndex = epochIndex;
    }

    static DivergedException inTraining(int epochIndex, int step, double loss) {
        return new DivergedException(epochIndex, "the loss became " + loss + at(epochIndex, step));
    }

    static DivergedException exploded(int epochIndex, int step, double loss, double chance) {
        return new DivergedException(
                epochIndex,
                "the loss exploded to " + loss + at(epochIndex, step) + ", where an answer without information has "
                        + chance);
    }

    static DivergedException unscalable(int epochIndex, int step) {
        return new DivergedException(
                epochIndex, "gradients left the range of float16" + at(epochIndex, step) + " without any scaling");
    }

    static DivergedException inValidation(int epochIndex, double loss) {
        return new DivergedException(
                epochIndex, "the validation loss became " + loss + " after epoch " + (epochIndex + 1));
    }

    /** Messages are for people, who count from 1. */
    private static String at(int epochIndex, int step) {
        return " in epoch " + (epochIndex + 1) + " at batch " + (step + 1);
    }

    /** The epoch in which it happened, 0, 1, ... */
    public int epochIndex() {
        return epochIndex;
    }
}
