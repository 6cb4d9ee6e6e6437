package org.foldwise.learning.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.FeatureNetwork;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.TorchEngine;

/**
 * Computes what a frozen backbone makes of images, always as many at once: the engine chooses its kernels by the shape of a batch, so
 * an image comes to the same features, bit for bit, whichever others are computed with it, in a training as for the cache. Must be
 * closed; for one thread at a time.
 */
final class FeatureExtraction implements AutoCloseable {
    private static final int MOST_IMAGES = 32;
    /** Of a batch. More would cost memory and gain nothing. */
    private static final int MOST_PIXELS = MOST_IMAGES * 256 * 256;

    private final FeatureNetwork network;
    private final BatchLoader<PixelImage> loader;
    private final int batchSize;
    private final int length;
    private boolean looked;

    FeatureExtraction(TorchEngine engine, FrozenBackbone backbone, Precision precision, Preprocessing preprocessing) {
        this.batchSize = batchSize(preprocessing.height(), preprocessing.width());
        this.length = backbone.network().features();
        this.network = backbone.open(engine, precision, preprocessing.height(), preprocessing.width());
        this.loader = BatchLoader.ofImages(batchSize, preprocessing);
    }

    /** How many images of that size are computed at once: 32, and fewer of images above 256 x 256 pixels. */
    static int batchSize(int height, int width) {
        return Math.max(1, Math.min(MOST_IMAGES, MOST_PIXELS / (height * width)));
    }

    /**
     * Hands the features of each image to {@code consumer}, on the calling thread.
     *
     * @param images in the order in which they are asked for and handed over; one may stand there several times
     * @param consumer gets {@link org.foldwise.learning.network.NetworkSpec#features} numbers in float32 and little-endian order, valid
     *     until it returns
     */
    void compute(
            List<ImageRecord> images,
            Function<ImageRecord, PixelImage> pixels,
            BiConsumer<ImageRecord, ByteBuffer> consumer)
            throws InterruptedException {
        loader.forEach(batches(images), pixels, loaded -> handOver(loaded, consumer));
    }

    /**
     * The same, after a look whether it is as said above: that libtorch's kernels compute all places of a batch alike is how they are,
     * not a promise. The first batch of all is computed in its order and the other way round.
     *
     * @throws DependentFeaturesException if an image's features depend on its place or its neighbours; nothing has been handed over then
     */
    void computeIndependent(
            List<ImageRecord> images,
            Function<ImageRecord, PixelImage> pixels,
            BiConsumer<ImageRecord, ByteBuffer> consumer)
            throws InterruptedException {
        loader.forEach(batches(images), pixels, loaded -> {
            if (!looked) {
                requireIndependence(filledUp(loaded));
                looked = true;
            }
            handOver(loaded, consumer);
        });
    }

    private List<List<ImageRecord>> batches(List<ImageRecord> images) {
        List<List<ImageRecord>> batches = new ArrayList<>();
        for (int from = 0; from < images.size(); from += batchSize) {
            batches.add(images.subList(from, Math.min(images.size(), from + batchSize)));
        }
        return batches;
    }

    private static ImageBatch filledUp(BatchLoader.Loaded loaded) {
        ImageBatch batch = (ImageBatch) loaded.inputs();
        batch.fillUp();
        return batch;
    }

    private void requireIndependence(ImageBatch batch) {
        if (!areReverse(network.features(batch), network.featuresReversed(batch), batchSize)) {
            throw new DependentFeaturesException();
        }
    }

    /**
     * Whether rows are the same, bit for bit, in the opposite order.
     *
     * @param features rows by length, row-major
     * @param others as many
     */
    static boolean areReverse(float[] features, float[] others, int rows) {
        int length = features.length / rows;
        for (int row = 0; row < rows; row++) {
            int from = row * length;
            int there = (rows - 1 - row) * length;
            if (!Arrays.equals(features, from, from + length, others, there, there + length)) {
                return false;
            }
        }
        return true;
    }

    private void handOver(BatchLoader.Loaded loaded, BiConsumer<ImageRecord, ByteBuffer> consumer) {
        float[] features = network.features(filledUp(loaded));
        ByteBuffer bytes = ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(features);
        for (int i = 0; i < loaded.records().size(); i++) {
            consumer.accept(
                    loaded.records().get(i),
                    bytes.slice(i * length * Float.BYTES, length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    @Override
    public void close() {
        loader.close();
        network.close();
    }
}
