package org.foldwise.learning.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.TorchEngine;

/**
 * Computes features of images, always {@link #BATCH_SIZE} at once: the engine chooses its kernels by the shape of a batch, so an
 * image comes to the same features, bit for bit, whichever others are computed with it. Must be closed; for one thread at a time.
 */
final class FeatureExtraction implements AutoCloseable {
    private static final int BATCH_SIZE = 32;

    private final Network network;
    private final BatchLoader<PixelImage> loader;
    private final int length;

    FeatureExtraction(TorchEngine engine, FrozenBackbone backbone, Preprocessing preprocessing) {
        // the head computes nothing here, a network just has one
        this.network =
                Network.open(engine, backbone.network(), backbone.with(InitialWeights.drawHead(backbone.network(), 0)));
        this.loader = BatchLoader.ofImages(BATCH_SIZE, preprocessing);
        this.length = backbone.network().features();
    }

    /** Hands the features of each image to {@code consumer}, on the calling thread; the buffer is valid until it returns. */
    void compute(List<ImageRecord> images, PreprocessedImages pixels, BiConsumer<ImageRecord, ByteBuffer> consumer)
            throws InterruptedException {
        Iterator<ImageRecord> remaining = images.iterator();
        loader.forEach(fullBatches(images), pixels::pixelsOf, loaded -> {
            float[] features = network.features((ImageBatch) loaded.inputs());
            ByteBuffer bytes =
                    ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(features);
            for (int i = 0; i < BATCH_SIZE && remaining.hasNext(); i++) {
                consumer.accept(
                        remaining.next(),
                        bytes.slice(i * length * Float.BYTES, length * Float.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN));
            }
        });
    }

    /** The last batch is filled up with its first image. */
    private static List<List<ImageRecord>> fullBatches(List<ImageRecord> images) {
        List<List<ImageRecord>> batches = new ArrayList<>();
        for (int from = 0; from < images.size(); from += BATCH_SIZE) {
            List<ImageRecord> batch = new ArrayList<>(images.subList(from, Math.min(images.size(), from + BATCH_SIZE)));
            batch.addAll(Collections.nCopies(BATCH_SIZE - batch.size(), batch.get(0)));
            batches.add(batch);
        }
        return batches;
    }

    /**
     * Looks whether it is as said above: that libtorch's kernels compute all places of a batch alike is how they are, not a promise.
     *
     * @param images a few are looked at, in their order and the other way round
     */
    boolean isIndependent(List<ImageRecord> images, PreprocessedImages pixels) throws InterruptedException {
        List<ImageRecord> some = images.subList(0, Math.min(images.size(), BATCH_SIZE));
        List<ImageRecord> reversed = new ArrayList<>(some);
        Collections.reverse(reversed);
        Map<ImageRecord, ByteBuffer> one = new HashMap<>();
        compute(some, pixels, one::put);
        Map<ImageRecord, ByteBuffer> other = new HashMap<>();
        compute(reversed, pixels, other::put);
        return one.equals(other);
    }

    @Override
    public void close() {
        loader.close();
        network.close();
    }
}
