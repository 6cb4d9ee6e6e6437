package org.foldwise.learning.experiment;

/**
 * A beginning at a lower learning rate, which grows from update to update along a straight line until the schedule takes over,
 * as PyTorch's LinearLR in front of it.
 *
 * @param epochs that it lasts, 0 to 1000; 0 means that there is none
 * @param startFactor the first update's rate as a share of the optimizer's, in (0, 1]
 */
public record WarmUpSpec(int epochs, double startFactor) {
    /** No warm-up. */
    public static final WarmUpSpec NONE = new WarmUpSpec(0, 0.1);

    public WarmUpSpec {
        if (epochs < 0 || epochs > 1000) {
            throw new IllegalArgumentException("warmUp.epochs must be 0 to 1000, was " + epochs);
        }
        if (!(startFactor > 0 && startFactor <= 1)) {
            throw new IllegalArgumentException("warmUp.startFactor must be in (0, 1], was " + startFactor);
        }
    }

    /** How many of so many epochs are left for the schedule behind the warm-up; at least 1. */
    public int epochsBehind(int planned) {
        return Math.max(1, planned - epochs);
    }

    /**
     * What the rate is multiplied by.
     *
     * @param updates made so far
     * @param total updates of the whole warm-up
     */
    public double factor(long updates, long total) {
        return updates >= total ? 1 : startFactor + (1 - startFactor) * updates / total;
    }
}
