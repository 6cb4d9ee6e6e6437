package org.foldwise.learning.training;

/** A training ended because its loss was no longer a finite number; usually the learning rate is too high. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int epochIndex;

    private DivergedException(int epochIndex, String message) {
        super(message);
        this.epochIndex = epochIndex;
    }

    static DivergedException inTraining(int epochIndex, int step, double loss) {
        return new DivergedException(
                epochIndex, "the loss became " + loss + " in epoch " + epochIndex + " at step " + step);
    }

    static DivergedException inValidation(int epochIndex, double loss) {
        return new DivergedException(epochIndex, "the validation loss became " + loss + " after epoch " + epochIndex);
    }

    /** The epoch in which it happened, 0, 1, ... */
    public int epochIndex() {
        return epochIndex;
    }
}
