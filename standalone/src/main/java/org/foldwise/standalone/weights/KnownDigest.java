package org.foldwise.standalone.weights;

/**
 * What is known of a file's SHA-256: all of it where an operator has described the file, and how it begins where a publisher's name of
 * the file says that.
 *
 * @param prefix hexadecimal digits, up to 64
 */
record KnownDigest(String prefix) {
    /** Of a whole digest. */
    private static final int DIGITS = 64;

    /** Whether a file of that digest, 64 hexadecimal digits, may be it. */
    boolean isOf(String digest) {
        return digest.startsWith(prefix);
    }

    /** In words, behind "its SHA-256". */
    String is() {
        return (isWhole() ? "is " : "begins with ") + prefix;
    }

    /** In words, behind what it is instead. */
    String shouldBe() {
        return (isWhole() ? "should be " : "should begin with ") + prefix;
    }

    private boolean isWhole() {
        return prefix.length() == DIGITS;
    }
}
