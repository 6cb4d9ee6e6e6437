package org.foldwise.learning.imaging.dicom;

/** The bits of packet headers: after a byte of ones the next one has seven (ITU-T T.800, B.10.1). */
final class PacketBits {
    private final byte[] bytes;
    private int at;
    private int present;
    private int left;

    PacketBits(byte[] bytes) {
        this.bytes = bytes;
    }

    int bit() {
        if (left == 0) {
            if (at >= bytes.length) {
                throw UnreadableDicomException.truncated("a JPEG 2000 packet does");
            }
            left = present == 0xFF ? 7 : 8;
            present = bytes[at++] & 0xFF;
            if (left == 7 && present > 0x7F) {
                throw UnreadableDicomException.corrupt("a JPEG 2000 packet header holds a marker");
            }
        }
        left--;
        return (present >> left) & 1;
    }

    /** An unsigned number of up to 31 bits. */
    int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 1) | bit();
        }
        return value;
    }

    /** Goes to the byte behind a header. */
    void align() {
        if (present == 0xFF) {
            at++;
        }
        present = 0;
        left = 0;
    }

    /** Passes over a marker segment if it comes next. */
    void skip(int marker, int length) {
        if (bytes.length - at >= length
                && (bytes[at] & 0xFF) == marker >> 8
                && (bytes[at + 1] & 0xFF) == (marker & 0xFF)) {
            at += length;
        }
    }

    /** Takes bytes, whose offset it answers. */
    int take(int count) {
        if (bytes.length - at < count) {
            throw UnreadableDicomException.truncated("the code blocks of a JPEG 2000 packet do");
        }
        int from = at;
        at += count;
        return from;
    }

    /** Bytes that nobody has asked for. */
    int remaining() {
        return bytes.length - at;
    }
}
