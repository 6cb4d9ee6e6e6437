package org.foldwise.learning.experiment;

/** The classes whose training images an augmentation changes. */
public enum AugmentedClasses {
    /** Every class. */
    ALL,
    /**
     * Classes with fewer images than the most frequent one, counted over the fold's training images; none where all have the
     * same number. A change that only one class shows can become that class's sign: prefer it where images of the minority are
     * repeated, and make it such that it leaves no trace of its own.
     */
    MINORITY
}
