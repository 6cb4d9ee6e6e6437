package org.foldwise.registry.split;

import org.foldwise.learning.provenance.Digest;

/** The members of a stored split are not those that were stored: somebody changed them past the database's triggers. */
public final class SplitTamperedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SplitTamperedException(PatientSplit split, String found) {
        super(split + " was stored with digest " + split.digest() + " but " + found);
    }

    SplitTamperedException(PatientSplit split, Digest actual) {
        this(split, "has " + actual);
    }
}
