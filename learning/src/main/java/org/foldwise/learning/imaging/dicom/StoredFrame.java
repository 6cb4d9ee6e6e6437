package org.foldwise.learning.imaging.dicom;

/** The stored values of one frame, row by row, the samples of a pixel next to each other, before anything is made of them. */
final class StoredFrame {
    private final int samplesPerPixel;
    private final int[] integers;
    private final float[] floats;
    private final boolean unsigned;

    private StoredFrame(int samplesPerPixel, int[] integers, float[] floats, boolean unsigned) {
        this.samplesPerPixel = samplesPerPixel;
        this.integers = integers;
        this.floats = floats;
        this.unsigned = unsigned;
    }

    static StoredFrame of(PixelFormat format, int[] values) {
        return new StoredFrame(format.samples(), values, new float[0], !format.signed());
    }

    static StoredFrame of(float[] values) {
        return new StoredFrame(1, new int[0], values, false);
    }

    int length() {
        return integers.length + floats.length;
    }

    int samplesPerPixel() {
        return samplesPerPixel;
    }

    /** The value at an index, exact. */
    double value(int index) {
        if (floats.length > 0) {
            return floats[index];
        }
        return unsigned ? Integer.toUnsignedLong(integers[index]) : integers[index];
    }

    /** The integers themselves, to be read only. */
    int[] sharedIntegers() {
        return integers;
    }
}
