package org.foldwise.learning.imaging.dicom;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of quantization of a component's sub-bands (ITU-T T.800, A.6.4 and annex E).
 *
 * @param derived whether all follow from the one of the lowest band
 * @param exact whether nothing was quantized and there are exponents only
 * @param guardBits that are added to what a step's exponent allows
 * @param steps exponent (upper bits) and mantissa (11 bits) by sub-band, the lowest first
 */
record Jpeg2000Steps(boolean derived, boolean exact, int guardBits, List<Integer> steps) {
    private static final int MANTISSA_BITS = 11;

    Jpeg2000Steps {
        steps = List.copyOf(steps);
    }

    static Jpeg2000Steps read(byte[] data, int at, int end) {
        if (end - at < 2) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 quantization segment is cut off");
        }
        int kind = data[at] & 31;
        int guardBits = (data[at] >> 5) & 7;
        if (kind > 2) {
            throw UnreadableDicomException.unsupported("a frame's quantization is not that of JPEG 2000, part 1");
        }
        List<Integer> steps = new ArrayList<>();
        int size = kind == 0 ? 1 : 2;
        for (int i = at + 1; i + size <= end; i += size) {
            steps.add(
                    kind == 0
                            ? ((data[i] >> 3) & 31) << MANTISSA_BITS
                            : ((data[i] & 0xFF) << 8) | (data[i + 1] & 0xFF));
        }
        if (steps.isEmpty()) {
            throw UnreadableDicomException.corrupt("a JPEG 2000 quantization segment is cut off");
        }
        return new Jpeg2000Steps(kind == 1, kind == 0, guardBits, steps);
    }

    /**
     * The exponent of a band.
     *
     * @param band 0 for the lowest, then three for each resolution
     */
    int exponent(int band) {
        if (derived) {
            return Math.max(0, (steps.get(0) >> MANTISSA_BITS) - Math.max(0, (band - 1) / 3));
        }
        return step(band) >> MANTISSA_BITS;
    }

    /** By how much a band's step is larger than the power of two that its exponent says, from 1 to below 2. */
    double mantissa(int band) {
        int step = derived ? steps.get(0) : step(band);
        return 1 + (step & ((1 << MANTISSA_BITS) - 1)) / (double) (1 << MANTISSA_BITS);
    }

    private int step(int band) {
        if (band >= steps.size()) {
            throw UnreadableDicomException.corrupt("JPEG 2000 steps are missing for some sub-bands");
        }
        return steps.get(band);
    }
}
