package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;

/**
 * How a training's images reach its network: as pixels or, where the backbone has done its work, as features.
 *
 * @param <T> what the network sees of one image
 */
final class InputFeed<T> implements AutoCloseable {
    private final BatchLoader<T> loader;
    private final IntFunction<Function<ImageRecord, T>> training;
    private final Function<ImageRecord, T> validation;

    /** A single last image of the validation is joined to the batch before. */
    private static int mostInputs(TrainingTask task) {
        return task.plan().batchSize() + 1;
    }

    private InputFeed(
            BatchLoader<T> loader,
            IntFunction<Function<ImageRecord, T>> training,
            Function<ImageRecord, T> validation) {
        this.loader = loader;
        this.training = training;
        this.validation = validation;
    }

    static InputFeed<?> of(TrainingTask task) {
        BackboneFeatures features = task.features();
        return features == null ? ofPixels(task) : ofFeatures(task, features.length());
    }

    private static InputFeed<PixelImage> ofPixels(TrainingTask task) {
        return new InputFeed<>(
                BatchLoader.ofImages(mostInputs(task), task.preprocessing()),
                task.training()::inEpoch,
                task.validation()::pixelsOf);
    }

    private static InputFeed<FloatBuffer> ofFeatures(TrainingTask task, int length) {
        return new InputFeed<>(
                BatchLoader.ofFeatures(mostInputs(task), length),
                epochIndex -> task.training()::featuresOf,
                task.validation()::featuresOf);
    }

    /** Hands over batches of training images as they are in that epoch; see {@link BatchLoader#forEach}. */
    void training(List<List<ImageRecord>> batches, int epochIndex, Consumer<BatchLoader.Loaded> consumer)
            throws InterruptedException {
        loader.forEach(batches, training.apply(epochIndex), consumer);
    }

    /** Hands over batches of validation images; see {@link BatchLoader#forEach}. */
    void validation(List<List<ImageRecord>> batches, Consumer<BatchLoader.Loaded> consumer)
            throws InterruptedException {
        loader.forEach(batches, validation, consumer);
    }

    @Override
    public void close() {
        loader.close();
    }
}
