package org.foldwise.learning.cache;

import java.util.regex.Pattern;
import org.foldwise.learning.provenance.Digest;

/**
 * Records of one sort: made in the same way, and so of the same length.
 *
 * @param kind what they are, for people: lower-case letters
 * @param fingerprint names all that decides how a record is made from its content
 * @param recordBytes length of each, 1 to 2^28
 */
public record Shelf(String kind, Digest fingerprint, int recordBytes) {
    private static final Pattern KIND = Pattern.compile("[a-z]{1,20}");
    static final int LARGEST_RECORD = 1 << 28;

    public Shelf {
        if (!KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("a shelf's kind must be 1 to 20 lower-case letters, was '" + kind + "'");
        }
        if (recordBytes < 1 || recordBytes > LARGEST_RECORD) {
            throw new IllegalArgumentException("recordBytes must be 1 to " + LARGEST_RECORD + ", was " + recordBytes);
        }
    }

    /** Name of its folder. */
    String folder() {
        return kind + "-" + fingerprint;
    }
}
