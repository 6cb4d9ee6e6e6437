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
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.scored.ImageScore;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Probabilities;
import org.foldwise.learning.network.Scorer;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Provenance;
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
    private final int outputs;
    private final Scorer network;
    private final BatchLoader<T> loader;

    private Evaluator(int outputs, Scorer network, BatchLoader<T> loader) {
        this.outputs = outputs;
        this.network = network;
        this.loader = loader;
    }

    /** An evaluator of a training's best weights. */
    public static Evaluator<PixelImage> open(TorchEngine engine, TrainedClassifier classifier) {
        return open(
                engine,
                classifier.network(),
                classifier.weights(),
                classifier.predictionPrecision().taken(),
                classifier.preprocessing());
    }

    /**
     * An evaluator of those weights.
     *
     * @param plan the recipe that made the weights
     * @param cohort with the task and the classes that they were made for
     * @param provenance what the training has found out: the precision of answers and the normalisation
     * @throws IllegalArgumentException if the weights do not fit the plan's network
     * @throws org.foldwise.learning.imaging.OtherPreprocessingException if images were decoded by other rules in the training
     */
    public static Evaluator<PixelImage> open(
            TorchEngine engine, ExperimentPlan plan, Cohort cohort, Provenance provenance, Weights weights) {
        return open(
                engine,
                NetworkSpec.of(plan, cohort.task(), cohort.classes().size()),
                weights,
                Precision.labelled(provenance.predictionPrecision()),
                plan.image().preprocessing(provenance));
    }

    private static Evaluator<PixelImage> open(
            TorchEngine engine, NetworkSpec spec, Weights weights, Precision precision, Preprocessing preprocessing) {
        return new Evaluator<>(
                spec.outputs(),
                InferenceNetwork.open(engine, spec, weights, precision),
                BatchLoader.ofImages(1, preprocessing));
    }

    /**
     * An evaluator of a training's best weights, from what its backbone makes of images in float32.
     *
     * @throws IllegalArgumentException if the model answers in another precision
     */
    public static Evaluator<FloatBuffer> ofFeatures(TorchEngine engine, TrainedClassifier classifier) {
        if (classifier.predictionPrecision().taken() != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                    "features are float32, the model answers in " + classifier.predictionPrecision());
        }
        NetworkSpec network = classifier.network();
        Map<String, Tensor> head = new LinkedHashMap<>();
        for (ParameterSpec parameter : network.headParameters()) {
            head.put(parameter.name(), classifier.weights().tensor(parameter.name()));
        }
        return new Evaluator<>(
                network.outputs(),
                Network.openHead(engine, network, new Weights(head)),
                BatchLoader.ofFeatures(1, network.features()));
    }

    /**
     * The probability of a binary task's positive class for each image; see {@link #answers}.
     *
     * @throws IllegalStateException if the task is another
     */
    public List<ScoredCase> score(
            Cohort cohort, List<ImageRecord> images, Function<ImageRecord, T> inputs, CancellationSignal cancellation) {
        if (answers(cohort, images, inputs, cancellation) instanceof ScoredImages.Binary binary) {
            return binary.cases();
        }
        throw new IllegalStateException(cohort.task().words() + " has no positive class");
    }

    /**
     * The probability of each class or label for each image.
     *
     * @param cohort says what each image shows
     * @param images to be scored; their order is the result's
     * @param inputs what the network sees of an image: pixels preprocessed as the plan says, or the backbone's features
     * @throws CancellationException if {@code cancellation} says so, or the thread is interrupted; the interrupt stays set
     */
    public ScoredImages answers(
            Cohort cohort, List<ImageRecord> images, Function<ImageRecord, T> inputs, CancellationSignal cancellation) {
        if (cohort.task().outputs(cohort.classes().size()) != outputs) {
            throw new IllegalArgumentException("the network has " + outputs + " outputs, "
                    + cohort.task().words() + " of " + cohort.classes().size() + " classes needs others");
        }
        List<ImageScore> scores = new ArrayList<>();
        try {
            loader.forEach(images.stream().map(List::of).toList(), inputs, loaded -> {
                if (cancellation.isCancelled()) {
                    throw new CancellationException("the evaluation was cancelled");
                }
                ImageRecord image = loaded.records().get(0);
                float[] logits = network.logits(loaded.inputs());
                scores.add(new ImageScore(image, Probabilities.of(cohort.task(), logits, 0, outputs)));
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the evaluation was interrupted");
        }
        return ScoredImages.of(cohort.task(), cohort.classes(), scores);
    }

    @Override
    public void close() {
        loader.close();
        network.close();
    }
}
