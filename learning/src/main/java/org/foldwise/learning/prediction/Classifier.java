package org.foldwise.learning.prediction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.conformal.ConformalSets;
import org.foldwise.learning.metrics.conformal.LabelSets;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.EnsembleMean;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.model.ModelBundle;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.Probabilities;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Trace;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Answers from a bundle: of an ensemble with the mean of its networks' probabilities, which are computed one after the other. Owns native memory and must be closed.
 *
 * <p>Threads: {@link #predict} and {@link #observe} may be called by any number of threads at once, and they compute side by side; each takes the
 * engine's number of threads, so whoever calls should bound how many there are. {@link #close} waits for those that have begun.
 */
public final class Classifier implements AutoCloseable {
    private final ModelBundle bundle;
    private final ImageDecoder decoder;
    private final List<OpenNetwork> networks;
    private final Digest preprocessing;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    /** A network of the bundle, and the inputs that wait to be filled for it: as many as were ever needed at once. */
    private record OpenNetwork(InferenceNetwork network, Preprocessing preprocessing, Queue<ImageBatch> idleInputs) {
        <A> A with(PixelImage pixels, Function<ImageBatch, A> use) {
            ImageBatch idle = idleInputs.poll();
            ImageBatch input = idle == null ? new ImageBatch(1, preprocessing) : idle;
            try {
                input.add(pixels);
                return use.apply(input);
            } finally {
                input.clear();
                idleInputs.add(input);
            }
        }
    }

    private Classifier(ModelBundle bundle, ImageDecoder decoder, List<OpenNetwork> networks) {
        this.bundle = bundle;
        this.decoder = decoder;
        this.networks = List.copyOf(networks);
        this.preprocessing = bundle.inputFingerprint();
    }

    /**
     * A classifier of that bundle.
     *
     * @param decoder how image files are read and how large they may be
     */
    public static Classifier open(TorchEngine engine, ModelBundle bundle, ImageDecoder decoder) {
        List<OpenNetwork> networks = new ArrayList<>();
        try {
            for (ModelBundle.Member member : bundle.members()) {
                networks.add(new OpenNetwork(
                        InferenceNetwork.open(engine, bundle.network(), member.weights(), member.predictionPrecision()),
                        member.preprocessing(),
                        new ConcurrentLinkedQueue<>()));
            }
            return new Classifier(bundle, decoder, networks);
        } catch (RuntimeException | Error e) {
            networks.forEach(open -> open.network().close());
            throw e;
        }
    }

    /**
     * The model's answer to an image file.
     *
     * @throws org.foldwise.learning.imaging.UnreadableImageException if the file is not an image that is read here, or has no
     *     modality values where the model was trained on a window of them
     * @throws IllegalStateException if the classifier is closed
     */
    public Prediction predict(byte[] imageFile) {
        return predict(imageFile, null);
    }

    /**
     * The model's answer to one frame, slice or page of an image file.
     *
     * @param frame its number, from 0; null for the one in the middle
     * @throws org.foldwise.learning.imaging.NoSuchFrameException if the file has fewer frames
     * @throws org.foldwise.learning.imaging.UnreadableImageException if the file is not an image that is read here, or has no
     *     modality values where the model was trained on a window of them
     * @throws IllegalStateException if the classifier is closed
     */
    public Prediction predict(byte[] imageFile, @Nullable Integer frame) {
        return whileOpen(() -> {
            long started = System.nanoTime();
            return answer(started, decoded(imageFile, frame), InferenceNetwork::logits);
        });
    }

    /**
     * The same answer, with what it was computed from. Costs a copy of each network's last feature map on top.
     *
     * @param frame number of the frame, from 0; null for the one in the middle
     * @throws org.foldwise.learning.imaging.NoSuchFrameException if the file has fewer frames
     * @throws org.foldwise.learning.imaging.UnreadableImageException if the file is not an image that is read here, or has no
     *     modality values where the model was trained on a window of them
     * @throws IllegalStateException if the classifier is closed
     */
    public Observation observe(byte[] imageFile, @Nullable Integer frame) {
        return whileOpen(() -> {
            long started = System.nanoTime();
            PixelImage image = decoded(imageFile, frame);
            List<Trace> traces = new ArrayList<>(networks.size());
            Prediction prediction = answer(started, image, (network, input) -> {
                Trace trace = network.trace(input);
                traces.add(trace);
                return trace.logits();
            });
            return new Observation(
                    prediction, image, bundle.inputPreprocessing().placement(image.width(), image.height()), traces);
        });
    }

    private PixelImage decoded(byte[] imageFile, @Nullable Integer frame) {
        return decoder.decode(imageFile, bundle.inputPreprocessing(), frame).pixels();
    }

    /** What it answers from. */
    public ModelBundle bundle() {
        return bundle;
    }

    private <A> A whileOpen(Supplier<A> answer) {
        Lock reading = use.readLock();
        reading.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the classifier is closed");
            }
            return answer.get();
        } finally {
            reading.unlock();
        }
    }

    private Prediction answer(
            long started, PixelImage decoded, BiFunction<InferenceNetwork, ImageBatch, float[]> logits) {
        long decodedAt = System.nanoTime();
        PixelImage pixels = bundle.inputPreprocessing().toPixels(decoded);
        long preprocessedAt = System.nanoTime();
        List<List<Double>> each = new ArrayList<>(networks.size());
        for (OpenNetwork open : networks) {
            each.add(Probabilities.of(
                    bundle.task(),
                    open.with(pixels, input -> logits.apply(open.network(), input)),
                    0,
                    bundle.network().outputs()));
        }
        List<Double> answers = bundle.decision().recalibration().applyToOutputs(EnsembleMean.ofProbabilities(each));
        long inferredAt = System.nanoTime();
        Map<String, Double> probabilities = probabilities(answers);
        Map<String, Double> thresholds = thresholds();
        return new Prediction(
                bundle.task(),
                probabilities,
                thresholds,
                decided(probabilities, thresholds),
                set(probabilities),
                labelSets(probabilities),
                fingerprint(pixels),
                new Prediction.Timing(decodedAt - started, preprocessedAt - decodedAt, inferredAt - preprocessedAt));
    }

    private Map<String, Double> probabilities(List<Double> answers) {
        List<Double> ofClasses =
                bundle.task() == Task.BINARY ? ScoredImages.Binary.ofBothClasses(answers.get(0)) : answers;
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int k = 0; k < ofClasses.size(); k++) {
            probabilities.put(bundle.classes().get(k), ofClasses.get(k));
        }
        return probabilities;
    }

    private Map<String, Double> thresholds() {
        if (bundle.decision() instanceof Decision.AtThreshold binary) {
            return Map.of(bundle.positiveClass(), binary.choice().threshold());
        }
        Map<String, Double> thresholds = new LinkedHashMap<>();
        if (bundle.decision() instanceof Decision.LabelThresholds labels) {
            for (int k = 0; k < bundle.classes().size(); k++) {
                thresholds.put(bundle.classes().get(k), labels.thresholds().get(k));
            }
        }
        return thresholds;
    }

    private List<String> decided(Map<String, Double> probabilities, Map<String, Double> thresholds) {
        return switch (bundle.task()) {
            case BINARY -> {
                String positive = bundle.positiveClass();
                yield List.of(
                        reached(positive, probabilities, thresholds)
                                ? positive
                                : bundle.classes().get(0));
            }
            case MULTICLASS -> List.of(mostProbable(probabilities));
            case MULTILABEL ->
                bundle.classes().stream()
                        .filter(label -> reached(label, probabilities, thresholds))
                        .toList();
        };
    }

    private Prediction.@Nullable ClassSet set(Map<String, Double> probabilities) {
        if (!(bundle.decision().sets() instanceof ConformalSets sets)) {
            return null;
        }
        return set(sets, List.copyOf(probabilities.values()), bundle.classes());
    }

    private Map<String, Prediction.ClassSet> labelSets(Map<String, Double> probabilities) {
        Map<String, Prediction.ClassSet> labelSets = new LinkedHashMap<>();
        if (bundle.decision().sets() instanceof LabelSets ofLabels) {
            for (int k = 0; k < bundle.classes().size(); k++) {
                String label = bundle.classes().get(k);
                if (ofLabels.labels().get(k) instanceof ConformalSets sets) {
                    double probability = Objects.requireNonNull(probabilities.get(label));
                    labelSets.put(
                            label, set(sets, ScoredImages.Binary.ofBothClasses(probability), LabelSets.answers(label)));
                }
            }
        }
        return labelSets;
    }

    private static Prediction.ClassSet set(ConformalSets sets, List<Double> probabilities, List<String> names) {
        return new Prediction.ClassSet(
                sets.coverage(),
                sets.set(probabilities).stream().map(names::get).toList());
    }

    private static boolean reached(String name, Map<String, Double> probabilities, Map<String, Double> thresholds) {
        return probabilities.getOrDefault(name, 0.0) >= thresholds.getOrDefault(name, Double.POSITIVE_INFINITY);
    }

    /** The first of equal ones. */
    private static String mostProbable(Map<String, Double> probabilities) {
        String most = "";
        double highest = -1;
        for (Map.Entry<String, Double> one : probabilities.entrySet()) {
            if (one.getValue() > highest) {
                most = one.getKey();
                highest = one.getValue();
            }
        }
        return most;
    }

    private Digest fingerprint(PixelImage pixels) {
        MessageDigest sha256 = Digest.newMessageDigest();
        sha256.update((preprocessing + "\n").getBytes(StandardCharsets.UTF_8));
        sha256.update(ByteBuffer.allocate(3 * Integer.BYTES)
                .putInt(pixels.width())
                .putInt(pixels.height())
                .putInt(pixels.channels())
                .flip());
        sha256.update(pixels.samples());
        return Digest.finish(sha256);
    }

    /** Frees the networks once nobody is answered any more. Closing twice is allowed. */
    @Override
    public void close() {
        Lock writing = use.writeLock();
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                networks.forEach(open -> open.network().close());
            }
        } finally {
            writing.unlock();
        }
    }
}
