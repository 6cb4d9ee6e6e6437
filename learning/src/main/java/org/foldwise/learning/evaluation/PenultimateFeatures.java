package org.foldwise.learning.evaluation;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.cache.Shelf;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.neighbourhood.FeatureVectors;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.training.BatchLoader;

/**
 * What a trained network's head gets to see of images: the means of its last feature maps over height and width, computed by the same
 * program, image by image and in the same precision as its answers, and kept as float32.
 *
 * <p>They lie in a cache, outside the heap, under the digest of the backbone's weights: whoever asks again, or asks another network with
 * the same backbone, as all folds of a training that leaves it as it is, finds them there. Those that {@link
 * org.foldwise.learning.training.FeatureCache} keeps for trainings were computed in batches and may differ in their last bits.
 */
public final class PenultimateFeatures implements FeatureVectors {
    private final Records records;
    private final int length;

    private PenultimateFeatures(Records records, int length) {
        this.records = records;
        this.length = length;
    }

    /**
     * The features of images.
     *
     * @param cache that keeps them
     * @param plan the recipe that made the weights
     * @param cohort with the task and the classes that they were made for
     * @param provenance what the training has found out: the precision of answers and the normalisation
     * @param images whose features there will be
     * @param pixels of an image, preprocessed as the plan says; asked for only where features are missing
     * @param progress told how many were computed; may throw to break off, which keeps those of finished portions
     * @throws IllegalArgumentException if the weights do not fit the plan's network
     */
    public static PenultimateFeatures of(
            TorchEngine engine,
            RecordCache cache,
            ExperimentPlan plan,
            Cohort cohort,
            Provenance provenance,
            Weights weights,
            Collection<ImageRecord> images,
            Function<ImageRecord, PixelImage> pixels,
            IntConsumer progress)
            throws InterruptedException {
        NetworkSpec spec = NetworkSpec.of(plan, cohort.task(), cohort.classes().size());
        Precision precision = Precision.labelled(provenance.predictionPrecision());
        Preprocessing preprocessing = plan.image().preprocessing(provenance);
        Map<Digest, ImageRecord> byContent = new LinkedHashMap<>();
        images.forEach(image -> byContent.putIfAbsent(image.picture(), image));
        int[] done = new int[1];
        Records records = cache.fill(
                shelf(engine, spec, backboneOf(spec, weights), precision, preprocessing),
                byContent.keySet(),
                (contents, sink) -> {
                    try (InferenceNetwork network = InferenceNetwork.open(engine, spec, weights, precision);
                            BatchLoader<PixelImage> loader = BatchLoader.ofImages(1, preprocessing)) {
                        loader.forEach(oneByOne(contents, byContent), pixels, loaded -> {
                            double[] features = network.trace(loaded.inputs()).features(0);
                            sink.put(loaded.records().get(0).picture(), float32(features));
                            progress.accept(++done[0]);
                        });
                    }
                });
        return new PenultimateFeatures(records, spec.features());
    }

    private static List<List<ImageRecord>> oneByOne(List<Digest> contents, Map<Digest, ImageRecord> byContent) {
        List<List<ImageRecord>> images = new ArrayList<>();
        contents.forEach(content -> images.add(List.of(requireNonNull(byContent.get(content)))));
        return images;
    }

    private static ByteBuffer float32(double[] features) {
        ByteBuffer record = ByteBuffer.allocate(features.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double feature : features) {
            record.putFloat((float) feature);
        }
        return record.flip();
    }

    /** The digest of all that features depend on. */
    private static Digest backboneOf(NetworkSpec spec, Weights weights) {
        Map<String, Tensor> backbone = new LinkedHashMap<>();
        for (ParameterSpec parameter : spec.backboneParameters()) {
            backbone.put(parameter.name(), weights.tensor(parameter.name()));
        }
        return new Weights(backbone).digest();
    }

    private static Shelf shelf(
            TorchEngine engine, NetworkSpec spec, Digest backbone, Precision precision, Preprocessing preprocessing) {
        List<String> lines = new ArrayList<>();
        lines.add("foldwise penultimate features 1");
        lines.add(preprocessing.fingerprint().hex());
        lines.add(spec.backbone() + " " + spec.inputChannels());
        lines.add(backbone.hex());
        lines.add(precision.toString());
        engine.libraries().forEach((name, version) -> lines.add(name + " " + version));
        lines.add(engine.device() + " " + engine.settings().threads());
        return new Shelf("penultimate", Digest.ofLines(lines), spec.features() * Float.BYTES);
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void copyTo(ImageRecord image, float[] target) {
        records.of(image.picture()).asFloatBuffer().get(target);
    }
}
