package org.foldwise.learning.split;

/** What a patient's images are used for within one fold. */
public enum Role {
    /** Weights are fitted on these, and only these images are ever augmented. */
    TRAIN,
    /** Early stopping, schedules, thresholds and calibration look at these. */
    VALIDATION,
    /** Scored once by the fold's finished model: the out-of-fold predictions of a cross-validation. */
    HELD_OUT,
    /** Locked away until a threshold is frozen; no training, search or threshold ever sees these. */
    TEST,
    /** Used for nothing: a patient on both sides of a cut by day or by site, who would carry something across it. */
    DROPPED
}
