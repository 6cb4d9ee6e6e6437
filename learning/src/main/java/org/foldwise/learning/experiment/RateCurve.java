package org.foldwise.learning.experiment;

/** A learning rate that follows from the number of epochs alone. */
public interface RateCurve {
    /**
     * The rate of the coming epoch.
     *
     * @param initialRate of the first epoch
     * @param epochs finished so far, 0 or more
     */
    double rate(double initialRate, int epochs);
}
