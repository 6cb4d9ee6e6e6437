package org.foldwise.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageTypeTest {
    /** Every pattern of 16 bits. */
    private static final int PATTERNS = 1 << 16;

    private static float[] widened(StorageType type) {
        ByteBuffer stored = ByteBuffer.allocate(PATTERNS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < PATTERNS; bits++) {
            stored.putShort((short) bits);
        }
        return type.read(List.of((long) PATTERNS), stored.flip()).floats();
    }

    /** All numbers of a binary format from its definition. */
    private static float[] defined(int exponentBits, int fractionBits) {
        float[] values = new float[PATTERNS];
        int highest = (1 << exponentBits) - 1;
        int bias = highest / 2;
        for (int bits = 0; bits < PATTERNS; bits++) {
            int fraction = bits & ((1 << fractionBits) - 1);
            int exponent = (bits >> fractionBits) & highest;
            double significand = fraction / Math.pow(2, fractionBits);
            double magnitude;
            if (exponent == highest) {
                magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            } else if (exponent == 0) {
                magnitude = significand * Math.pow(2, 1.0 - bias);
            } else {
                magnitude = (1 + significand) * Math.pow(2, (double) exponent - bias);
            }
            values[bits] = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
        }
        return values;
    }

    /** Tells 0 from -0, but no NaN from another. */
    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    @Test
    void widensEveryFloat16ToTheSameValue() {
        assertThat(bits(widened(StorageType.FLOAT16))).isEqualTo(bits(defined(5, 10)));
    }

    @Test
    void widensEveryBfloat16ToTheSameValue() {
        assertThat(bits(widened(StorageType.BFLOAT16))).isEqualTo(bits(defined(8, 7)));
    }

    @Test
    void widensIntegersWithAndWithoutSign() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {-1, 1, 0, -128});
        List<Long> four = List.of(4L);
        assertThat(longs(StorageType.INT8.read(four, bytes))).containsExactly(-1, 1, 0, -128);
        assertThat(longs(StorageType.UINT8.read(four, bytes))).containsExactly(255, 1, 0, 128);
        assertThat(longs(StorageType.INT16.read(List.of(2L), bytes))).containsExactly(0x1FF, -32768);
        assertThat(longs(StorageType.INT32.read(List.of(1L), bytes))).containsExactly(0x800001FF);
    }

    private static long[] longs(Tensor tensor) {
        long[] values = new long[tensor.size()];
        tensor.bytes().asLongBuffer().get(values);
        return values;
    }

    @Test
    void refusesBytesThatAreNotTheShapes() {
        for (int length : new int[] {0, 3, 5, 6}) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> StorageType.FLOAT16.read(List.of(2L), bytes))
                    .withMessageContaining("was given " + length + " bytes");
        }
    }
}
