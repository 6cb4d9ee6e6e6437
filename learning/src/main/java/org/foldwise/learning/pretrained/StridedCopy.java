package org.foldwise.learning.pretrained;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Elements of a storage brought into the order of a tensor's shape, the last dimension running fastest. */
final class StridedCopy {
    private StridedCopy() {}

    /**
     * The bytes of a view's elements.
     *
     * @param root all bytes of the view's storage
     * @param elements product of the view's shape, small enough for a buffer
     */
    static ByteBuffer of(PickleValue.TensorView view, ByteBuffer root, int elements) {
        int width = view.storage().type().bytes();
        // a view lies within its storage, whose bytes are a buffer's, so positions are ints
        int start = elements == 0 ? 0 : (int) (view.storage().offset() + view.offset()) * width;
        if (isContiguous(view.shape(), view.strides())) {
            return root.slice(start, elements * width);
        }
        ByteBuffer copy = ByteBuffer.allocate(elements * width).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer from = root.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int[] index = new int[view.shape().size()];
        int position = start;
        for (int i = 0; i < elements; i++) {
            put(copy, from, position, width);
            position += advance(index, view.shape(), view.strides()) * width;
        }
        return copy.flip();
    }

    private static boolean isContiguous(List<Long> shape, List<Long> strides) {
        long expected = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= shape.get(i);
        }
        return true;
    }

    /** Steps to the next index; says by how many elements the position moves. */
    private static int advance(int[] index, List<Long> shape, List<Long> strides) {
        long step = 0;
        for (int i = index.length - 1; i >= 0; i--) {
            if (index[i] + 1 < shape.get(i)) {
                index[i]++;
                return (int) (step + strides.get(i));
            }
            step -= index[i] * strides.get(i);
            index[i] = 0;
        }
        return (int) step;
    }

    private static void put(ByteBuffer to, ByteBuffer from, int position, int width) {
        switch (width) {
            case Byte.BYTES -> to.put(from.get(position));
            case Short.BYTES -> to.putShort(from.getShort(position));
            case Integer.BYTES -> to.putInt(from.getInt(position));
            case Long.BYTES -> to.putLong(from.getLong(position));
            default -> throw new IllegalArgumentException("no element has " + width + " bytes");
        }
    }
}
