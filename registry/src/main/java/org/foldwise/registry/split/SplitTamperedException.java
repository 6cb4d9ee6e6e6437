package org.foldwise.registry.split;

import java.util.UUID;
import org.foldwise.learning.provenance.Digest;

/** A stored split is not what was stored: somebody changed it past the database's triggers. */
public final class SplitTamperedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UUID split;
    private final String reason;

    SplitTamperedException(PatientSplit split, String found) {
        super(split + " was stored with digest " + split.digest() + " but " + found);
        this.split = split.id();
        this.reason = found;
    }

    SplitTamperedException(PatientSplit split, Digest actual) {
        this(split, "its members have the digest " + actual);
    }

    /** Which split. */
    public UUID split() {
        return split;
    }

    /** What was found to be wrong with it, for people, without patient data. */
    public String reason() {
        return reason;
    }
}
