package org.foldwise.learning.imaging;

/** Bits of a part of a file, the lowest of a byte first, as WebP's lossless coding packs them. */
final class Vp8lBits {
    private final byte[] file;
    private final int end;
    private int position;
    private long held;
    private int heldBits;

    Vp8lBits(byte[] file, FileSpan span) {
        this.file = file;
        this.position = span.offset();
        this.end = span.offset() + span.length();
    }

    /** The next bits without taking them, 0 where the part has ended; at most 24. */
    int peek(int count) {
        while (heldBits < count && position < end) {
            held |= (file[position++] & 0xFFL) << heldBits;
            heldBits += 8;
        }
        return (int) held & ((1 << count) - 1);
    }

    /** Takes bits that were looked at. */
    void skip(int count) {
        if (heldBits < count) {
            throw WebpFile.truncated();
        }
        held >>>= count;
        heldBits -= count;
    }

    /** An unsigned number, its lowest bit first; at most 24 bits. */
    int number(int count) {
        int number = peek(count);
        skip(count);
        return number;
    }

    boolean flag() {
        return number(1) != 0;
    }

    /** Whole bytes that nobody has taken. */
    int bytesLeft() {
        return end - position + heldBits / 8;
    }
}
