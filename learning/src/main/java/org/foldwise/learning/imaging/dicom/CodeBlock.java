package org.foldwise.learning.imaging.dicom;

import java.util.ArrayList;
import java.util.List;

/** A rectangle of a sub-band whose bit planes are coded together, and what the packets have told about it so far. */
final class CodeBlock {
    private static final int FIRST_LENGTH_BITS = 3;
    private static final int MAXIMUM_LENGTH_BITS = 24;

    private final int x;
    private final int y;
    private final int width;
    private final int height;
    private final List<Span> parts = new ArrayList<>();
    private int planes = -1;
    private int lengthBits = FIRST_LENGTH_BITS;
    private int passes;
    private int announced;

    /** @param x of its left among the coefficients of the component, as {@code y} of its top */
    CodeBlock(int x, int y, int width, int height) {
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
    }

    int x() {
        return x;
    }

    int y() {
        return y;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    boolean isIncluded() {
        return planes >= 0;
    }

    /** Bit planes that are coded. */
    int planes() {
        return planes;
    }

    void include(int codedPlanes) {
        planes = codedPlanes;
    }

    int passes() {
        return passes;
    }

    /** Reads how many passes a packet adds and how many bytes they take. */
    void announce(PacketBits bits) {
        int added = passes(bits);
        if (passes + added > 3 * planes - 2) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 code block has more passes than bit planes");
        }
        while (bits.bit() == 1) {
            lengthBits++;
        }
        int size = lengthBits + 31 - Integer.numberOfLeadingZeros(added);
        if (size > MAXIMUM_LENGTH_BITS) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 code block is larger than any image");
        }
        announced = bits.bits(size);
        passes += added;
    }

    private static int passes(PacketBits bits) {
        if (bits.bit() == 0) {
            return 1;
        }
        if (bits.bit() == 0) {
            return 2;
        }
        int few = bits.bits(2);
        if (few < 3) {
            return 3 + few;
        }
        int some = bits.bits(5);
        return some < 31 ? 6 + some : 37 + bits.bits(7);
    }

    /** Takes the announced bytes out of the packet's body. */
    void take(PacketBits body) {
        if (announced > 0) {
            parts.add(new Span(body.take(announced), announced));
            announced = 0;
        }
    }

    /** The coded bytes of all packets. */
    byte[] data(byte[] tile) {
        int length = 0;
        for (Span part : parts) {
            length += part.length();
        }
        byte[] data = new byte[length];
        int to = 0;
        for (Span part : parts) {
            System.arraycopy(tile, part.offset(), data, to, part.length());
            to += part.length();
        }
        return data;
    }
}
