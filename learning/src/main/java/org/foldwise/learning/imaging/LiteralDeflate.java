package org.foldwise.learning.imaging;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Deflate (RFC 1951) of literals alone: one block with its own Huffman code and no back references. Simple enough to give the
 * same bytes everywhere.
 */
final class LiteralDeflate {
    private static final int END_OF_BLOCK = 256;
    private static final int SYMBOLS = 257;
    private static final int MAXIMUM_CODE_LENGTH = 15;
    /** In the table of code lengths every length takes four bits: its own number, read from the high bit. */
    private static final int LENGTH_CODE_BITS = 4;
    /** RFC 1951's order in which the lengths of the length codes are sent; 16, 17 and 18 (runs) are not used. */
    private static final int[] LENGTH_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

    private byte[] out;
    private int size;
    private int bitBuffer;
    private int bitCount;

    private LiteralDeflate(int expected) {
        out = new byte[expected];
    }

    static byte[] encode(byte[] data) {
        int[] lengths = codeLengths(frequencies(data));
        int[] codes = codes(lengths);
        LiteralDeflate deflate = new LiteralDeflate(data.length + 512);
        deflate.writeTables(lengths);
        for (byte value : data) {
            deflate.writeBits(codes[value & 0xFF], lengths[value & 0xFF]);
        }
        deflate.writeBits(codes[END_OF_BLOCK], lengths[END_OF_BLOCK]);
        deflate.writeBits(0, 7);
        return Arrays.copyOf(deflate.out, deflate.size);
    }

    /** Block header for a last, dynamic block of 257 literal codes and one distance code that is never used. */
    private void writeTables(int[] lengths) {
        writeBits(1, 1);
        writeBits(2, 2);
        writeBits(0, 5);
        writeBits(0, 5);
        writeBits(LENGTH_ORDER.length - 4, 4);
        for (int symbol : LENGTH_ORDER) {
            writeBits(symbol < 16 ? LENGTH_CODE_BITS : 0, 3);
        }
        for (int length : lengths) {
            writeBits(reversed(length, LENGTH_CODE_BITS), LENGTH_CODE_BITS);
        }
        writeBits(reversed(1, LENGTH_CODE_BITS), LENGTH_CODE_BITS);
    }

    private void writeBits(int bits, int count) {
        bitBuffer |= bits << bitCount;
        bitCount += count;
        while (bitCount >= 8) {
            if (size == out.length) {
                out = Arrays.copyOf(out, 2 * size);
            }
            out[size++] = (byte) bitBuffer;
            bitBuffer >>>= 8;
            bitCount -= 8;
        }
    }

    private static long[] frequencies(byte[] data) {
        long[] frequencies = new long[SYMBOLS];
        for (byte value : data) {
            frequencies[value & 0xFF]++;
        }
        frequencies[END_OF_BLOCK] = 1;
        return frequencies;
    }

    /** Huffman's code lengths; where one grows too long, frequencies are flattened and the tree built anew. */
    private static int[] codeLengths(long[] frequencies) {
        long[] flattened = frequencies.clone();
        while (true) {
            int[] lengths = treeDepths(flattened);
            if (Arrays.stream(lengths).max().orElse(0) <= MAXIMUM_CODE_LENGTH) {
                return lengths;
            }
            for (int i = 0; i < SYMBOLS; i++) {
                flattened[i] = (flattened[i] + 1) / 2;
            }
        }
    }

    private record Node(long frequency, int order, int symbol, @Nullable Node left, @Nullable Node right) {}

    private static int[] treeDepths(long[] frequencies) {
        PriorityQueue<Node> queue =
                new PriorityQueue<>(Comparator.comparingLong(Node::frequency).thenComparingInt(Node::order));
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            if (frequencies[symbol] > 0) {
                queue.add(new Node(frequencies[symbol], symbol, symbol, null, null));
            }
        }
        int order = SYMBOLS;
        Node root = queue.remove();
        while (!queue.isEmpty()) {
            Node other = queue.remove();
            queue.add(new Node(root.frequency() + other.frequency(), order++, -1, root, other));
            root = queue.remove();
        }
        int[] depths = new int[SYMBOLS];
        setDepths(root, 0, depths);
        return depths;
    }

    private static void setDepths(@Nullable Node node, int depth, int[] depths) {
        if (node == null) {
            return;
        }
        if (node.symbol() >= 0) {
            depths[node.symbol()] = depth;
        }
        setDepths(node.left(), depth + 1, depths);
        setDepths(node.right(), depth + 1, depths);
    }

    /** The canonical code of RFC 1951, section 3.2.2, with bits reversed as deflate stores them. */
    private static int[] codes(int[] lengths) {
        int[] codes = new int[SYMBOLS];
        int code = 0;
        for (int length = 1; length <= MAXIMUM_CODE_LENGTH; length++) {
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                if (lengths[symbol] == length) {
                    codes[symbol] = reversed(code++, length);
                }
            }
            code <<= 1;
        }
        return codes;
    }

    private static int reversed(int bits, int count) {
        return Integer.reverse(bits) >>> (32 - count);
    }
}
