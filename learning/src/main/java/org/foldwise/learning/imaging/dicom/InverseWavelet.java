package org.foldwise.learning.imaging.dicom;

/** The inverse wavelet transforms of JPEG 2000 (ITU-T T.800, annex F), in place, by lifting. */
final class InverseWavelet {
    private static final float ALPHA = (float) -1.586134342059924;
    private static final float BETA = (float) -0.052980118572961;
    private static final float GAMMA = (float) 0.882911075530934;
    private static final float DELTA = (float) 0.443506852043971;
    private static final float LOW = (float) 1.230174104914001;
    private static final float HIGH = (float) (1 / 1.230174104914001);

    /** Columns that are transformed side by side, for the memory's sake. */
    private static final int LANES = 16;

    private InverseWavelet() {}

    /**
     * Joins four bands.
     *
     * @param samples the low band at the top left, the others right of it, below it and beyond; afterwards the image
     * @param stride from row to row
     * @param left of the joined image in its own coordinates, whose parity says which samples are low ones
     */
    static void join(int[] samples, int stride, int width, int height, int left, int top) {
        int[] line = new int[Math.max(width, height) * LANES];
        for (int y = 0; y < height; y++) {
            int from = y * stride;
            int low = lows(width, left);
            for (int i = 0; i < width; i++) {
                line[place(i, low, left)] = samples[from + i];
            }
            lift(line, width, left & 1, 1);
            System.arraycopy(line, 0, samples, from, width);
        }
        for (int x = 0; x < width; x += LANES) {
            int lanes = Math.min(LANES, width - x);
            int low = lows(height, top);
            for (int i = 0; i < height; i++) {
                System.arraycopy(samples, i * stride + x, line, place(i, low, top) * lanes, lanes);
            }
            lift(line, height, top & 1, lanes);
            for (int y = 0; y < height; y++) {
                System.arraycopy(line, y * lanes, samples, y * stride + x, lanes);
            }
        }
    }

    /** The same for real numbers. */
    static void join(float[] samples, int stride, int width, int height, int left, int top) {
        float[] line = new float[Math.max(width, height) * LANES];
        for (int y = 0; y < height; y++) {
            int from = y * stride;
            int low = lows(width, left);
            for (int i = 0; i < width; i++) {
                line[place(i, low, left)] = samples[from + i];
            }
            lift(line, width, left & 1, 1);
            System.arraycopy(line, 0, samples, from, width);
        }
        for (int x = 0; x < width; x += LANES) {
            int lanes = Math.min(LANES, width - x);
            int low = lows(height, top);
            for (int i = 0; i < height; i++) {
                System.arraycopy(samples, i * stride + x, line, place(i, low, top) * lanes, lanes);
            }
            lift(line, height, top & 1, lanes);
            for (int y = 0; y < height; y++) {
                System.arraycopy(line, y * lanes, samples, y * stride + x, lanes);
            }
        }
    }

    /** Number of low samples: those at even coordinates. */
    private static int lows(int length, int start) {
        return (length + 1 - (start & 1)) / 2;
    }

    /** Where the i-th of first the low, then the high samples belongs. */
    private static int place(int i, int lows, int start) {
        int odd = start & 1;
        return i < lows ? 2 * i + odd : 2 * (i - lows) + 1 - odd;
    }

    private static void lift(int[] line, int length, int odd, int lanes) {
        if (length == 1) {
            if (odd == 1) {
                for (int j = 0; j < lanes; j++) {
                    line[j] /= 2;
                }
            }
            return;
        }
        for (int i = odd; i < length; i += 2) {
            int before = neighbour(i - 1, length) * lanes;
            int after = neighbour(i + 1, length) * lanes;
            for (int j = 0; j < lanes; j++) {
                line[i * lanes + j] -= (line[before + j] + line[after + j] + 2) >> 2;
            }
        }
        for (int i = 1 - odd; i < length; i += 2) {
            int before = neighbour(i - 1, length) * lanes;
            int after = neighbour(i + 1, length) * lanes;
            for (int j = 0; j < lanes; j++) {
                line[i * lanes + j] += (line[before + j] + line[after + j]) >> 1;
            }
        }
    }

    private static void lift(float[] line, int length, int odd, int lanes) {
        if (length == 1) {
            if (odd == 1) {
                for (int j = 0; j < lanes; j++) {
                    line[j] /= 2;
                }
            }
            return;
        }
        for (int i = 0; i < length; i++) {
            float factor = (i & 1) == odd ? LOW : HIGH;
            for (int j = i * lanes; j < (i + 1) * lanes; j++) {
                line[j] *= factor;
            }
        }
        step(line, length, odd, lanes, DELTA);
        step(line, length, 1 - odd, lanes, GAMMA);
        step(line, length, odd, lanes, BETA);
        step(line, length, 1 - odd, lanes, ALPHA);
    }

    private static void step(float[] line, int length, int first, int lanes, float factor) {
        for (int i = first; i < length; i += 2) {
            int before = neighbour(i - 1, length) * lanes;
            int after = neighbour(i + 1, length) * lanes;
            for (int j = 0; j < lanes; j++) {
                line[i * lanes + j] -= factor * (line[before + j] + line[after + j]);
            }
        }
    }

    /** Lines go on as if mirrored at their first and last sample. */
    private static int neighbour(int index, int length) {
        if (index < 0) {
            return -index;
        }
        return index < length ? index : 2 * (length - 1) - index;
    }
}
