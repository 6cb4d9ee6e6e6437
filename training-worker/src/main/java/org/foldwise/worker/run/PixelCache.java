package org.foldwise.worker.run;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.worker.StoredImages;
import org.springframework.stereotype.Component;

/** The worker's preprocessed images: each is decoded once for all folds, runs and evaluations, as long as it stays in the cache. */
@Component
public final class PixelCache {
    private final RecordCache cache;
    private final StoredImages store;

    PixelCache(RecordCache cache, StoredImages store) {
        this.cache = cache;
        this.store = store;
    }

    /**
     * The pixels of these images and of no others. What is missing is decoded on all of the worker's threads.
     *
     * @param progress told how many images were decoded
     */
    public CachedPixels open(List<ImageRecord> images, Preprocessing preprocessing, StoredImages.Progress progress)
            throws InterruptedException {
        Map<Digest, ImageRecord> byContent = new LinkedHashMap<>();
        images.forEach(image -> byContent.putIfAbsent(image.picture(), image));
        AtomicInteger done = new AtomicInteger();
        Records records = cache.fill(
                CachedPixels.shelf(preprocessing),
                byContent.keySet(),
                (contents, sink) -> store.forEach(
                        contents.stream().map(byContent::get).toList(),
                        preprocessing,
                        (index, image, decoded) -> sink.put(
                                image.picture(),
                                ByteBuffer.wrap(
                                        preprocessing.toPixels(decoded.pixels()).samples())),
                        portion -> progress.done(done.incrementAndGet())));
        return new CachedPixels(records, preprocessing);
    }
}
