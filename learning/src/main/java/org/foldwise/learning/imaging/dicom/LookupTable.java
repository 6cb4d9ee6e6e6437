package org.foldwise.learning.imaging.dicom;

/** A table of a modality LUT, a VOI LUT or a palette (PS3.3, C.11.1.1): values outside of it take its first or last entry. */
final class LookupTable {
    private final int first;
    private final int bits;
    private final int[] entries;

    private LookupTable(int first, int bits, int[] entries) {
        this.first = first;
        this.bits = bits;
        this.entries = entries;
    }

    /**
     * The table of a data set.
     *
     * @param signed whether the first value that is mapped may be negative
     */
    static LookupTable of(DataSet data, int descriptorTag, int dataTag, boolean signed) {
        int[] descriptor = data.unsigneds(descriptorTag);
        if (descriptor.length != 3) {
            throw UnreadableDicomException.corrupt("a lookup table's descriptor has " + descriptor.length + " values");
        }
        int count = descriptor[0] == 0 ? 1 << 16 : descriptor[0];
        int bits = descriptor[2];
        if (bits < 8 || bits > 16) {
            throw UnreadableDicomException.corrupt("a lookup table has " + bits + " bits");
        }
        byte[] raw = data.raw(dataTag);
        boolean words = raw.length >= 2 * count;
        if (raw.length < (words ? 2 * count : count) || (!words && bits != 8)) {
            throw UnreadableDicomException.corrupt(
                    "a lookup table has " + raw.length + " bytes for " + count + " entries");
        }
        int[] entries = new int[count];
        for (int i = 0; i < count; i++) {
            entries[i] = words ? (raw[2 * i] & 0xFF) | (raw[2 * i + 1] & 0xFF) << 8 : raw[i] & 0xFF;
        }
        return new LookupTable(signed ? (short) descriptor[1] : descriptor[1], bits, entries);
    }

    /**
     * The table of values that may be negative or not, which writers say wrongly at times: its first value is read as what makes it a table of
     * more of the values that there can be.
     *
     * @param least of the values that are looked up
     * @param most of them
     */
    static LookupTable ofValues(DataSet data, int descriptorTag, int dataTag, double least, double most) {
        int[] descriptor = data.unsigneds(descriptorTag);
        boolean signed = false;
        if (descriptor.length == 3) {
            int count = descriptor[0] == 0 ? 1 << 16 : descriptor[0];
            double asSigned = inCommon((short) descriptor[1], count, least, most);
            double asUnsigned = inCommon(descriptor[1], count, least, most);
            // where no value is below 0, a table begins below it only if it has nothing in common with them otherwise
            signed = asUnsigned == 0 ? asSigned > 0 || least < 0 : least < 0 && asSigned >= asUnsigned;
        }
        return of(data, descriptorTag, dataTag, signed);
    }

    /** How many whole values of a table lie between others. */
    private static double inCommon(int first, int count, double least, double most) {
        return Math.max(0, Math.min(first + count - 1, most) - Math.max(first, least) + 1);
    }

    int entry(double value) {
        long index = Math.round(value) - first;
        return entries[(int) Math.max(0, Math.min(entries.length - 1L, index))];
    }

    /** The entry on the scale from 0 to 255, not rounded. */
    double shade(double value) {
        return Math.min(255.0, entry(value) * 255.0 / ((1 << bits) - 1));
    }

    /** The upper 8 bits of the entry. */
    int highByte(int value) {
        return Math.min(255, entry(value) >> (bits - 8));
    }
}
