package org.foldwise.learning.imaging.dicom;

import java.util.Arrays;

/** The samples of one JPEG-LS scan (ITU-T T.87, annex A). */
final class JpegLsScan {
    /** Contexts of gradients; the two behind them are those of interrupted runs. */
    private static final int CONTEXTS = 365;

    /** Orders of run lengths (A.2.1). */
    private static final int[] ORDERS = {
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15
    };

    private final JpegLsParameters parameters;
    private final BitReader bits;
    private final int width;
    private final int components;
    private final int[] magnitude = new int[CONTEXTS + 2];
    private final int[] count = new int[CONTEXTS + 2];
    private final int[] bias = new int[CONTEXTS];
    private final int[] correction = new int[CONTEXTS];
    private final int[] negatives = new int[2];
    /** For each component the present and the previous line, with a sample more on either side. */
    private final int[][] present;

    private final int[][] previous;

    JpegLsScan(JpegLsParameters parameters, BitReader bits, int width, int components) {
        this.parameters = parameters;
        this.bits = bits;
        this.width = width;
        this.components = components;
        this.present = new int[components][width + 2];
        this.previous = new int[components][width + 2];
        Arrays.fill(magnitude, Math.max(2, (parameters.range() + 32) / 64));
        Arrays.fill(count, 1);
    }

    /** One component, or several line by line. */
    void decodeLines(int[] samples, int rows, int firstComponent, int channels) {
        int[] run = new int[components];
        for (int y = 0; y < rows; y++) {
            for (int component = 0; component < components; component++) {
                beginLine(component);
                run[component] = decodeLine(present[component], previous[component], run[component]);
                int to = y * width * channels + firstComponent + component;
                for (int x = 1; x <= width; x++) {
                    samples[to] = present[component][x];
                    to += channels;
                }
            }
        }
    }

    /** All components sample by sample. */
    void decodeSamples(int[] samples, int rows) {
        int run = 0;
        int to = 0;
        for (int y = 0; y < rows; y++) {
            for (int component = 0; component < components; component++) {
                beginLine(component);
            }
            run = decodeInterleavedLine(run);
            for (int x = 1; x <= width; x++) {
                for (int component = 0; component < components; component++) {
                    samples[to++] = present[component][x];
                }
            }
        }
    }

    /** The line before the first is black; left of a line stands the first sample above it. */
    private void beginLine(int component) {
        int[] swap = previous[component];
        previous[component] = present[component];
        present[component] = swap;
        previous[component][width + 1] = previous[component][width];
        present[component][0] = previous[component][1];
    }

    private int decodeLine(int[] line, int[] above, int runBefore) {
        int run = runBefore;
        int x = 1;
        while (x <= width) {
            int context = context(line, above, x);
            if (context != 0) {
                line[x] = regular(context, line[x - 1], above[x], above[x - 1]);
                x++;
                continue;
            }
            int left = line[x - 1];
            int remaining = width - x + 1;
            int[] after = {run};
            int length = runLength(remaining, after);
            run = after[0];
            Arrays.fill(line, x, x + length, left);
            x += length;
            if (length < remaining) {
                line[x] = interrupted(left, above[x], ORDERS[run], Math.abs(left - above[x]) <= parameters.near());
                run = Math.max(0, run - 1);
                x++;
            }
        }
        return run;
    }

    private int decodeInterleavedLine(int runBefore) {
        int run = runBefore;
        int x = 1;
        int[] contexts = new int[components];
        while (x <= width) {
            boolean flat = true;
            for (int component = 0; component < components; component++) {
                contexts[component] = context(present[component], previous[component], x);
                flat &= contexts[component] == 0;
            }
            if (!flat) {
                for (int component = 0; component < components; component++) {
                    int[] line = present[component];
                    int[] above = previous[component];
                    line[x] = regular(contexts[component], line[x - 1], above[x], above[x - 1]);
                }
                x++;
                continue;
            }
            int remaining = width - x + 1;
            int[] after = {run};
            int length = runLength(remaining, after);
            run = after[0];
            for (int[] line : present) {
                Arrays.fill(line, x, x + length, line[x - 1]);
            }
            x += length;
            if (length < remaining) {
                for (int component = 0; component < components; component++) {
                    int[] line = present[component];
                    line[x] = interrupted(line[x - 1], previous[component][x], ORDERS[run], false);
                }
                run = Math.max(0, run - 1);
                x++;
            }
        }
        return run;
    }

    /** The signed number of the context of three gradients (A.3.3 and A.3.4). */
    private int context(int[] line, int[] above, int x) {
        int first = parameters.quantised(above[x + 1] - above[x]);
        int second = parameters.quantised(above[x] - above[x - 1]);
        int third = parameters.quantised(above[x - 1] - line[x - 1]);
        return 81 * first + 9 * second + third;
    }

    private int regular(int signedContext, int left, int above, int diagonal) {
        int context = Math.abs(signedContext);
        int sign = signedContext < 0 ? -1 : 1;
        int predicted = predicted(left, above, diagonal) + sign * correction[context];
        predicted = Math.max(0, Math.min(parameters.maximum(), predicted));
        int order = order(magnitude[context], count[context]);
        int mapped = golomb(order, parameters.limit());
        boolean swapped = order == 0 && parameters.near() == 0 && 2 * bias[context] <= -count[context];
        int error = (mapped & 1) == 0 ? mapped >> 1 : -((mapped + 1) >> 1);
        if (swapped) {
            error = -error - 1;
        }
        update(context, error);
        return parameters.reconstructed(predicted, sign * error);
    }

    /** The median edge detector (A.4.1). */
    private static int predicted(int left, int above, int diagonal) {
        if (diagonal >= Math.max(left, above)) {
            return Math.min(left, above);
        }
        if (diagonal <= Math.min(left, above)) {
            return Math.max(left, above);
        }
        return left + above - diagonal;
    }

    private static int order(int magnitude, int count) {
        int order = 0;
        while ((long) count << order < magnitude) {
            order++;
        }
        return order;
    }

    /** A limited Golomb code (A.5.3). */
    private int golomb(int order, int limit) {
        int longest = limit - parameters.errorBits() - 1;
        int zeros = 0;
        while (bits.readBit() == 0) {
            if (++zeros > longest) {
                throw UnreadableDicomException.corrupt("the coded data of a frame hold an impossible value");
            }
        }
        int mapped = zeros < longest ? zeros << order | bits.read(order) : bits.read(parameters.errorBits()) + 1;
        if (mapped < 0 || mapped > 2 * parameters.range() + 1) {
            throw UnreadableDicomException.corrupt("the coded data of a frame hold an impossible value");
        }
        return mapped;
    }

    /** A.6. */
    private void update(int context, int error) {
        bias[context] += error * (2 * parameters.near() + 1);
        magnitude[context] += Math.abs(error);
        if (count[context] == parameters.reset()) {
            magnitude[context] >>= 1;
            bias[context] >>= 1;
            count[context] >>= 1;
        }
        count[context]++;
        if (bias[context] <= -count[context]) {
            bias[context] = Math.max(bias[context] + count[context], 1 - count[context]);
            correction[context] = Math.max(-128, correction[context] - 1);
        } else if (bias[context] > 0) {
            bias[context] = Math.min(bias[context] - count[context], 0);
            correction[context] = Math.min(127, correction[context] + 1);
        }
    }

    /** The length of a run (A.7.1); {@code run} holds its index and is changed. */
    private int runLength(int remaining, int[] run) {
        int length = 0;
        while (bits.readBit() == 1) {
            int full = 1 << ORDERS[run[0]];
            int taken = Math.min(full, remaining - length);
            length += taken;
            if (taken == full) {
                run[0] = Math.min(31, run[0] + 1);
            }
            if (length == remaining) {
                return length;
            }
        }
        length += bits.read(ORDERS[run[0]]);
        if (length >= remaining) {
            throw UnreadableDicomException.corrupt("the coded data of a frame hold a run beyond its line");
        }
        return length;
    }

    /**
     * The sample that ends a run (A.7.2).
     *
     * @param level whether the samples to the left and above are alike
     */
    private int interrupted(int left, int above, int runOrder, boolean level) {
        int type = level ? 1 : 0;
        int context = CONTEXTS + type;
        int weight = level ? magnitude[context] + (count[context] >> 1) : magnitude[context];
        int order = order(weight, count[context]);
        int mapped = golomb(order, parameters.limit() - runOrder - 1);
        int folded = mapped + type;
        boolean odd = (folded & 1) == 1;
        int size = (folded + 1) >> 1;
        boolean mostlyNegative = order != 0 || 2 * negatives[type] >= count[context];
        int error = mostlyNegative == odd ? -size : size;
        if (error < 0) {
            negatives[type]++;
        }
        magnitude[context] += (mapped + 1 - type) >> 1;
        if (count[context] == parameters.reset()) {
            magnitude[context] >>= 1;
            count[context] >>= 1;
            negatives[type] >>= 1;
        }
        count[context]++;
        if (level) {
            return parameters.reconstructed(left, error);
        }
        return parameters.reconstructed(above, left > above ? -error : error);
    }
}
