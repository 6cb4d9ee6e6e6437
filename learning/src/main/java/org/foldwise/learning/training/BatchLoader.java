package org.foldwise.learning.training;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.ImageBatch;

/**
 * Fills the next batch on a thread of its own while the present one is computed. Two batches take turns, so memory stays where
 * it is, and the order is the one given, whatever the threads do. Must be closed; for one calling thread at a time.
 */
public final class BatchLoader implements AutoCloseable {
    private static final long SECONDS_TO_WAIT_FOR_THE_THREAD = 60;

    private final ExecutorService thread;
    private final List<ImageBatch> batches;

    /**
     * A loader without work.
     *
     * @param batchSize most images of a batch
     * @param preprocessing what the images have gone through
     */
    public BatchLoader(int batchSize, Preprocessing preprocessing) {
        this.batches = List.of(new ImageBatch(batchSize, preprocessing), new ImageBatch(batchSize, preprocessing));
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread loader = new Thread(task, "foldwise-batch-loader");
            loader.setDaemon(true);
            return loader;
        });
    }

    /**
     * A batch with its pixels loaded; valid until the consumer returns.
     *
     * @param records what the images are of, in their order
     */
    public record Loaded<T>(List<T> records, ImageBatch images) {}

    /**
     * Hands one batch after the other to {@code consumer}, on the calling thread. After an exception the loader can only be
     * closed.
     *
     * @param recordsOfBatches what each batch holds; there may be none
     * @param pixels of a record, as the network is to see it
     * @throws InterruptedException if the calling thread has been interrupted by the time it turns to a batch
     */
    public <T> void forEach(
            List<List<T>> recordsOfBatches, Function<T, PixelImage> pixels, Consumer<Loaded<T>> consumer)
            throws InterruptedException {
        if (recordsOfBatches.isEmpty()) {
            return;
        }
        Future<Loaded<T>> next = load(recordsOfBatches.get(0), batches.get(0), pixels);
        for (int i = 0; i < recordsOfBatches.size(); i++) {
            // a future that is done does not look at the interrupt, and batches usually are done by then
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Loaded<T> loaded = await(next);
            if (i + 1 < recordsOfBatches.size()) {
                next = load(recordsOfBatches.get(i + 1), batches.get((i + 1) % 2), pixels);
            }
            consumer.accept(loaded);
        }
    }

    private <T> Future<Loaded<T>> load(List<T> records, ImageBatch images, Function<T, PixelImage> pixels) {
        return thread.submit(() -> {
            images.clear();
            records.forEach(image -> images.add(pixels.apply(image)));
            return new Loaded<>(records, images);
        });
    }

    private static <T> Loaded<T> await(Future<Loaded<T>> future) throws InterruptedException {
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
