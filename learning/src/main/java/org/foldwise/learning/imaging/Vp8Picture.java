package org.foldwise.learning.imaging;

/** The picture that a VP8 frame builds up: luminance, and two chromas of half its width and height. */
final class Vp8Picture {
    private final int across;
    private final Vp8Plane luminance;
    private final Vp8Plane blueness;
    private final Vp8Plane redness;
    private final int[] around = new int[13];

    /** Of so many macroblocks of 16 x 16 pixels. */
    Vp8Picture(int across, int down) {
        this.across = across;
        this.luminance = new Vp8Plane(16 * across, 16 * down);
        this.blueness = new Vp8Plane(8 * across, 8 * down);
        this.redness = new Vp8Plane(8 * across, 8 * down);
    }

    void predict(int column, int row, int mode, Vp8Residue residue) {
        Vp8Prediction.predict(luminance, 16 * column, 16 * row, 16, mode);
        for (int block = 0; block < 16; block++) {
            residue.addTo(luminance, luminance.index(16 * column + block % 4 * 4, 16 * row + block / 4 * 4), block);
        }
    }

    void predictSmall(int column, int row, int[] modes, Vp8Residue residue) {
        for (int block = 0; block < 16; block++) {
            int x = 16 * column + block % 4 * 4;
            int y = 16 * row + block / 4 * 4;
            lookAround(x, y, block % 4 == 3 ? 16 * row : y);
            Vp8Prediction.predictSmall(luminance, luminance.index(x, y), modes[block], around);
            residue.addTo(luminance, luminance.index(x, y), block);
        }
    }

    /**
     * Collects the samples around a small block. Those above on the right come from row {@code rightRow - 1}: the macroblock on the
     * right is not there yet, so that all rows of small blocks take those above their own macroblock.
     */
    private void lookAround(int x, int y, int rightRow) {
        byte[] samples = luminance.samples();
        for (int i = 0; i < 4; i++) {
            around[3 - i] = samples[luminance.index(x - 1, y + i)] & 0xFF;
            around[5 + i] = samples[luminance.index(x + i, y - 1)] & 0xFF;
            // beyond the frame's edge its last sample is repeated, but for the border above
            int right = rightRow == 0 ? x + 4 + i : Math.min(x + 4 + i, 16 * across - 1);
            around[9 + i] = samples[luminance.index(right, rightRow - 1)] & 0xFF;
        }
        around[4] = samples[luminance.index(x - 1, y - 1)] & 0xFF;
    }

    void predictChroma(int column, int row, int mode, Vp8Residue residue) {
        Vp8Prediction.predict(blueness, 8 * column, 8 * row, 8, mode);
        Vp8Prediction.predict(redness, 8 * column, 8 * row, 8, mode);
        for (int block = 0; block < 4; block++) {
            int at = blueness.index(8 * column + block % 2 * 4, 8 * row + block / 2 * 4);
            residue.addTo(blueness, at, 16 + block);
            residue.addTo(redness, at, 20 + block);
        }
    }

    Vp8LoopFilter loopFilter(boolean simple) {
        return new Vp8LoopFilter(simple, luminance, blueness, redness);
    }

    /** Red, green and blue of the picture's pixels; chroma is interpolated between its four nearest samples. */
    byte[] rgb(int width, int height) {
        byte[] rgb = PixelImage.emptySamples(width, height, 3);
        int[] blue = new int[width];
        int[] red = new int[width];
        int to = 0;
        for (int y = 0; y < height; y++) {
            int near = y / 2;
            int far = Math.max(0, Math.min((height - 1) / 2, y % 2 == 0 ? near - 1 : near + 1));
            interpolate(blueness, near, far, blue);
            interpolate(redness, near, far, red);
            int from = luminance.index(0, y);
            for (int x = 0; x < width; x++, to += 3) {
                int light = ((luminance.samples()[from + x] & 0xFF) * 19077) >> 8;
                rgb[to] = shade(light + ((red[x] * 26149) >> 8) - 14234);
                rgb[to + 1] = shade(light - ((blue[x] * 6419) >> 8) - ((red[x] * 13320) >> 8) + 8708);
                rgb[to + 2] = shade(light + ((blue[x] * 33050) >> 8) - 17685);
            }
        }
        return rgb;
    }

    private static void interpolate(Vp8Plane plane, int nearRow, int farRow, int[] chroma) {
        byte[] samples = plane.samples();
        int near = plane.index(0, nearRow);
        int far = plane.index(0, farRow);
        int width = chroma.length;
        chroma[0] = (3 * (samples[near] & 0xFF) + (samples[far] & 0xFF) + 2) >> 2;
        for (int i = 1; i <= (width - 1) / 2; i++) {
            int before = samples[near + i - 1] & 0xFF;
            int behind = samples[near + i] & 0xFF;
            int farBefore = samples[far + i - 1] & 0xFF;
            int farBehind = samples[far + i] & 0xFF;
            int sum = before + behind + farBefore + farBehind + 8;
            chroma[2 * i - 1] = (((sum + 2 * (behind + farBefore)) >> 3) + before) >> 1;
            chroma[2 * i] = (((sum + 2 * (before + farBehind)) >> 3) + behind) >> 1;
        }
        if (width % 2 == 0) {
            int last = (width - 1) / 2;
            chroma[width - 1] = (3 * (samples[near + last] & 0xFF) + (samples[far + last] & 0xFF) + 2) >> 2;
        }
    }

    /** A colour with 6 fractional bits, cut to 0 and 255. */
    private static byte shade(int value) {
        return (byte) Math.max(0, Math.min(255, value >> 6));
    }
}
