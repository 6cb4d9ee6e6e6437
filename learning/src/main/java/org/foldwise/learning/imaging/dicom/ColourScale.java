package org.foldwise.learning.imaging.dicom;

import java.util.List;
import org.foldwise.learning.imaging.dicom.CodedImage.Colours;
import org.foldwise.learning.imaging.dicom.PixelFormat.Photometric;

/** Red, green and blue of 8 bits out of stored colours: palettes, luminance and chroma, deeper samples. */
final class ColourScale {
    private static final int HALF = 1 << 15;

    private ColourScale() {}

    /** What the samples are, the frame's own word before the header's, because headers are often left behind by recompression. */
    static Colours colours(PixelFormat format, Colours ofFrame) {
        Photometric photometric = format.photometric();
        if (ofFrame != Colours.UNSAID) {
            return ofFrame;
        }
        return switch (photometric) {
            case YBR_FULL, YBR_FULL_422 -> Colours.YBR;
            case YBR_ICT, YBR_RCT ->
                throw UnreadableDicomException.corrupt(photometric.term() + " belongs to JPEG 2000 only");
            case RGB, PALETTE, MONOCHROME1, MONOCHROME2 -> Colours.RGB;
        };
    }

    static byte[] shades(StoredFrame frame, PixelFormat format, Colours colours) {
        if (format.signed()) {
            throw UnreadableDicomException.corrupt("its colours are signed");
        }
        if (colours == Colours.YBR) {
            return ofLuminanceAndChroma(frame, format);
        }
        byte[] shades = new byte[frame.length()];
        double highest = format.highest();
        for (int i = 0; i < shades.length; i++) {
            shades[i] = (byte) (int) (frame.value(i) * 255 / highest + 0.5);
        }
        return shades;
    }

    /** ITU-R BT.601 over the full range, as JPEG has it, in the 16-bit fixed point of the IJG library. */
    private static byte[] ofLuminanceAndChroma(StoredFrame frame, PixelFormat format) {
        if (format.bitsStored() != 8) {
            throw UnreadableDicomException.unsupported("its chroma has " + format.bitsStored() + " bits");
        }
        int[] values = frame.sharedIntegers();
        byte[] shades = new byte[values.length];
        for (int i = 0; i < values.length; i += 3) {
            int luminance = values[i];
            int blue = values[i + 1] - 128;
            int red = values[i + 2] - 128;
            shades[i] = clamped(luminance + ((91881 * red + HALF) >> 16));
            shades[i + 1] = clamped(luminance + ((-22554 * blue - 46802 * red + HALF) >> 16));
            shades[i + 2] = clamped(luminance + ((116130 * blue + HALF) >> 16));
        }
        return shades;
    }

    private static byte clamped(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }

    static byte[] ofPalette(StoredFrame frame, PixelFormat format, DataSet data) {
        if (data.has(Tag.SEGMENTED_RED_DATA)
                || data.has(Tag.SEGMENTED_GREEN_DATA)
                || data.has(Tag.SEGMENTED_BLUE_DATA)) {
            throw UnreadableDicomException.unsupported("its palette is segmented");
        }
        List<LookupTable> tables = List.of(
                LookupTable.of(data, Tag.RED_DESCRIPTOR, Tag.RED_DATA, format.signed()),
                LookupTable.of(data, Tag.GREEN_DESCRIPTOR, Tag.GREEN_DATA, format.signed()),
                LookupTable.of(data, Tag.BLUE_DESCRIPTOR, Tag.BLUE_DATA, format.signed()));
        int[] indices = frame.sharedIntegers();
        byte[] shades = new byte[Math.multiplyExact(3, indices.length)];
        for (int i = 0; i < indices.length; i++) {
            for (int colour = 0; colour < 3; colour++) {
                shades[3 * i + colour] = (byte) tables.get(colour).highByte(indices[i]);
            }
        }
        return shades;
    }
}
