package org.foldwise.learning.quality;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Finds all hashes within 7 bits of one, without comparing it with every other: of four parts of 16 bits at least one then differs in
 * at most one bit, so 4 x 17 short lists hold every candidate (Norouzi, Punjani and Fleet 2012, Fast Search in Hamming Space with
 * Multi-Index Hashing). Takes 8 bytes a hash and part.
 */
final class HashIndex {
    /** The largest distance that is found without a miss. */
    static final int RADIUS = 7;
    /** The largest distance of hashes that are close. */
    static final int CLOSE = 3;

    private static final int PARTS = 4;
    private static final int BITS = 16;
    private static final int KEYS = 1 << BITS;

    private final long[] hashes;
    /** For each part: where the list of each key begins in {@link #members}. */
    private final int[][] starts = new int[PARTS][KEYS + 1];

    private final int[][] members;

    HashIndex(long[] hashes) {
        this(hashes, IntStream.range(0, hashes.length).toArray());
    }

    /** Of the hashes at some positions alone. */
    HashIndex(long[] hashes, int[] positions) {
        this.hashes = hashes.clone();
        this.members = new int[PARTS][positions.length];
        for (int part = 0; part < PARTS; part++) {
            int[] start = starts[part];
            for (int position : positions) {
                start[key(hashes[position], part) + 1]++;
            }
            for (int key = 0; key < KEYS; key++) {
                start[key + 1] += start[key];
            }
            int[] next = start.clone();
            for (int position : positions) {
                members[part][next[key(hashes[position], part)]++] = position;
            }
        }
    }

    private static int key(long hash, int part) {
        return (int) (hash >>> (part * BITS)) & (KEYS - 1);
    }

    /** Tells the positions of all hashes within {@link #RADIUS} bits, in any order, each possibly more than once. */
    void within(long hash, IntConsumer found) {
        for (int part = 0; part < PARTS; part++) {
            int key = key(hash, part);
            tell(part, key, hash, RADIUS, found);
            for (int bit = 0; bit < BITS; bit++) {
                tell(part, key ^ 1 << bit, hash, RADIUS, found);
            }
        }
    }

    /** The same within {@link #CLOSE} bits: of four parts one then does not differ, so 4 lists hold every candidate. */
    void close(long hash, IntConsumer found) {
        for (int part = 0; part < PARTS; part++) {
            tell(part, key(hash, part), hash, CLOSE, found);
        }
    }

    private void tell(int part, int key, long hash, int radius, IntConsumer found) {
        int[] list = members[part];
        for (int i = starts[part][key]; i < starts[part][key + 1]; i++) {
            if (Long.bitCount(hashes[list[i]] ^ hash) <= radius) {
                found.accept(list[i]);
            }
        }
    }
}
