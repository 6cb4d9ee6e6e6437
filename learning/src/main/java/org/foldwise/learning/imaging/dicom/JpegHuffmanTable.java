package org.foldwise.learning.imaging.dicom;

/** A Huffman table of JPEG (ITU-T T.81, annex F.2.2.3). */
final class JpegHuffmanTable {
    private static final int FAST_BITS = 9;

    private final int[] maximumCode = new int[17];
    private final int[] firstIndex = new int[17];
    private final byte[] values;
    /** Length in the upper and value in the lower 8 bits, by the next bits; 0 for longer codes. */
    private final short[] fast = new short[1 << FAST_BITS];

    /**
     * A table of 16 counts of codes by length, then the values in the order of their codes.
     *
     * @param offset of the counts
     */
    JpegHuffmanTable(byte[] data, int offset, int values) {
        this.values = new byte[values];
        System.arraycopy(data, offset + 16, this.values, 0, values);
        int code = 0;
        int index = 0;
        for (int length = 1; length <= 16; length++) {
            int count = data[offset + length - 1] & 0xFF;
            firstIndex[length] = index - code;
            for (int i = 0; i < count; i++) {
                if (code >= 1 << length) {
                    throw UnreadableDicomException.corrupt("a Huffman table has more codes than there are");
                }
                addFast(code, length, index);
                code++;
                index++;
            }
            maximumCode[length] = count == 0 ? -1 : code - 1;
            code <<= 1;
        }
    }

    private void addFast(int code, int length, int index) {
        if (length > FAST_BITS) {
            return;
        }
        int first = code << (FAST_BITS - length);
        for (int i = 0; i < 1 << (FAST_BITS - length); i++) {
            fast[first + i] = (short) (length << 8 | (values[index] & 0xFF));
        }
    }

    /** The next value of coded data. */
    int next(BitReader bits) {
        int found = fast[bits.peek(FAST_BITS)];
        if (found != 0) {
            bits.skip(found >> 8);
            return found & 0xFF;
        }
        int code = 0;
        for (int length = 1; length <= 16; length++) {
            code = code << 1 | bits.readBit();
            if (maximumCode[length] >= 0 && code <= maximumCode[length] && firstIndex[length] + code >= 0) {
                return values[firstIndex[length] + code] & 0xFF;
            }
        }
        throw UnreadableDicomException.corrupt("the coded data of a frame hold a code that no table has");
    }

    /** The signed number of a category (T.81, F.2.2.1). */
    static int extended(BitReader bits, int category) {
        if (category == 0) {
            return 0;
        }
        int value = bits.read(category);
        return value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
    }
}
