package org.foldwise.learning.imaging.dicom;

import java.util.Arrays;

/**
 * The adaptive binary arithmetic decoder of JPEG 2000 (ITU-T T.800, annex C; software conventions of its figure J.1). It reads
 * as many ones behind the end of a segment as it is asked for.
 */
final class ArithmeticDecoder {
    /** Estimated probabilities of the less probable symbol (table C.2). */
    private static final int[] PROBABILITY = {
        0x5601, 0x3401, 0x1801, 0x0AC1, 0x0521, 0x0221, 0x5601, 0x5401, 0x4801, 0x3801, 0x3001, 0x2401, 0x1C01, 0x1601,
        0x5601, 0x5401, 0x5101, 0x4801, 0x3801, 0x3401, 0x3001, 0x2801, 0x2401, 0x2201, 0x1C01, 0x1801, 0x1601, 0x1401,
        0x1201, 0x1101, 0x0AC1, 0x09C1, 0x08A1, 0x0521, 0x0441, 0x02A1, 0x0221, 0x0141, 0x0111, 0x0085, 0x0049, 0x0025,
        0x0015, 0x0009, 0x0005, 0x0001, 0x5601
    };

    private static final int[] AFTER_MORE_PROBABLE = {
        1, 2, 3, 4, 5, 38, 7, 8, 9, 10, 11, 12, 13, 29, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 45, 46
    };
    private static final int[] AFTER_LESS_PROBABLE = {
        1, 6, 9, 12, 29, 33, 6, 14, 14, 14, 17, 18, 20, 21, 14, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 23, 24, 25, 26,
        27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 46
    };

    private final int[] states;
    private final int[] moreProbable;
    private byte[] data = new byte[0];
    private int at;
    private int end;
    private int code;
    private int interval;
    private int shifts;

    ArithmeticDecoder(int contexts) {
        this.states = new int[contexts];
        this.moreProbable = new int[contexts];
    }

    /** Makes all contexts equally probable. */
    void reset() {
        Arrays.fill(states, 0);
        Arrays.fill(moreProbable, 0);
    }

    void reset(int context, int state) {
        states[context] = state;
    }

    /** Begins with the first bits; contexts stay as they are. */
    void begin(byte[] segment, int from, int to) {
        data = segment;
        at = from;
        end = to;
        code = byteAt(at) << 16;
        readByte();
        code <<= 7;
        shifts -= 7;
        interval = 0x8000;
    }

    private int byteAt(int index) {
        return index < end ? data[index] & 0xFF : 0xFF;
    }

    private void readByte() {
        int next = byteAt(at + 1);
        if (byteAt(at) != 0xFF) {
            at++;
            code += next << 8;
            shifts = 8;
        } else if (next > 0x8F) {
            code += 0xFF00;
            shifts = 8;
        } else {
            at++;
            code += next << 9;
            shifts = 7;
        }
    }

    /** The next decision, 0 or 1. */
    int decide(int context) {
        int state = states[context];
        int probability = PROBABILITY[state];
        interval -= probability;
        int symbol = moreProbable[context];
        if (code >>> 16 < probability) {
            boolean exchanged = interval < probability;
            interval = probability;
            return exchanged ? confirmed(context, state, symbol) : surprised(context, state, symbol);
        }
        code -= probability << 16;
        if ((interval & 0x8000) != 0) {
            return symbol;
        }
        return interval < probability ? surprised(context, state, symbol) : confirmed(context, state, symbol);
    }

    private int confirmed(int context, int state, int symbol) {
        states[context] = AFTER_MORE_PROBABLE[state];
        renormalize();
        return symbol;
    }

    /** States in which nothing is known yet take the surprise for the rule. */
    private int surprised(int context, int state, int symbol) {
        if (state == 0 || state == 6 || state == 14) {
            moreProbable[context] = 1 - symbol;
        }
        states[context] = AFTER_LESS_PROBABLE[state];
        renormalize();
        return 1 - symbol;
    }

    private void renormalize() {
        do {
            if (shifts == 0) {
                readByte();
            }
            interval <<= 1;
            code <<= 1;
            shifts--;
        } while ((interval & 0x8000) == 0);
    }
}
