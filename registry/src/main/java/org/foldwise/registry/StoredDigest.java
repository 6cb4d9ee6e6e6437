package org.foldwise.registry;

import org.foldwise.learning.provenance.Digest;

/** Reads digests as the database keeps them, which is by their hexadecimal digits. */
public final class StoredDigest {
    private StoredDigest() {}

    /**
     * The digest of a column.
     *
     * @throws RecordTamperedException if it is none, which a constraint of each column keeps out
     */
    public static Digest of(String hex) {
        try {
            return new Digest(hex);
        } catch (IllegalArgumentException e) {
            throw new RecordTamperedException("A record", "one of its digests is none", e);
        }
    }
}
