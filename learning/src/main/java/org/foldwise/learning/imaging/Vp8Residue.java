package org.foldwise.learning.imaging;

import java.util.Arrays;

/**
 * What a macroblock of VP8 adds to its prediction: coefficients read as tokens (RFC 6386, section 13) and turned back into
 * differences of samples (section 14). Used for one frame, macroblock by macroblock.
 */
final class Vp8Residue {
    private static final int MEANS = 24;
    private static final int AFTER_MEANS = 0;
    private static final int OF_MEANS = 1;
    private static final int CHROMA = 2;
    private static final int WITH_MEAN = 3;
    private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7};
    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
    /** Probabilities of the bits that tell large values of a category from each other. */
    private static final int[][] LARGE = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private static final int SINE = 35468;
    private static final int COSINE = 20091;

    private final int[] probabilities;
    /** 24 blocks of 16 coefficients, row by row, and the block of means. */
    private final int[] coefficients = new int[(MEANS + 1) * 16];

    private final boolean[] filled = new boolean[MEANS];
    /** Whether blocks above had coefficients: 4 of luminance, 2 and 2 of chroma, 1 of means for each macroblock of a row. */
    private final boolean[] above;

    private final boolean[] left = new boolean[9];

    /** @param probabilities of tokens, by kind, band, context and branch */
    Vp8Residue(int[] probabilities, int macroblocksAcross) {
        this.probabilities = probabilities;
        this.above = new boolean[9 * macroblocksAcross];
    }

    void beginRow() {
        Arrays.fill(left, false);
    }

    /** Takes notice of a macroblock without coefficients. */
    void skip(int column, boolean hasMeans) {
        // whoever has no block of means leaves what is known of the last one
        Arrays.fill(left, 0, hasMeans ? 9 : 8, false);
        Arrays.fill(above, 9 * column, 9 * column + (hasMeans ? 9 : 8), false);
        Arrays.fill(filled, false);
    }

    /** Reads a macroblock's coefficients; false if none differs from 0. */
    boolean read(BooleanDecoder tokens, int column, boolean hasMeans, Vp8Steps steps) {
        Arrays.fill(coefficients, 0);
        int first = 0;
        if (hasMeans) {
            int context = count(left[8], above[9 * column + 8]);
            int end = readBlock(tokens, MEANS, OF_MEANS, context, 0, steps.meansMean(), steps.meansDetail());
            left[8] = end > 0;
            above[9 * column + 8] = end > 0;
            spreadMeans();
            first = 1;
        }
        boolean any = false;
        for (int block = 0; block < MEANS; block++) {
            boolean luminance = block < 16;
            int row = luminance ? block / 4 : 4 + (block - 16) / 2;
            int across = 9 * column + (luminance ? block % 4 : 4 + (block - 16) / 4 * 2 + block % 2);
            int kind = luminance ? (hasMeans ? AFTER_MEANS : WITH_MEAN) : CHROMA;
            int from = luminance ? first : 0;
            int end = readBlock(
                    tokens,
                    block,
                    kind,
                    count(left[row], above[across]),
                    from,
                    luminance ? steps.luminanceMean() : steps.chromaMean(),
                    luminance ? steps.luminanceDetail() : steps.chromaDetail());
            left[row] = end > from;
            above[across] = end > from;
            filled[block] = end > 1 || coefficients[16 * block] != 0;
            any |= filled[block];
        }
        return any;
    }

    private static int count(boolean one, boolean other) {
        return (one ? 1 : 0) + (other ? 1 : 0);
    }

    /** Reads a block's coefficients from {@code first} on and says where they ended. */
    private int readBlock(
            BooleanDecoder tokens, int block, int kind, int context, int first, int meanStep, int detailStep) {
        int at = branches(kind, first, context);
        for (int i = first; i < 16; i++) {
            if (!tokens.bit(probabilities[at])) {
                return i;
            }
            while (!tokens.bit(probabilities[at + 1])) {
                if (++i == 16) {
                    return 16;
                }
                at = branches(kind, i, 0);
            }
            int value = 1;
            boolean large = tokens.bit(probabilities[at + 2]);
            if (large) {
                value = largeValue(tokens, at);
            }
            coefficients[16 * block + ZIGZAG[i]] = (tokens.flag() ? -value : value) * (i == 0 ? meanStep : detailStep);
            if (i < 15) {
                at = branches(kind, i + 1, large ? 2 : 1);
            }
        }
        return 16;
    }

    private static int branches(int kind, int position, int context) {
        return ((kind * Vp8Tables.BANDS + BANDS[position]) * Vp8Tables.CONTEXTS + context) * Vp8Tables.BRANCHES;
    }

    private int largeValue(BooleanDecoder tokens, int at) {
        if (!tokens.bit(probabilities[at + 3])) {
            if (!tokens.bit(probabilities[at + 4])) {
                return 2;
            }
            return tokens.bit(probabilities[at + 5]) ? 4 : 3;
        }
        if (!tokens.bit(probabilities[at + 6])) {
            if (!tokens.bit(probabilities[at + 7])) {
                return tokens.bit(159) ? 6 : 5;
            }
            int value = tokens.bit(165) ? 9 : 7;
            return tokens.bit(145) ? value + 1 : value;
        }
        int high = tokens.bit(probabilities[at + 8]) ? 1 : 0;
        int category = 2 * high + (tokens.bit(probabilities[at + 9 + high]) ? 1 : 0);
        int value = 0;
        for (int probability : LARGE[category]) {
            value = 2 * value + (tokens.bit(probability) ? 1 : 0);
        }
        return value + 3 + (8 << category);
    }

    /** The inverse Walsh-Hadamard transform: the means become the first coefficients of the 16 blocks of luminance. */
    private void spreadMeans() {
        int[] half = new int[16];
        int in = 16 * MEANS;
        for (int i = 0; i < 4; i++) {
            int a = coefficients[in + i] + coefficients[in + 12 + i];
            int b = coefficients[in + 4 + i] + coefficients[in + 8 + i];
            int c = coefficients[in + 4 + i] - coefficients[in + 8 + i];
            int d = coefficients[in + i] - coefficients[in + 12 + i];
            half[i] = a + b;
            half[4 + i] = d + c;
            half[8 + i] = a - b;
            half[12 + i] = d - c;
        }
        for (int i = 0; i < 4; i++) {
            int a = half[4 * i] + half[4 * i + 3] + 3;
            int b = half[4 * i + 1] + half[4 * i + 2];
            int c = half[4 * i + 1] - half[4 * i + 2];
            int d = half[4 * i] - half[4 * i + 3] + 3;
            coefficients[64 * i] = (a + b) >> 3;
            coefficients[64 * i + 16] = (d + c) >> 3;
            coefficients[64 * i + 32] = (a - b) >> 3;
            coefficients[64 * i + 48] = (d - c) >> 3;
        }
    }

    /** Adds a block's differences to the 16 predicted samples from there on. */
    void addTo(Vp8Plane plane, int start, int block) {
        if (!filled[block]) {
            return;
        }
        int[] half = new int[16];
        int in = 16 * block;
        for (int i = 0; i < 4; i++) {
            int a = coefficients[in + i] + coefficients[in + 8 + i];
            int b = coefficients[in + i] - coefficients[in + 8 + i];
            int c = sine(coefficients[in + 4 + i]) - cosine(coefficients[in + 12 + i]);
            int d = cosine(coefficients[in + 4 + i]) + sine(coefficients[in + 12 + i]);
            half[4 * i] = a + d;
            half[4 * i + 1] = b + c;
            half[4 * i + 2] = b - c;
            half[4 * i + 3] = a - d;
        }
        for (int i = 0; i < 4; i++) {
            int a = half[i] + half[8 + i] + 4;
            int b = half[i] - half[8 + i] + 4;
            int c = sine(half[4 + i]) - cosine(half[12 + i]);
            int d = cosine(half[4 + i]) + sine(half[12 + i]);
            int at = start + i * plane.stride();
            add(plane.samples(), at, (a + d) >> 3);
            add(plane.samples(), at + 1, (b + c) >> 3);
            add(plane.samples(), at + 2, (b - c) >> 3);
            add(plane.samples(), at + 3, (a - d) >> 3);
        }
    }

    private static int sine(int value) {
        return (value * SINE) >> 16;
    }

    private static int cosine(int value) {
        return value + ((value * COSINE) >> 16);
    }

    private static void add(byte[] samples, int at, int difference) {
        samples[at] = (byte) Math.max(0, Math.min(255, (samples[at] & 0xFF) + difference));
    }
}
