package org.foldwise.learning.training;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.cache.Shelf;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.FeatureNetwork;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes what a frozen backbone makes of an image once, for all epochs, folds and trials.
 *
 * <p>Features of an image are the same, bit for bit, whichever others were missing with it: see {@link FeatureExtraction}. That
 * is looked at before anything is kept; where it does not hold there are no cached features. A training on images computes them in
 * the same way, so a training on features comes to the weights of one on images, bit for bit.
 */
public final class FeatureCache {
    private static final Logger log = LoggerFactory.getLogger(FeatureCache.class);

    private final TorchEngine engine;
    private final RecordCache cache;

    public FeatureCache(TorchEngine engine, RecordCache cache) {
        this.engine = engine;
        this.cache = cache;
    }

    /**
     * The features of images.
     *
     * @param precision of the training; not float16, in which a training computes its backbone itself
     * @param preprocessing of the images
     * @param pixels preprocessed by it; asked for only where features are missing
     * @param progress told on the caller's thread how many were computed; may throw to break off
     * @return absent where features of an image depend on those beside it
     */
    public Optional<BackboneFeatures> fill(
            FrozenBackbone backbone,
            PrecisionChoice precision,
            Preprocessing preprocessing,
            Collection<ImageRecord> images,
            PreprocessedImages pixels,
            IntConsumer progress)
            throws InterruptedException {
        Map<Digest, ImageRecord> byContent = new LinkedHashMap<>();
        images.forEach(image -> byContent.putIfAbsent(image.picture(), image));
        AtomicInteger done = new AtomicInteger();
        try (Lazily extraction =
                new Lazily(() -> new FeatureExtraction(engine, backbone, precision.taken(), preprocessing))) {
            Records records = cache.fill(
                    shelf(backbone, precision.taken(), preprocessing),
                    byContent.keySet(),
                    (contents, sink) -> extraction
                            .get()
                            .computeIndependent(imagesOf(contents, byContent), pixels::pixelsOf, (image, features) -> {
                                sink.put(image.picture(), features);
                                progress.accept(done.incrementAndGet());
                            }));
            return Optional.of(new BackboneFeatures(backbone, precision, preprocessing.fingerprint(), records));
        } catch (DependentFeaturesException e) {
            log.warn("features are not cached: the engine computes an image differently beside other ones");
            return Optional.empty();
        }
    }

    /** Opens the backbone where any features are missing, once for all of them. */
    private static final class Lazily implements AutoCloseable {
        private final Supplier<FeatureExtraction> opening;
        private @Nullable FeatureExtraction opened;

        Lazily(Supplier<FeatureExtraction> opening) {
            this.opening = opening;
        }

        FeatureExtraction get() {
            if (opened == null) {
                opened = opening.get();
            }
            return opened;
        }

        @Override
        public void close() {
            if (opened != null) {
                opened.close();
            }
        }
    }

    private static List<ImageRecord> imagesOf(List<Digest> contents, Map<Digest, ImageRecord> byContent) {
        List<ImageRecord> images = new ArrayList<>();
        for (Digest content : contents) {
            images.add(requireNonNull(byContent.get(content)));
        }
        return images;
    }

    private Shelf shelf(FrozenBackbone backbone, Precision precision, Preprocessing preprocessing) {
        List<String> lines = new ArrayList<>();
        lines.add("foldwise features 2");
        lines.add(preprocessing.fingerprint().hex());
        lines.add(backbone.network().backbone() + " " + backbone.network().inputChannels());
        lines.add(backbone.digest().hex());
        lines.add(precision + " " + FeatureNetwork.kernels(engine, precision));
        engine.libraries().forEach((name, version) -> lines.add(name + " " + version));
        lines.add(engine.device() + " " + engine.settings().threads());
        return new Shelf("features", Digest.ofLines(lines), backbone.network().features() * Float.BYTES);
    }
}
