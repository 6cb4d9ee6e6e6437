package org.foldwise.learning.provenance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest, the name by which data, splits, plans and weights are known.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!SHA_256.matcher(hex).matches()) {
            throw new IllegalArgumentException("digest must be 64 lower-case hexadecimal digits, was '" + hex + "'");
        }
    }

    /** The digest of {@code bytes} as they are. */
    public static Digest of(byte[] bytes) {
        return of(newMessageDigest(), bytes);
    }

    /** The digest of a text in UTF-8. */
    public static Digest of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The digest of a list of lines in UTF-8, each ended by a line feed. Lines must not hold line feeds themselves. */
    public static Digest ofLines(Iterable<String> lines) {
        MessageDigest sha256 = newMessageDigest();
        for (String line : lines) {
            if (line.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("a line of a digest must not hold a line feed");
            }
            sha256.update(line.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) '\n');
        }
        return finish(sha256);
    }

    /** Ends an incremental computation that was begun with {@link #newMessageDigest()}. */
    public static Digest finish(MessageDigest sha256) {
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** A fresh SHA-256 computation, for streams. */
    public static MessageDigest newMessageDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Digest of(MessageDigest sha256, byte[] bytes) {
        sha256.update(bytes);
        return finish(sha256);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
