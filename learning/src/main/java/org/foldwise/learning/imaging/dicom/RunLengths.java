package org.foldwise.learning.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * RLE compression (PS3.5, annex G): a segment for every byte of every sample, the most significant byte first, each packed by
 * PackBits.
 */
final class RunLengths {
    private static final int HEADER = 64;
    private static final int MAXIMUM_SEGMENTS = 15;
    /** Two bytes stand for at most 128. */
    private static final long MAXIMUM_COMPRESSION = 64;

    private RunLengths() {}

    /** Whether a fragment begins with the header of a frame: how many segments it has, where they begin, and zeros. */
    static boolean begin(byte[] bytes, Span fragment, PixelFormat format) {
        if (fragment.length() < HEADER) {
            return false;
        }
        ByteBuffer header =
                ByteBuffer.wrap(bytes, fragment.offset(), HEADER).slice().order(ByteOrder.LITTLE_ENDIAN);
        int planes = planes(format);
        boolean begins = header.getInt(0) == planes && header.getInt(4) == HEADER;
        for (int i = planes + 1; i <= MAXIMUM_SEGMENTS; i++) {
            begins &= header.getInt(4 * i) == 0;
        }
        return begins;
    }

    private static int bytesPerSample(PixelFormat format) {
        return Math.max(1, format.bitsAllocated() / 8);
    }

    private static int planes(PixelFormat format) {
        return format.samples() * bytesPerSample(format);
    }

    /** The bytes of an uncompressed frame, little endian, the samples of a pixel next to each other. */
    static byte[] unpack(byte[] packed, PixelFormat format) {
        int bytesPerSample = bytesPerSample(format);
        int planes = planes(format);
        int planeLength = Math.toIntExact(format.bitsAllocated() == 1 ? (format.pixels() + 7) / 8 : format.pixels());
        if (packed.length < HEADER) {
            throw UnreadableDicomException.truncated("the segments of a frame");
        }
        ByteBuffer header = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        if (planes > MAXIMUM_SEGMENTS || header.getInt(0) != planes) {
            throw UnreadableDicomException.corrupt("a frame does not have " + planes + " segments");
        }
        if ((long) planes * planeLength > packed.length * MAXIMUM_COMPRESSION) {
            throw UnreadableDicomException.truncated("the segments of a frame do");
        }
        byte[] unpacked = new byte[planes * planeLength];
        for (int plane = 0; plane < planes; plane++) {
            long start = Integer.toUnsignedLong(header.getInt(4 + 4 * plane));
            long end = plane + 1 < planes ? Integer.toUnsignedLong(header.getInt(8 + 4 * plane)) : packed.length;
            if (start < HEADER || end < start || end > packed.length) {
                throw UnreadableDicomException.corrupt("the segments of a frame overlap or lie outside of it");
            }
            int sample = plane / bytesPerSample;
            int significance = bytesPerSample - 1 - plane % bytesPerSample;
            unpackSegment(
                    packed,
                    (int) start,
                    (int) end,
                    unpacked,
                    sample * bytesPerSample + significance,
                    planes,
                    planeLength);
        }
        return unpacked;
    }

    private static void unpackSegment(
            byte[] packed, int start, int end, byte[] unpacked, int first, int step, int length) {
        int from = start;
        int written = 0;
        int to = first;
        while (written < length) {
            if (from >= end) {
                throw UnreadableDicomException.truncated("the segments of a frame do");
            }
            int control = packed[from++];
            if (control == -128) {
                continue;
            }
            int count = Math.abs(control) + 1;
            boolean literal = control >= 0;
            if (from + (literal ? count : 1) > end) {
                throw UnreadableDicomException.truncated("the segments of a frame do");
            }
            // one byte may be left over, because segments have an even length
            if (count > length - written + 1) {
                throw UnreadableDicomException.corrupt("a segment has more bytes than the frame");
            }
            for (int i = 0; i < count && written < length; i++) {
                unpacked[to] = packed[literal ? from + i : from];
                to += step;
                written++;
            }
            from += literal ? count : 1;
        }
    }
}
