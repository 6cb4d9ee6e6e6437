package org.foldwise.learning.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An immutable array of numbers with a shape, outside native memory. Equal tensors have equal type, shape and bits.
 */
public final class Tensor {
    private final ElementType type;
    private final List<Long> shape;
    private final ByteBuffer littleEndian;

    private Tensor(ElementType type, List<Long> shape, ByteBuffer littleEndian) {
        this.type = type;
        this.shape = shape;
        this.littleEndian = littleEndian;
    }

    /**
     * A tensor over a copy of {@code littleEndian}'s remaining bytes, row-major.
     *
     * @param shape lengths of the dimensions, outermost first, each 0 or more; empty for a scalar
     * @throws IllegalArgumentException if the number of bytes is not that of the shape
     */
    public static Tensor copyOf(ElementType type, List<Long> shape, ByteBuffer littleEndian) {
        ByteBuffer copy = ByteBuffer.allocate(littleEndian.remaining());
        copy.put(littleEndian.duplicate()).flip();
        return wrap(type, shape, copy);
    }

    /** A tensor of float32 values, row-major; the array is copied. */
    public static Tensor of(List<Long> shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return wrap(ElementType.FLOAT32, shape, bytes);
    }

    /** A scalar of type int64. */
    public static Tensor of(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, value);
        return wrap(ElementType.INT64, List.of(), bytes);
    }

    /** A tensor over {@code littleEndian} itself, which nobody may change afterwards. */
    static Tensor wrap(ElementType type, List<Long> shape, ByteBuffer littleEndian) {
        long expected = byteSize(type, shape);
        if (littleEndian.remaining() != expected) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " and type " + type + " has " + expected
                    + " bytes, was given " + littleEndian.remaining());
        }
        return new Tensor(type, List.copyOf(shape), littleEndian.asReadOnlyBuffer());
    }

    /**
     * Number of bytes of a tensor of that type and shape: none where any dimension is 0, whatever the others are.
     *
     * @throws IllegalArgumentException if a dimension is negative or the product does not fit
     */
    static long byteSize(ElementType type, List<Long> shape) {
        if (shape.stream().anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("a shape must not have negative dimensions, was " + shape);
        }
        if (shape.contains(0L)) {
            return 0;
        }
        long size = type.bytes();
        for (long dimension : shape) {
            try {
                size = Math.multiplyExact(size, dimension);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("a tensor of shape " + shape + " is too large", e);
            }
        }
        return size;
    }

    public ElementType type() {
        return type;
    }

    /** Lengths of the dimensions, outermost first; empty for a scalar. */
    public List<Long> shape() {
        return shape;
    }

    /** Number of elements. */
    public int size() {
        return littleEndian.remaining() / type.bytes();
    }

    /** The elements' bytes, row-major, in little-endian order: a read-only view from position 0. */
    public ByteBuffer bytes() {
        return littleEndian.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The elements as float32 values; only for {@link ElementType#FLOAT32}. */
    public float[] floats() {
        requireType(ElementType.FLOAT32);
        float[] values = new float[size()];
        bytes().asFloatBuffer().get(values);
        return values;
    }

    /** The only element of an {@link ElementType#INT64} scalar. */
    public long longValue() {
        requireType(ElementType.INT64);
        if (!shape.isEmpty()) {
            throw new IllegalStateException("only a scalar has one value, the shape is " + shape);
        }
        return bytes().getLong();
    }

    private void requireType(ElementType expected) {
        if (type != expected) {
            throw new IllegalStateException("the tensor's type is " + type + ", not " + expected);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor
                && type == tensor.type
                && shape.equals(tensor.shape)
                && littleEndian.equals(tensor.littleEndian);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + littleEndian.hashCode();
    }

    @Override
    public String toString() {
        return type + " " + shape;
    }
}
