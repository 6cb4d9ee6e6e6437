package org.foldwise.learning.split;

/** What keeps images together: whatever shares one of these is never divided between roles. */
public enum Bond {
    /**
     * The images of one patient, also under several ids where the files themselves say so, and with them those of one examination: an
     * examination is of one patient.
     */
    PATIENT,
    /** Byte-identical images, and those that the dataset knows to show the same exposure. */
    DUPLICATES,
    /** The images of one site. */
    SITE
}
