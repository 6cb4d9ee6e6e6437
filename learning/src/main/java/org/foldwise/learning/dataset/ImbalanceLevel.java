package org.foldwise.learning.dataset;

/** How unequal the classes of a cohort are, by the largest class's images per image of the smallest. */
public enum ImbalanceLevel {
    /** At most 3 : 1. */
    MILD,
    /** Above 3 : 1, at most 10 : 1. */
    MODERATE,
    /** Above 10 : 1. */
    SEVERE;

    private static final double MODERATE_ABOVE = 3;
    private static final double SEVERE_ABOVE = 10;

    /**
     * The level of an imbalance.
     *
     * @param ratio images of the largest class per image of the smallest, 1 or more
     */
    public static ImbalanceLevel of(double ratio) {
        if (!(ratio >= 1)) {
            throw new IllegalArgumentException("an imbalance ratio must be 1 or more, was " + ratio);
        }
        if (ratio > SEVERE_ABOVE) {
            return SEVERE;
        }
        return ratio > MODERATE_ABOVE ? MODERATE : MILD;
    }
}
