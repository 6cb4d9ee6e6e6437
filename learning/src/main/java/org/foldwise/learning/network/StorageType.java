package org.foldwise.learning.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How a file of weights holds the elements of a tensor, little-endian, and as what they are read: no value changes, because
 * each type is widened to one that holds all its values.
 */
public enum StorageType {
    /** IEEE 754 binary16. */
    FLOAT16(Short.BYTES, ElementType.FLOAT32),
    /** The upper half of a float32. */
    BFLOAT16(Short.BYTES, ElementType.FLOAT32),
    FLOAT32(Float.BYTES, ElementType.FLOAT32),
    FLOAT64(Double.BYTES, ElementType.FLOAT64),
    INT8(Byte.BYTES, ElementType.INT64),
    INT16(Short.BYTES, ElementType.INT64),
    INT32(Integer.BYTES, ElementType.INT64),
    INT64(Long.BYTES, ElementType.INT64),
    UINT8(Byte.BYTES, ElementType.INT64),
    /** One byte an element, 0 or 1. */
    BOOL(Byte.BYTES, ElementType.INT64);

    private static final long MAXIMUM_BYTES = Integer.MAX_VALUE - 8;

    private final int bytes;
    private final ElementType elementType;

    StorageType(int bytes, ElementType elementType) {
        this.bytes = bytes;
        this.elementType = elementType;
    }

    /** Bytes of one element in the file. */
    public int bytes() {
        return bytes;
    }

    /** Type of the elements once they are read. */
    public ElementType elementType() {
        return elementType;
    }

    /**
     * The tensor whose elements are {@code stored}'s remaining bytes, row-major; they are copied.
     *
     * @throws IllegalArgumentException if the number of bytes is not that of the shape, or they are too many once widened
     */
    public Tensor read(List<Long> shape, ByteBuffer stored) {
        long expected = Tensor.byteSize(elementType, shape);
        if (expected > MAXIMUM_BYTES) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " is too large: it has " + expected
                    + " bytes as " + elementType + ", at most " + MAXIMUM_BYTES + " are read");
        }
        long size = expected / elementType.bytes();
        if (size != stored.remaining() / bytes || stored.remaining() % bytes != 0) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " and stored type " + this + " has "
                    + size + " elements of " + bytes + " bytes, was given " + stored.remaining() + " bytes");
        }
        ByteBuffer from = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = ByteBuffer.allocate((int) expected).order(ByteOrder.LITTLE_ENDIAN);
        switch (this) {
            case FLOAT32, FLOAT64, INT64 -> to.put(from);
            case FLOAT16 -> {
                while (from.hasRemaining()) {
                    to.putFloat(ofFloat16(from.getShort()));
                }
            }
            case BFLOAT16 -> {
                while (from.hasRemaining()) {
                    to.putInt(from.getShort() << 16);
                }
            }
            case INT8 -> {
                while (from.hasRemaining()) {
                    to.putLong(from.get());
                }
            }
            case INT16 -> {
                while (from.hasRemaining()) {
                    to.putLong(from.getShort());
                }
            }
            case INT32 -> {
                while (from.hasRemaining()) {
                    to.putLong(from.getInt());
                }
            }
            case UINT8, BOOL -> {
                while (from.hasRemaining()) {
                    to.putLong(from.get() & 0xFF);
                }
            }
        }
        return Tensor.wrap(elementType, shape, to.flip());
    }

    /** The float32 of the same value: 1 bit of sign, 5 of exponent with bias 15, 10 of fraction. A NaN stays one. */
    static float ofFloat16(short half) {
        int exponent = (half >> 10) & 0x1F;
        int fraction = half & 0x3FF;
        float magnitude =
                switch (exponent) {
                    case 0 -> fraction * 0x1p-24f;
                    case 0x1F -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Float.intBitsToFloat((exponent - 15 + 127) << 23 | fraction << 13);
                };
        return half < 0 ? -magnitude : magnitude;
    }
}
