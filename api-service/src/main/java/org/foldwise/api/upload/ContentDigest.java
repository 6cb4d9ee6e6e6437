package org.foldwise.api.upload;

import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foldwise.api.problem.ProblemType;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/** The header {@code Content-Digest} (RFC 9530), by which a client makes sure that its bytes arrive as it sent them. */
public final class ContentDigest {
    public static final String HEADER = "Content-Digest";

    private static final Pattern SHA_256 = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/=]{1,100}):");

    private ContentDigest() {}

    /**
     * Compares what came with what the header claims; a header without a SHA-256 claims nothing.
     *
     * @throws RefusedException if they differ
     */
    public static void requireMatch(@Nullable String header, Digest actual) {
        if (header == null) {
            return;
        }
        Matcher claim = SHA_256.matcher(header);
        String expected = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(actual.hex()));
        if (claim.find() && !claim.group(1).equals(expected)) {
            throw new RefusedException(
                    ProblemType.DIGEST_MISMATCH, "The body's SHA-256 is not the one of its Content-Digest header.");
        }
    }
}
