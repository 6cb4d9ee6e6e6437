package org.foldwise.learning.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Stored values out of uncompressed bytes: any bit depth, byte order and plane order, chroma spread to all pixels. */
final class NativePixels {
    private final PixelFormat format;
    private final ByteBuffer bytes;
    private final int swap;

    /**
     * Pixels in the given bytes.
     *
     * @param words whether they were written as 16-bit words, whatever the samples' size
     */
    NativePixels(PixelFormat format, byte[] bytes, ByteOrder order, boolean words) {
        this.format = format;
        this.bytes = ByteBuffer.wrap(bytes).order(order);
        this.swap = words && order == ByteOrder.BIG_ENDIAN ? 1 : 0;
    }

    /**
     * The stored values of a frame.
     *
     * @param firstBit where the frame begins; only frames of 1-bit samples may begin within a byte
     */
    StoredFrame read(long firstBit) {
        int start = Math.toIntExact(firstBit / 8);
        if (format.floating()) {
            return StoredFrame.of(floats(start));
        }
        int[] values = new int[Math.toIntExact(format.pixels() * format.samples())];
        if (format.bitsAllocated() == 1) {
            readBits(firstBit, values);
        } else if (format.isSubsampled()) {
            readSubsampled(start, values);
        } else {
            readWhole(start, values);
        }
        return StoredFrame.of(format, values);
    }

    /** NaN where there is nothing, as around parametric maps. */
    private float[] floats(int start) {
        float[] values = new float[Math.toIntExact(format.pixels())];
        boolean wide = format.bitsAllocated() == 64;
        boolean isEmpty = true;
        for (int i = 0; i < values.length; i++) {
            values[i] = wide ? (float) bytes.getDouble(start + 8 * i) : bytes.getFloat(start + 4 * i);
            if (Float.isInfinite(values[i])) {
                throw UnreadableDicomException.corrupt("a pixel is infinite, or too large a number to be read");
            }
            isEmpty &= Float.isNaN(values[i]);
        }
        if (isEmpty) {
            throw UnreadableDicomException.corrupt("no pixel of a frame is a number");
        }
        return values;
    }

    /** Packed from the lowest bit of each byte up. */
    private void readBits(long firstBit, int[] values) {
        for (int i = 0; i < values.length; i++) {
            long bit = firstBit + i;
            values[i] = byteAt((int) (bit >> 3)) >> (bit & 7) & 1;
        }
    }

    private void readWhole(int start, int[] values) {
        int samples = format.samples();
        int pixels = values.length / samples;
        for (int i = 0; i < values.length; i++) {
            int from = format.planar() ? i % samples * pixels + i / samples : i;
            values[i] = format.value(allocated(start, from));
        }
    }

    /** Two luminances, then the chroma that both share (PS3.3, C.7.6.3.1.2). */
    private void readSubsampled(int start, int[] values) {
        if (format.columns() % 2 != 0) {
            throw UnreadableDicomException.corrupt("its chroma is halved but its columns are odd");
        }
        for (int pixel = 0, from = 0; pixel < values.length / 3; pixel += 2, from += 4) {
            int blue = format.value(allocated(start, from + 2));
            int red = format.value(allocated(start, from + 3));
            for (int i = 0; i < 2; i++) {
                values[3 * (pixel + i)] = format.value(allocated(start, from + i));
                values[3 * (pixel + i) + 1] = blue;
                values[3 * (pixel + i) + 2] = red;
            }
        }
    }

    private int byteAt(int at) {
        return bytes.get(at ^ swap) & 0xFF;
    }

    private int allocated(int start, int index) {
        return switch (format.bitsAllocated()) {
            case 8 -> byteAt(start + index);
            case 16 -> Short.toUnsignedInt(bytes.getShort(start + 2 * index));
            default -> bytes.getInt(start + 4 * index);
        };
    }
}
