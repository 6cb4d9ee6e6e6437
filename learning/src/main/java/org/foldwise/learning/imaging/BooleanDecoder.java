package org.foldwise.learning.imaging;

/** VP8's arithmetic decoder (RFC 6386, section 7) over a part of a file. A bit that the part does not hold refuses the image. */
final class BooleanDecoder {
    private static final int EVEN = 128;
    private static final int PADDING = 8;

    private final byte[] file;
    private final int end;
    private int position;
    /** The window; its upper 8 bits, above {@code spare} others, are what is compared. */
    private int value;

    private int spare = -8;
    private int range = 255;

    BooleanDecoder(byte[] file, FileSpan span) {
        this.file = file;
        this.position = span.offset();
        this.end = span.offset() + span.length();
    }

    /**
     * The next bit.
     *
     * @param probability that it is not set, in 256ths
     */
    boolean bit(int probability) {
        while (spare < 0) {
            if (position == end) {
                throw WebpFile.truncated();
            }
            value = value << 8 | (file[position++] & 0xFF);
            spare += 8;
        }
        int split = 1 + (((range - 1) * probability) >> 8);
        boolean set = value >> spare >= split;
        if (set) {
            value -= split << spare;
            range -= split;
        } else {
            range = split;
        }
        int shift = Integer.numberOfLeadingZeros(range) - 24;
        range <<= shift;
        spare -= shift;
        return set;
    }

    /** Refuses a part that goes on behind what was read from it, as damaged ones mostly do; encoders leave some bytes. */
    void requireEnd() {
        if (end - position > PADDING) {
            throw WebpFile.corrupt("a partition goes on behind its last block");
        }
    }

    boolean flag() {
        return bit(EVEN);
    }

    /** An unsigned number, its highest bit first. */
    int number(int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | (flag() ? 1 : 0);
        }
        return number;
    }

    /** A number followed by its sign. */
    int signed(int bits) {
        int number = number(bits);
        return flag() ? -number : number;
    }

    /** A number with its sign if a flag says so, else 0. */
    int optional(int bits) {
        return flag() ? signed(bits) : 0;
    }
}
