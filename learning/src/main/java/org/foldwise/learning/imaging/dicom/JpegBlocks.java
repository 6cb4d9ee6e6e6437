package org.foldwise.learning.imaging.dicom;

import java.util.Arrays;
import java.util.List;

/**
 * Sequential DCT scans: Huffman-coded blocks of 8 x 8 coefficients, dequantised and transformed back by the accurate integer
 * method of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in the fixed-point arithmetic that the IJG library made common.
 */
final class JpegBlocks {
    /** The place within a block, row by row, of each coefficient in the order of the file. */
    static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    private static final int CONSTANT_BITS = 13;
    private static final int C_0_298631336 = 2446;
    private static final int C_0_390180644 = 3196;
    private static final int C_0_541196100 = 4433;
    private static final int C_0_765366865 = 6270;
    private static final int C_0_899976223 = 7373;
    private static final int C_1_175875602 = 9633;
    private static final int C_1_501321110 = 12299;
    private static final int C_1_847759065 = 15137;
    private static final int C_1_961570560 = 16069;
    private static final int C_2_053119869 = 16819;
    private static final int C_2_562915447 = 20995;
    private static final int C_3_072711026 = 25172;

    private final int maximum;
    private final int centre;
    private final int firstPassBits;
    private final int largestMeanCategory;
    private final int[][] quantisation;
    private final JpegRestarts restarts;
    private final int[] coefficients = new int[64];
    private final int[] work = new int[64];

    JpegBlocks(int precision, int[][] quantisation, JpegRestarts restarts) {
        this.maximum = (1 << precision) - 1;
        this.centre = 1 << (precision - 1);
        this.firstPassBits = precision == 8 ? 2 : 1;
        this.largestMeanCategory = precision == 8 ? 11 : 15;
        this.quantisation = quantisation;
        this.restarts = restarts;
    }

    void decode(List<JpegComponent> scanned, List<JpegComponent> all, PixelFormat format, BitReader bits) {
        if (scanned.size() == 1) {
            JpegComponent only = scanned.get(0);
            for (int y = 0; y < only.blocksDown(); y++) {
                for (int x = 0; x < only.blocksAcross(); x++) {
                    beginUnit(scanned);
                    decodeBlock(only, x, y, bits);
                }
            }
            return;
        }
        int horizontal = all.stream().mapToInt(JpegComponent::horizontal).max().orElse(1);
        int vertical = all.stream().mapToInt(JpegComponent::vertical).max().orElse(1);
        int unitsAcross = (format.columns() + 8 * horizontal - 1) / (8 * horizontal);
        int unitsDown = (format.rows() + 8 * vertical - 1) / (8 * vertical);
        for (int y = 0; y < unitsDown; y++) {
            for (int x = 0; x < unitsAcross; x++) {
                beginUnit(scanned);
                for (JpegComponent component : scanned) {
                    decodeUnit(component, x, y, bits);
                }
            }
        }
    }

    private void beginUnit(List<JpegComponent> scanned) {
        if (restarts.beforeUnit()) {
            scanned.forEach(JpegComponent::restart);
        }
    }

    private void decodeUnit(JpegComponent component, int x, int y, BitReader bits) {
        for (int down = 0; down < component.vertical(); down++) {
            for (int across = 0; across < component.horizontal(); across++) {
                decodeBlock(component, x * component.horizontal() + across, y * component.vertical() + down, bits);
            }
        }
    }

    private void decodeBlock(JpegComponent component, int x, int y, BitReader bits) {
        int[] table = quantisation[component.quantisation()];
        if (table == null) {
            throw UnreadableDicomException.corrupt("a JPEG scan needs a table that is not there");
        }
        Arrays.fill(coefficients, 0);
        int category = component.means().next(bits);
        if (category > largestMeanCategory) {
            throw UnreadableDicomException.corrupt("the coded data of a frame hold an impossible value");
        }
        coefficients[0] = (short) component.nextMean(JpegHuffmanTable.extended(bits, category)) * table[0];
        for (int k = 1; k < 64; k++) {
            int code = component.details().next(bits);
            int size = code & 15;
            if (size == 0) {
                if (code != 0xF0) {
                    break;
                }
                k += 15;
                continue;
            }
            k += code >> 4;
            if (k > 63) {
                throw UnreadableDicomException.corrupt("the coded data of a frame hold too many coefficients");
            }
            int at = ZIGZAG[k];
            coefficients[at] = JpegHuffmanTable.extended(bits, size) * table[at];
        }
        transform(component.plane(), y * 8 * component.stride() + x * 8, component.stride());
    }

    private void transform(short[] plane, int offset, int stride) {
        int shift = CONSTANT_BITS - firstPassBits;
        for (int column = 0; column < 8; column++) {
            transform(coefficients, column, 8, shift);
        }
        shift = CONSTANT_BITS + firstPassBits + 3;
        for (int row = 0; row < 8; row++) {
            System.arraycopy(work, 8 * row, coefficients, 8 * row, 8);
            transform(coefficients, 8 * row, 1, shift);
            for (int x = 0; x < 8; x++) {
                int value = work[8 * row + x] + centre;
                plane[offset + row * stride + x] = (short) Math.max(0, Math.min(maximum, value));
            }
        }
    }

    /** Eight values, {@code step} apart, from {@code in} to the same places of {@link #work}. */
    private void transform(int[] in, int start, int step, int shift) {
        int z2 = in[start + 2 * step];
        int z3 = in[start + 6 * step];
        int z1 = (z2 + z3) * C_0_541196100;
        int even2 = z1 - z3 * C_1_847759065;
        int even3 = z1 + z2 * C_0_765366865;
        int even0 = (in[start] + in[start + 4 * step]) << CONSTANT_BITS;
        int even1 = (in[start] - in[start + 4 * step]) << CONSTANT_BITS;
        int sum0 = even0 + even3;
        int sum3 = even0 - even3;
        int sum1 = even1 + even2;
        int sum2 = even1 - even2;

        int odd0 = in[start + 7 * step];
        int odd1 = in[start + 5 * step];
        int odd2 = in[start + 3 * step];
        int odd3 = in[start + step];
        int a = (odd0 + odd3) * -C_0_899976223;
        int b = (odd1 + odd2) * -C_2_562915447;
        int common = (odd0 + odd2 + odd1 + odd3) * C_1_175875602;
        int c = (odd0 + odd2) * -C_1_961570560 + common;
        int d = (odd1 + odd3) * -C_0_390180644 + common;
        odd0 = odd0 * C_0_298631336 + a + c;
        odd1 = odd1 * C_2_053119869 + b + d;
        odd2 = odd2 * C_3_072711026 + b + c;
        odd3 = odd3 * C_1_501321110 + a + d;

        int half = 1 << (shift - 1);
        work[start] = (sum0 + odd3 + half) >> shift;
        work[start + 7 * step] = (sum0 - odd3 + half) >> shift;
        work[start + step] = (sum1 + odd2 + half) >> shift;
        work[start + 6 * step] = (sum1 - odd2 + half) >> shift;
        work[start + 2 * step] = (sum2 + odd1 + half) >> shift;
        work[start + 5 * step] = (sum2 - odd1 + half) >> shift;
        work[start + 3 * step] = (sum3 + odd0 + half) >> shift;
        work[start + 4 * step] = (sum3 - odd0 + half) >> shift;
    }
}
