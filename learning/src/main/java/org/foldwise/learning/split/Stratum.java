package org.foldwise.learning.split;

/** What every part of a split should have in the same shares as the whole. */
public enum Stratum {
    /** The labels, of images and of patients. */
    LABEL,
    /** The sites. */
    SITE
}
