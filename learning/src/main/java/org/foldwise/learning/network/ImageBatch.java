package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.SampleTables;

/**
 * A few images as the network's input, outside the heap. Training, evaluation and prediction all fill their batches here, so
 * an image means the same to each of them.
 *
 * <p>A batch is meant to be used again and again: memory of its kind is given back only by a garbage collection, so a fresh one
 * for each step would let a process grow. Not safe for several threads at once.
 */
public final class ImageBatch implements InputBatch<PixelImage> {
    private final int capacity;
    private final Preprocessing preprocessing;
    private final SampleTables tables;
    private final float[] values;
    private final ByteBuffer bytes;
    private final FloatBuffer pixels;

    /**
     * An empty batch.
     *
     * @param capacity most images it can hold
     * @param preprocessing what images of it have gone through
     */
    public ImageBatch(int capacity, Preprocessing preprocessing) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be 1 or more, was " + capacity);
        }
        this.capacity = capacity;
        this.preprocessing = preprocessing;
        this.tables = SampleTables.of(preprocessing);
        this.values = new float[preprocessing.tensorLength()];
        long length = (long) capacity * values.length * Float.BYTES;
        this.bytes = ByteBuffer.allocateDirect(Math.toIntExact(length)).order(ByteOrder.nativeOrder());
        this.pixels = bytes.asFloatBuffer();
    }

    /** Number of images it holds now. */
    @Override
    public int count() {
        return pixels.position() / values.length;
    }

    @Override
    public void clear() {
        pixels.clear();
    }

    /**
     * Adds an image.
     *
     * @param image preprocessed pixels, perhaps augmented since
     */
    @Override
    public void add(PixelImage image) {
        if (count() == capacity) {
            throw new IllegalStateException("the batch holds " + capacity + " images and is full");
        }
        tables.toChannelsLast(image, values, 0);
        pixels.put(values);
    }

    /** Repeats the first image until the batch is full: a batch of another length is computed by other kernels. */
    public void fillUp() {
        if (count() == 0) {
            throw new IllegalStateException("the batch is empty, there is no image to be repeated");
        }
        FloatBuffer first = pixels.duplicate().flip().limit(values.length);
        while (count() < capacity) {
            pixels.put(first.duplicate());
        }
    }

    /**
     * The images as N x C x H x W in float32, over this batch's own memory, owned by {@code manager}. The channels of a pixel lie
     * side by side, as kernels want them: to lay out an image anew takes libtorch a tenth of a single answer in bfloat16.
     */
    @Override
    public NDArray toArray(NDManager manager) {
        ByteBuffer filled = bytes.slice(0, pixels.position() * Float.BYTES).order(ByteOrder.nativeOrder());
        Shape shape = new Shape(count(), preprocessing.height(), preprocessing.width(), preprocessing.channels());
        // left to the manager: DJL keeps the buffer as long as the array over it, and no longer
        NDArray channelsLast = manager.create(filled, shape, DataType.FLOAT32);
        return channelsLast.transpose(0, 3, 1, 2);
    }
}
