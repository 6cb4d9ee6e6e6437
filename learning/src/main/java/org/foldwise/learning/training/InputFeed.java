package org.foldwise.learning.training;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.network.FeatureBatch;

/** How a training's images reach the network that it trains: as pixels or, where the backbone stays as it is, as features. */
interface InputFeed extends AutoCloseable {
    /** Hands over batches of training images as they are in that epoch; see {@link BatchLoader#forEach}. */
    void training(List<List<ImageRecord>> batches, int epochIndex, Consumer<BatchLoader.Loaded> consumer)
            throws InterruptedException;

    /** Hands over batches of validation images; see {@link BatchLoader#forEach}. */
    void validation(List<List<ImageRecord>> batches, Consumer<BatchLoader.Loaded> consumer) throws InterruptedException;

    @Override
    void close();

    /** Pixels, for a network that begins with them. */
    static InputFeed ofPixels(TrainingTask task) {
        return new Direct<>(
                BatchLoader.ofImages(mostInputs(task), task.preprocessing()),
                task.training()::inEpoch,
                task.validation()::pixelsOf);
    }

    /**
     * Features that the task has already, for a head alone.
     *
     * @param length of the features of an image
     */
    static InputFeed ofFeatures(TrainingTask task, int length) {
        return new Direct<>(
                BatchLoader.ofFeatures(mostInputs(task), length),
                epochIndex -> task.training()::featuresOf,
                task.validation()::featuresOf);
    }

    /** Features of the images as they are in each epoch, for a head alone; the feed closes {@code extraction}. */
    static InputFeed ofExtraction(TrainingTask task, FeatureExtraction extraction) {
        return new Extracting(
                task,
                extraction,
                new FeatureBatch(mostInputs(task), task.network().features()));
    }

    /** A single last image of the validation is joined to the batch before. */
    private static int mostInputs(TrainingTask task) {
        return task.plan().batchSize() + 1;
    }

    /**
     * Hands over what there is of images.
     *
     * @param training of an image in an epoch
     * @param <T> what the network sees of one image
     */
    record Direct<T>(
            BatchLoader<T> loader, IntFunction<Function<ImageRecord, T>> training, Function<ImageRecord, T> validation)
            implements InputFeed {
        @Override
        public void training(List<List<ImageRecord>> batches, int epochIndex, Consumer<BatchLoader.Loaded> consumer)
                throws InterruptedException {
            loader.forEach(batches, training.apply(epochIndex), consumer);
        }

        @Override
        public void validation(List<List<ImageRecord>> batches, Consumer<BatchLoader.Loaded> consumer)
                throws InterruptedException {
            loader.forEach(batches, validation, consumer);
        }

        @Override
        public void close() {
            loader.close();
        }
    }

    /**
     * Computes features in the extraction's own batches, across the borders of the training's: they are then those that a cache would
     * have, bit for bit, and the size of a training's batches does not decide how fast they come. Validation images are the same in
     * every epoch, so their features are kept in memory after the first, if they are not too many.
     */
    final class Extracting implements InputFeed {
        private static final long MOST_BYTES_KEPT = 64 << 20;

        private final TrainingTask task;
        private final FeatureExtraction extraction;
        private final FeatureBatch assembled;
        private final Map<ImageRecord, ByteBuffer> kept = new HashMap<>();

        private Extracting(TrainingTask task, FeatureExtraction extraction, FeatureBatch assembled) {
            this.task = task;
            this.extraction = extraction;
            this.assembled = assembled;
        }

        @Override
        public void training(List<List<ImageRecord>> batches, int epochIndex, Consumer<BatchLoader.Loaded> consumer)
                throws InterruptedException {
            extraction.compute(images(batches), task.training().inEpoch(epochIndex), assembly(batches, consumer));
        }

        @Override
        public void validation(List<List<ImageRecord>> batches, Consumer<BatchLoader.Loaded> consumer)
                throws InterruptedException {
            List<ImageRecord> images = images(batches);
            Assembly assembly = assembly(batches, consumer);
            if (kept.isEmpty()) {
                long bytes = (long) images.size() * task.network().features() * Float.BYTES;
                extraction.compute(images, task.validation()::pixelsOf, (image, features) -> {
                    if (bytes <= MOST_BYTES_KEPT) {
                        kept.put(image, copy(features));
                    }
                    assembly.accept(image, features);
                });
                return;
            }
            for (ImageRecord image : images) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                assembly.accept(image, requireNonNull(kept.get(image), "validation images are always the same"));
            }
        }

        private static List<ImageRecord> images(List<List<ImageRecord>> batches) {
            return batches.stream().flatMap(List::stream).toList();
        }

        private static ByteBuffer copy(ByteBuffer features) {
            return ByteBuffer.allocate(features.remaining())
                    .order(features.order())
                    .put(features.duplicate())
                    .flip();
        }

        private Assembly assembly(List<List<ImageRecord>> batches, Consumer<BatchLoader.Loaded> consumer) {
            assembled.clear();
            return new Assembly(assembled, batches.iterator(), consumer);
        }

        @Override
        public void close() {
            extraction.close();
        }
    }

    /** Makes batches of features that come one by one. */
    final class Assembly implements BiConsumer<ImageRecord, ByteBuffer> {
        private final FeatureBatch assembled;
        private final Iterator<List<ImageRecord>> waiting;
        private final Consumer<BatchLoader.Loaded> consumer;
        private List<ImageRecord> records = List.of();

        private Assembly(
                FeatureBatch assembled, Iterator<List<ImageRecord>> waiting, Consumer<BatchLoader.Loaded> consumer) {
            this.assembled = assembled;
            this.waiting = waiting;
            this.consumer = consumer;
        }

        @Override
        public void accept(ImageRecord image, ByteBuffer features) {
            if (assembled.count() == 0) {
                records = waiting.next();
            }
            assembled.add(features.asFloatBuffer());
            if (assembled.count() == records.size()) {
                consumer.accept(new BatchLoader.Loaded(records, assembled));
                assembled.clear();
            }
        }
    }
}
