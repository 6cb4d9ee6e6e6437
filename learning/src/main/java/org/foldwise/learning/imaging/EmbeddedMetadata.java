package org.foldwise.learning.imaging;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the metadata inside an image file amount to: the orientation, and whether they may hold text. Their text itself is
 * never read.
 *
 * @param orientation how the stored pixels lie
 * @param mayHoldText true for anything that could hold free text, and for EXIF blocks that cannot be understood
 */
record EmbeddedMetadata(Orientation orientation, boolean mayHoldText) {
    static final EmbeddedMetadata NONE = new EmbeddedMetadata(Orientation.UPRIGHT, false);

    private static final EmbeddedMetadata UNREADABLE = new EmbeddedMetadata(Orientation.UPRIGHT, true);
    private static final int TIFF_MAGIC = 42;
    private static final int TIFF_HEADER_LENGTH = 8;
    private static final int ENTRY_LENGTH = 12;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int ASCII_TYPE = 2;
    private static final int SHORT_TYPE = 3;
    private static final int LONG_TYPE = 4;
    private static final int UNDEFINED_TYPE = 7;

    EmbeddedMetadata withText() {
        return new EmbeddedMetadata(orientation, true);
    }

    /** Both together; the first orientation that is not upright wins. */
    EmbeddedMetadata and(EmbeddedMetadata other) {
        return new EmbeddedMetadata(
                orientation == Orientation.UPRIGHT ? other.orientation : orientation, mayHoldText || other.mayHoldText);
    }

    /**
     * Reads the first directory of an EXIF block, which begins with a TIFF header.
     *
     * @param exif the block without the {@code Exif\0\0} of JPEG
     */
    static EmbeddedMetadata ofExif(ByteBuffer exif) {
        if (exif.remaining() < TIFF_HEADER_LENGTH) {
            return UNREADABLE;
        }
        ByteBuffer tiff = exif.slice();
        short order = tiff.getShort(0);
        if (order == 0x4949) {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        } else if (order != 0x4D4D) {
            return UNREADABLE;
        }
        long directory = Integer.toUnsignedLong(tiff.getInt(4));
        if (tiff.getShort(2) != TIFF_MAGIC || directory + 2 > tiff.limit()) {
            return UNREADABLE;
        }
        int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
        if (directory + 2 + (long) entries * ENTRY_LENGTH > tiff.limit()) {
            return UNREADABLE;
        }
        Orientation orientation = Orientation.UPRIGHT;
        boolean text = false;
        for (int i = 0; i < entries; i++) {
            int entry = (int) directory + 2 + i * ENTRY_LENGTH;
            int tag = Short.toUnsignedInt(tiff.getShort(entry));
            int type = tiff.getShort(entry + 2);
            if (tag == ORIENTATION_TAG && type == SHORT_TYPE) {
                orientation = Orientation.ofExif(Short.toUnsignedInt(tiff.getShort(entry + 8)));
            } else if (tag == ORIENTATION_TAG && type == LONG_TYPE) {
                // against the standard, and obeyed by other readers
                orientation = Orientation.ofExif(tiff.getInt(entry + 8));
            }
            text |= type == ASCII_TYPE || type == UNDEFINED_TYPE || pointsToAnotherDirectory(tag);
        }
        return new EmbeddedMetadata(orientation, text);
    }

    /** The EXIF, GPS and interoperability directories, which are not followed. */
    private static boolean pointsToAnotherDirectory(int tag) {
        return tag == 0x8769 || tag == 0x8825 || tag == 0xA005;
    }
}
