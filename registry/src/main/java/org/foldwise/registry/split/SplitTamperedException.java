package org.foldwise.registry.split;

import org.foldwise.learning.provenance.Digest;
import org.foldwise.registry.RecordTamperedException;

/** A stored split is not what was stored: somebody changed it past the database's triggers. */
public final class SplitTamperedException extends RecordTamperedException {
    private static final long serialVersionUID = 1L;

    SplitTamperedException(PatientSplit split, String found) {
        super(
                split + " was stored with digest " + split.digest() + " but " + found,
                "Split " + split.id(),
                found,
                "make another split of the dataset, or restore the database");
    }

    SplitTamperedException(PatientSplit split, Digest actual) {
        this(split, "its members have the digest " + actual);
    }
}
