package org.foldwise.learning.imaging.dicom;

/**
 * The coding parameters of a JPEG-LS scan (ITU-T T.87, annexes A.1 and C.2.4.1.1).
 *
 * @param maximum the largest sample
 * @param near the largest error of a sample, 0 for lossless coding
 * @param first threshold of gradients, and so on
 * @param reset after how many samples a context halves its statistics
 * @param range number of different prediction errors
 * @param errorBits to write any of them
 * @param limit of the length of a Golomb code
 */
record JpegLsParameters(
        int maximum, int near, int first, int second, int third, int reset, int range, int errorBits, int limit) {
    private static final int DEFAULT_RESET = 64;

    /** Zeros mean the defaults of the standard. */
    static JpegLsParameters of(
            int precision, int near, int declaredMaximum, int first, int second, int third, int reset) {
        int maximum = declaredMaximum == 0 ? (1 << precision) - 1 : declaredMaximum;
        if (maximum < 1 || maximum >= 1 << precision || near > Math.min(255, maximum / 2)) {
            throw UnreadableDicomException.corrupt("its JPEG-LS parameters contradict each other");
        }
        int[] thresholds = defaults(maximum, near);
        int t1 = first == 0 ? thresholds[0] : first;
        int t2 = second == 0 ? thresholds[1] : second;
        int t3 = third == 0 ? thresholds[2] : third;
        int resetOrDefault = reset == 0 ? DEFAULT_RESET : reset;
        if (t1 < near + 1 || t1 > t2 || t2 > t3 || t3 > maximum || resetOrDefault < 3) {
            throw UnreadableDicomException.corrupt("its JPEG-LS parameters contradict each other");
        }
        int range = (maximum + 2 * near) / (2 * near + 1) + 1;
        int bits = Math.max(2, bitsFor(maximum + 1));
        return new JpegLsParameters(
                maximum, near, t1, t2, t3, resetOrDefault, range, bitsFor(range), 2 * (bits + Math.max(8, bits)));
    }

    private static int bitsFor(int values) {
        return 32 - Integer.numberOfLeadingZeros(values - 1);
    }

    private static int[] defaults(int maximum, int near) {
        if (maximum >= 128) {
            int factor = (Math.min(maximum, 4095) + 128) / 256;
            int first = clamped(factor + 2 + 3 * near, near + 1, maximum);
            int second = clamped(4 * factor + 3 + 5 * near, first, maximum);
            return new int[] {first, second, clamped(17 * factor + 4 + 7 * near, second, maximum)};
        }
        int factor = 256 / (maximum + 1);
        int first = clamped(Math.max(2, 3 / factor + 3 * near), near + 1, maximum);
        int second = clamped(Math.max(3, 7 / factor + 5 * near), first, maximum);
        return new int[] {first, second, clamped(Math.max(4, 21 / factor + 7 * near), second, maximum)};
    }

    private static int clamped(int value, int least, int maximum) {
        return value > maximum || value < least ? least : value;
    }

    int quantised(int gradient) {
        if (gradient <= -third) {
            return -4;
        }
        if (gradient <= -second) {
            return -3;
        }
        if (gradient <= -first) {
            return -2;
        }
        if (gradient < -near) {
            return -1;
        }
        if (gradient <= near) {
            return 0;
        }
        if (gradient < first) {
            return 1;
        }
        if (gradient < second) {
            return 2;
        }
        return gradient < third ? 3 : 4;
    }

    /** The sample of a prediction and a quantised error. */
    int reconstructed(int predicted, int error) {
        int step = 2 * near + 1;
        int value = predicted + error * step;
        if (value < -near) {
            value += range * step;
        } else if (value > maximum + near) {
            value -= range * step;
        }
        return Math.max(0, Math.min(maximum, value));
    }
}
