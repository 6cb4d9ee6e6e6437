package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.FeatureBatch;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InputBatch;

/**
 * Fills the next batch on a thread of its own while the present one is computed. Two batches take turns, so memory stays where
 * it is, and the order is the one given, whatever the threads do. Must be closed; for one calling thread at a time.
 *
 * @param <T> what the network sees of one image
 */
public final class BatchLoader<T> implements AutoCloseable {
    private static final long SECONDS_TO_WAIT_FOR_THE_THREAD = 60;

    private final ExecutorService thread;
    private final List<InputBatch<T>> batches;

    private BatchLoader(InputBatch<T> one, InputBatch<T> other) {
        this.batches = List.of(one, other);
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread loader = new Thread(task, "foldwise-batch-loader");
            loader.setDaemon(true);
            return loader;
        });
    }

    /**
     * A loader of pixels without work.
     *
     * @param batchSize most images of a batch
     * @param preprocessing what the images have gone through
     */
    public static BatchLoader<PixelImage> ofImages(int batchSize, Preprocessing preprocessing) {
        return new BatchLoader<>(new ImageBatch(batchSize, preprocessing), new ImageBatch(batchSize, preprocessing));
    }

    /**
     * A loader of a backbone's features without work.
     *
     * @param batchSize most images of a batch
     * @param features of an image
     */
    public static BatchLoader<FloatBuffer> ofFeatures(int batchSize, int features) {
        return new BatchLoader<>(new FeatureBatch(batchSize, features), new FeatureBatch(batchSize, features));
    }

    /** Images with what the network sees of them; valid until the consumer returns. */
    public record Loaded(List<ImageRecord> records, InputBatch<?> inputs) {}

    /**
     * Hands one batch after the other to {@code consumer}, on the calling thread. After an exception the loader can only be
     * closed.
     *
     * @param recordsOfBatches what each batch holds; there may be none
     * @param inputs of an image, as the network is to see it
     * @throws InterruptedException if the calling thread has been interrupted by the time it turns to a batch
     */
    public void forEach(
            List<List<ImageRecord>> recordsOfBatches, Function<ImageRecord, T> inputs, Consumer<Loaded> consumer)
            throws InterruptedException {
        if (recordsOfBatches.isEmpty()) {
            return;
        }
        Future<Loaded> next = load(recordsOfBatches.get(0), batches.get(0), inputs);
        for (int i = 0; i < recordsOfBatches.size(); i++) {
            // a future that is done does not look at the interrupt, and batches usually are done by then
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Loaded loaded = await(next);
            if (i + 1 < recordsOfBatches.size()) {
                next = load(recordsOfBatches.get(i + 1), batches.get((i + 1) % 2), inputs);
            }
            consumer.accept(loaded);
        }
    }

    private Future<Loaded> load(List<ImageRecord> records, InputBatch<T> batch, Function<ImageRecord, T> inputs) {
        return thread.submit(() -> {
            batch.clear();
            records.forEach(image -> batch.add(inputs.apply(image)));
            return new Loaded(records, batch);
        });
    }

    private static Loaded await(Future<Loaded> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException("a loader of images threw what it does not declare", e.getCause());
        }
    }

    /** Ends the thread; what it is loading is given up. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(SECONDS_TO_WAIT_FOR_THE_THREAD, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the thread that loads images does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
