package org.foldwise.learning.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Sigmoid;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.training.BatchLoader;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.PreprocessedImages;
import org.foldwise.learning.training.TrainedClassifier;

/**
 * Scores images with trained weights. Images go through the network one by one, although batches would be faster: an image's
 * probability then depends on nothing but the image and the model, and is the one that a prediction from the model's bundle
 * gives, bit for bit, on the same machine with the same number of threads. Must be closed; for one thread at a time.
 */
public final class Evaluator implements AutoCloseable {
    private final InferenceNetwork network;
    private final BatchLoader loader;

    private Evaluator(InferenceNetwork network, BatchLoader loader) {
        this.network = network;
        this.loader = loader;
    }

    /** An evaluator of a training's best weights. */
    public static Evaluator open(TorchEngine engine, TrainedClassifier classifier) {
        return open(engine, classifier.plan(), classifier.task(), classifier.weights());
    }

    /**
     * An evaluator of those weights.
     *
     * @param plan the recipe that made the weights
     * @throws IllegalArgumentException if the weights do not fit the plan's network
     */
    public static Evaluator open(TorchEngine engine, ExperimentPlan plan, Task task, Weights weights) {
        InferenceNetwork network = InferenceNetwork.open(engine, NetworkSpec.of(plan, task), weights);
        return new Evaluator(network, new BatchLoader(1, plan.image().preprocessing()));
    }

    /**
     * The probability of the positive class for each image.
     *
     * @param cohort says what each image shows
     * @param images to be scored; their order is the result's
     * @param pixels preprocessed as the plan says
     * @throws CancellationException if {@code cancellation} says so, or the thread is interrupted; the interrupt stays set
     */
    public List<ScoredCase> score(
            Cohort cohort, List<ImageRecord> images, PreprocessedImages pixels, CancellationSignal cancellation) {
        List<ScoredCase> cases = new ArrayList<>();
        try {
            loader.forEach(images.stream().map(List::of).toList(), pixels::pixelsOf, loaded -> {
                if (cancellation.isCancelled()) {
                    throw new CancellationException("the evaluation was cancelled");
                }
                ImageRecord image = loaded.records().get(0);
                double probability = Sigmoid.of(network.logits(loaded.images())[0]);
                cases.add(new ScoredCase(image.name(), image.patient(), cohort.isPositive(image), probability));
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the evaluation was interrupted");
        }
        return List.copyOf(cases);
    }

    @Override
    public void close() {
        loader.close();
        network.close();
    }
}
