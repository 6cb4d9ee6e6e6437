package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What a backbone made of a few images, as the input of a network's head. */
public final class FeatureBatch implements InputBatch<FloatBuffer> {
    private final int capacity;
    private final int features;
    private final ByteBuffer bytes;
    private final FloatBuffer values;

    /**
     * An empty batch.
     *
     * @param capacity most images it can hold features of
     * @param features of each image
     */
    public FeatureBatch(int capacity, int features) {
        if (capacity < 1 || features < 1) {
            throw new IllegalArgumentException(
                    "capacity and features must be 1 or more, were " + capacity + " and " + features);
        }
        this.capacity = capacity;
        this.features = features;
        long length = (long) capacity * features * Float.BYTES;
        this.bytes = ByteBuffer.allocateDirect(Math.toIntExact(length)).order(ByteOrder.nativeOrder());
        this.values = bytes.asFloatBuffer();
    }

    @Override
    public int count() {
        return values.position() / features;
    }

    @Override
    public void clear() {
        values.clear();
    }

    /**
     * Adds the features of an image.
     *
     * @param input its values from position to limit
     */
    @Override
    public void add(FloatBuffer input) {
        if (count() == capacity) {
            throw new IllegalStateException("the batch holds " + capacity + " vectors and is full");
        }
        if (input.remaining() != features) {
            throw new IllegalArgumentException("expected " + features + " features, got " + input.remaining());
        }
        values.put(input.duplicate());
    }

    /** The features as N x features. */
    @Override
    public NDArray toArray(NDManager manager) {
        ByteBuffer filled = bytes.slice(0, values.position() * Float.BYTES).order(ByteOrder.nativeOrder());
        return manager.create(filled, new Shape(count(), features), DataType.FLOAT32);
    }
}
