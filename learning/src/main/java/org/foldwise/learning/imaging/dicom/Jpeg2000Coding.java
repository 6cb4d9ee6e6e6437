package org.foldwise.learning.imaging.dicom;

import java.util.ArrayList;
import java.util.List;

/**
 * How a component is cut into wavelet levels, precincts and code blocks (ITU-T T.800, A.6.1 and A.6.2).
 *
 * @param levels of the wavelet transform, 0 to 32
 * @param blockWidthExponent code blocks are at most two to that power wide
 * @param blockHeightExponent and at most two to this power high
 * @param reversible whether the wavelet is the one of integers (5-3), else the one of real numbers (9-7)
 * @param precincts for every resolution the exponents of height (upper four bits) and width; empty where there are none
 */
record Jpeg2000Coding(
        int levels, int blockWidthExponent, int blockHeightExponent, boolean reversible, List<Integer> precincts) {
    /** Code blocks of 64 x 64 are usual, each costs memory. */
    private static final int LEAST_BLOCK_EXPONENTS = 8;

    private static final int MOST_BLOCK_EXPONENTS = 12;
    private static final int MOST_BLOCK_EXPONENT = 10;
    /** Precincts of 128 x 128 and more are usual, each costs memory. */
    private static final int LEAST_PRECINCT_EXPONENT = 4;

    private static final int MAXIMUM_LEVELS = 32;
    private static final int WHOLE = 15;

    Jpeg2000Coding {
        precincts = List.copyOf(precincts);
    }

    /** Reads the parameters from the number of levels on. */
    static Jpeg2000Coding read(byte[] data, int at, int end, boolean hasPrecincts) {
        if (end - at < 5) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 coding segment is cut off");
        }
        int levels = data[at] & 0xFF;
        int width = (data[at + 1] & 15) + 2;
        int height = (data[at + 2] & 15) + 2;
        int style = data[at + 3] & 0xFF;
        int wavelet = data[at + 4] & 0xFF;
        if (levels > MAXIMUM_LEVELS
                || width > MOST_BLOCK_EXPONENT
                || height > MOST_BLOCK_EXPONENT
                || width + height > MOST_BLOCK_EXPONENTS) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 coding segment breaks the standard's bounds");
        }
        if (width + height < LEAST_BLOCK_EXPONENTS) {
            throw UnreadableDicomException.unsupported("a frame's code blocks are smaller than 256 samples");
        }
        if (style != 0 || wavelet > 1) {
            throw UnreadableDicomException.unsupported(
                    "a frame's code blocks bypass, restart or mark their coder, or its wavelet is not known");
        }
        return new Jpeg2000Coding(
                levels, width, height, wavelet == 1, hasPrecincts ? precincts(data, at + 5, end, levels) : List.of());
    }

    private static List<Integer> precincts(byte[] data, int at, int end, int levels) {
        if (end - at < levels + 1) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 coding segment is cut off");
        }
        List<Integer> precincts = new ArrayList<>();
        for (int i = 0; i <= levels; i++) {
            int exponents = data[at + i] & 0xFF;
            if ((exponents & 15) < LEAST_PRECINCT_EXPONENT || exponents >> 4 < LEAST_PRECINCT_EXPONENT) {
                throw UnreadableDicomException.unsupported("a frame's precincts are smaller than 16 x 16");
            }
            precincts.add(exponents);
        }
        return precincts;
    }

    int precinctWidthExponent(int resolution) {
        return precincts.isEmpty() ? WHOLE : precincts.get(resolution) & 15;
    }

    int precinctHeightExponent(int resolution) {
        return precincts.isEmpty() ? WHOLE : precincts.get(resolution) >> 4;
    }
}
