package org.foldwise.learning.imaging;

/**
 * How the stored pixels lie relative to the upright image: EXIF's values 1 to 8 (Exif 2.32, tag 0x0112). The names say what was done to the upright image before it was stored.
 */
enum Orientation {
    UPRIGHT(1),
    MIRRORED(2),
    UPSIDE_DOWN(3),
    MIRRORED_UPSIDE_DOWN(4),
    TRANSPOSED(5),
    TURNED_COUNTER_CLOCKWISE(6),
    TRANSVERSED(7),
    TURNED_CLOCKWISE(8);

    private final int exifValue;

    Orientation(int exifValue) {
        this.exifValue = exifValue;
    }

    /** The orientation of an EXIF value; values that EXIF does not define count as upright, as viewers treat them. */
    static Orientation ofExif(int value) {
        for (Orientation orientation : values()) {
            if (orientation.exifValue == value) {
                return orientation;
            }
        }
        return UPRIGHT;
    }

    int exifValue() {
        return exifValue;
    }

    /** Whether width and height change places. */
    boolean swapsSides() {
        return switch (this) {
            case UPRIGHT, MIRRORED, UPSIDE_DOWN, MIRRORED_UPSIDE_DOWN -> false;
            case TRANSPOSED, TURNED_COUNTER_CLOCKWISE, TRANSVERSED, TURNED_CLOCKWISE -> true;
        };
    }

    /** The upright image of stored pixels. */
    PixelImage upright(PixelImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int right = stored.width() - 1;
        int bottom = stored.height() - 1;
        int width = swapsSides() ? stored.height() : stored.width();
        int height = swapsSides() ? stored.width() : stored.height();
        int channels = stored.channels();
        byte[] source = stored.sharedSamples();
        byte[] target = PixelImage.emptySamples(width, height, channels);
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sourceX =
                        switch (this) {
                            case UPRIGHT, MIRRORED_UPSIDE_DOWN -> x;
                            case MIRRORED, UPSIDE_DOWN -> right - x;
                            case TRANSPOSED, TURNED_COUNTER_CLOCKWISE -> y;
                            case TRANSVERSED, TURNED_CLOCKWISE -> right - y;
                        };
                int sourceY =
                        switch (this) {
                            case UPRIGHT, MIRRORED -> y;
                            case UPSIDE_DOWN, MIRRORED_UPSIDE_DOWN -> bottom - y;
                            case TRANSPOSED, TURNED_CLOCKWISE -> x;
                            case TURNED_COUNTER_CLOCKWISE, TRANSVERSED -> bottom - x;
                        };
                int from = (sourceY * stored.width() + sourceX) * channels;
                for (int channel = 0; channel < channels; channel++) {
                    target[to++] = source[from + channel];
                }
            }
        }
        return PixelImage.wrapping(width, height, channels, target);
    }
}
