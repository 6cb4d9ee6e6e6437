package org.foldwise.learning.imaging;

import java.util.Arrays;

/**
 * The samples of one colour of a VP8 frame, in whole macroblocks, with the border that prediction looks at: 127 above, 129 on the
 * left.
 */
final class Vp8Plane {
    /** Samples above and to the right of the last macroblock. */
    private static final int MARGIN = 4;

    private final int stride;
    private final byte[] samples;

    Vp8Plane(int width, int height) {
        this.stride = 1 + width + MARGIN;
        this.samples = new byte[stride * (height + 1)];
        Arrays.fill(samples, 0, stride, (byte) 127);
        for (int y = 0; y < height; y++) {
            samples[index(-1, y)] = (byte) 129;
        }
    }

    byte[] samples() {
        return samples;
    }

    /** Distance of a sample to the one below. */
    int stride() {
        return stride;
    }

    /** Where a sample lies; -1 is the border. */
    int index(int x, int y) {
        return (y + 1) * stride + x + 1;
    }
}
