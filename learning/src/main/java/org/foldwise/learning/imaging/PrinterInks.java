package org.foldwise.learning.imaging;

/**
 * Cyan, magenta, yellow and black of a JPEG file as red, green and blue: each ink takes its share of the light that black leaves, as
 * Pillow converts without a profile. The file stores what the inks leave, not what they take, as Adobe's programs do.
 */
final class PrinterInks {
    /** JFIF's conversion with 16 fractional bits, as the IJG library computes it. */
    private static final int FRACTION = 16;

    private static final int HALF = 1 << (FRACTION - 1);
    private static final int CR_TO_RED = 91881;
    private static final int CR_TO_GREEN = 46802;
    private static final int CB_TO_GREEN = 22554;
    private static final int CB_TO_BLUE = 116130;

    private PrinterInks() {}

    /**
     * Red, green and blue of each pixel.
     *
     * @param stored four components a pixel
     * @param ycck whether the first three are luminance and chroma of the inks
     */
    static byte[] rgb(byte[] stored, boolean ycck) {
        byte[] rgb = new byte[stored.length / 4 * 3];
        for (int from = 0, to = 0; from < stored.length; from += 4, to += 3) {
            int first = stored[from] & 0xFF;
            int second = stored[from + 1] & 0xFF;
            int third = stored[from + 2] & 0xFF;
            if (ycck) {
                int luminance = first;
                int blueness = second - 128;
                int redness = third - 128;
                first = 255 - clamped(luminance + rounded(CR_TO_RED * redness));
                second = 255 - clamped(luminance + rounded(-CB_TO_GREEN * blueness - CR_TO_GREEN * redness));
                third = 255 - clamped(luminance + rounded(CB_TO_BLUE * blueness));
            }
            int light = stored[from + 3] & 0xFF;
            rgb[to] = (byte) left(first, light);
            rgb[to + 1] = (byte) left(second, light);
            rgb[to + 2] = (byte) left(third, light);
        }
        return rgb;
    }

    /** What an ink leaves of the light. */
    private static int left(int stored, int light) {
        int product = (255 - stored) * light + 128;
        return light - (((product >> 8) + product) >> 8);
    }

    private static int rounded(int product) {
        return (product + HALF) >> FRACTION;
    }

    private static int clamped(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
