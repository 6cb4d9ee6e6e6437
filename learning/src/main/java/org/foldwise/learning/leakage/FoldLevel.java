package org.foldwise.learning.leakage;

/** What a fold keeps together. */
public enum FoldLevel {
    /** Nothing: each image is dealt by itself, whoever's it is and whatever it is a copy of. */
    IMAGE,
    /** Patients, and patients who share images: what every other split of this program does. */
    PATIENT
}
