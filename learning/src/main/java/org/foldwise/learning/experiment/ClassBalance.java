package org.foldwise.learning.experiment;

/**
 * How many images of a binary task are of which class.
 *
 * @param negatives 0 or more
 * @param positives 0 or more
 */
public record ClassBalance(long negatives, long positives) {
    public ClassBalance {
        if (negatives < 0 || positives < 0) {
            throw new IllegalArgumentException("counts must be 0 or more, were " + negatives + " and " + positives);
        }
    }

    /** Whether there are images of both. */
    public boolean hasBoth() {
        return negatives > 0 && positives > 0;
    }

    @Override
    public String toString() {
        return negatives + " negative and " + positives + " positive";
    }
}
