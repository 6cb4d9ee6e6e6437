package org.foldwise.learning.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.TorchEngine;

/** Computes features of images. Must be closed; for one thread at a time. */
final class FeatureExtraction implements AutoCloseable {
    private static final int BATCH_SIZE = 32;

    private final Network network;
    private final Preprocessing preprocessing;
    private final BatchLoader<PixelImage> loader;
    private final int length;
    private boolean looked;

    FeatureExtraction(TorchEngine engine, FrozenBackbone backbone, Preprocessing preprocessing) {
        // the head computes nothing here, a network just has one
        this.network =
                Network.open(engine, backbone.network(), backbone.with(InitialWeights.drawHead(backbone.network(), 0)));
        this.preprocessing = preprocessing;
        this.loader = BatchLoader.ofImages(BATCH_SIZE, preprocessing);
        this.length = backbone.network().features();
    }

    /**
     * Hands the features of each image to {@code consumer}, on the calling thread; the buffer is valid until it returns.
     *
     * @throws DependentFeaturesException if an image's features depend on those beside it
     */
    void compute(List<ImageRecord> images, PreprocessedImages pixels, BiConsumer<ImageRecord, ByteBuffer> consumer)
            throws InterruptedException {
        loader.forEach(inPairsOrMore(images), pixels::pixelsOf, loaded -> {
            float[] features = network.features((ImageBatch) loaded.inputs());
            requireIndependence(loaded.records(), features, pixels);
            ByteBuffer bytes =
                    ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(features);
            for (int i = 0; i < loaded.records().size(); i++) {
                consumer.accept(loaded.records().get(i), bytes.slice(i * length * Float.BYTES, length * Float.BYTES));
            }
        });
    }

    /** Batches of two at least: a single image stands there twice. */
    private static List<List<ImageRecord>> inPairsOrMore(List<ImageRecord> images) {
        List<List<ImageRecord>> batches = new ArrayList<>();
        for (int from = 0; from < images.size(); from += BATCH_SIZE) {
            List<ImageRecord> batch = images.subList(from, Math.min(images.size(), from + BATCH_SIZE));
            batches.add(batch.size() == 1 ? List.of(batch.get(0), batch.get(0)) : batch);
        }
        return batches;
    }

    /** Compares the first two of the first batch with what they come to in a batch of their own, the other way round. */
    private void requireIndependence(List<ImageRecord> records, float[] features, PreprocessedImages pixels) {
        if (looked || records.size() == 2) {
            return;
        }
        looked = true;
        ImageBatch pair = new ImageBatch(2, preprocessing);
        pair.add(pixels.pixelsOf(records.get(1)));
        pair.add(pixels.pixelsOf(records.get(0)));
        float[] again = network.features(pair);
        if (!Arrays.equals(features, 0, length, again, length, 2 * length)
                || !Arrays.equals(features, length, 2 * length, again, 0, length)) {
            throw new DependentFeaturesException();
        }
    }

    @Override
    public void close() {
        loader.close();
        network.close();
    }
}
