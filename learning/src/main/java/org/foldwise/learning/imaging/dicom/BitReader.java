package org.foldwise.learning.imaging.dicom;

/**
 * Bits of entropy-coded data, the highest first. A byte 0xFF is followed by a stuffed byte 0 in JPEG and by a stuffed bit 0 in
 * JPEG-LS; anything else behind it is a marker and ends the data.
 */
final class BitReader {
    private final byte[] data;
    private final boolean stuffsBits;
    private int position;
    private long buffer;
    private int available;
    private boolean previousIsFull;

    BitReader(byte[] data, int start, boolean stuffsBits) {
        this.data = data;
        this.position = start;
        this.stuffsBits = stuffsBits;
    }

    /** The next bits as a number; at most 25 at once. */
    int read(int count) {
        if (count == 0) {
            return 0;
        }
        require(count);
        available -= count;
        return (int) (buffer >>> available) & ((1 << count) - 1);
    }

    int readBit() {
        if (available == 0) {
            require(1);
        }
        available--;
        return (int) (buffer >>> available) & 1;
    }

    /** The next bits without taking them, filled up by zeros behind the end of the data. */
    int peek(int count) {
        fill(count);
        int taken = Math.min(count, available);
        int bits = (int) (buffer >>> (available - taken)) & ((1 << taken) - 1);
        return bits << (count - taken);
    }

    void skip(int count) {
        require(count);
        available -= count;
    }

    private void require(int count) {
        fill(count);
        if (available < count) {
            throw UnreadableDicomException.truncated("the coded data of a frame do");
        }
    }

    private void fill(int count) {
        while (available < count && position < data.length) {
            int next = data[position] & 0xFF;
            if (stuffsBits) {
                if (next == 0xFF && (position + 1 >= data.length || data[position + 1] < 0)) {
                    return;
                }
                int bits = previousIsFull ? 7 : 8;
                buffer = buffer << bits | next;
                available += bits;
                previousIsFull = next == 0xFF;
                position++;
                continue;
            }
            if (next == 0xFF) {
                if (position + 1 >= data.length || data[position + 1] != 0) {
                    return;
                }
                position++;
            }
            buffer = buffer << 8 | next;
            available += 8;
            position++;
        }
    }

    /** A position behind the data that were read and not behind the next marker. */
    int position() {
        return position;
    }

    /** Goes on behind a restart marker. */
    void restartAt(int start) {
        position = start;
        available = 0;
        buffer = 0;
        previousIsFull = false;
    }
}
