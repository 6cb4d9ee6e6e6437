package org.foldwise.learning.network;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.foldwise.learning.provenance.Digest;

/**
 * Independent random streams from one seed, each named by what it is for. A stream depends on seed and name alone, not on
 * what was drawn before, so that a training may stop and go on anywhere and still draw the same numbers.
 */
public final class RandomStreams {
    private RandomStreams() {}

    /** The stream of that purpose, such as {@code "weights", "classifier.1.weight"}. */
    public static SplittableRandom of(long seed, String... purpose) {
        return new SplittableRandom(seedOf(seed, purpose));
    }

    /** A seed of its own for that purpose: the first 8 bytes of the SHA-256 digest of seed and purpose. */
    public static long seedOf(long seed, String... purpose) {
        String text = seed + "\t" + String.join("\t", purpose);
        return ByteBuffer.wrap(HexFormat.of().parseHex(Digest.of(text).hex())).getLong();
    }
}
