package org.foldwise.learning.evaluation;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Scorer;
import org.foldwise.learning.network.Sigmoid;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.training.BatchLoader;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.TrainedClassifier;

/**
 * Scores images with trained weights. Images go through the network one by one, although batches would be faster: an image's
 * probability then depends on nothing but the image and the model, and is the one that a prediction from the model's bundle
 * gives, bit for bit, on the same machine with the same number of threads. Must be closed; for one thread at a time.
 *
 * <p>Images of which cached features exist can be scored from these. The engine computes features in batches, whose last bits are
 * others than those of an image alone: a prediction then gives the same probability within 1e-5.
 *
 * @param <T> what the network sees of one image
 */
public final class Evaluator<T> implements AutoCloseable {
    private final Scorer network;
    private final BatchLoader<T> loader;

    private Evaluator(Scorer network, BatchLoader<T> loader) {
        this.network = network;
        this.loader = loader;
    }

    /** An evaluator of a training's best weights. */
    public static Evaluator<PixelImage> open(TorchEngine engine, TrainedClassifier classifier) {
        return open(engine, classifier.plan(), classifier.task(), classifier.weights());
    }

    /**
     * An evaluator of those weights.
     *
     * @param plan the recipe that made the weights
     * @throws IllegalArgumentException if the weights do not fit the plan's network
     */
    public static Evaluator<PixelImage> open(TorchEngine engine, ExperimentPlan plan, Task task, Weights weights) {
        InferenceNetwork network = InferenceNetwork.open(engine, NetworkSpec.of(plan, task), weights);
        return new Evaluator<>(network, BatchLoader.ofImages(1, plan.image().preprocessing()));
    }

    /** An evaluator of a training's best weights, from what its backbone makes of images. */
    public static Evaluator<FloatBuffer> ofFeatures(TorchEngine engine, TrainedClassifier classifier) {
        NetworkSpec network = classifier.network();
        Map<String, Tensor> head = new LinkedHashMap<>();
        for (ParameterSpec parameter : network.headParameters()) {
            head.put(parameter.name(), classifier.weights().tensor(parameter.name()));
        }
        return new Evaluator<>(
                Network.openHead(engine, network, new Weights(head)), BatchLoader.ofFeatures(1, network.features()));
    }

    /**
     * The probability of the positive class for each image.
     *
     * @param cohort says what each image shows
     * @param images to be scored; their order is the result's
     * @param inputs what the network sees of an image: pixels preprocessed as the plan says, or the backbone's features
     * @throws CancellationException if {@code cancellation} says so, or the thread is interrupted; the interrupt stays set
     */
    public List<ScoredCase> score(
            Cohort cohort, List<ImageRecord> images, Function<ImageRecord, T> inputs, CancellationSignal cancellation) {
        List<ScoredCase> cases = new ArrayList<>();
        try {
            loader.forEach(images.stream().map(List::of).toList(), inputs, loaded -> {
                if (cancellation.isCancelled()) {
                    throw new CancellationException("the evaluation was cancelled");
                }
                ImageRecord image = loaded.records().get(0);
                double probability = Sigmoid.of(network.logits(loaded.inputs())[0]);
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
