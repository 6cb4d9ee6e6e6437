package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.evaluation.Evaluator;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.PatientSplitter;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.foldwise.learning.training.BackboneFeatures;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.learning.training.CancellationSignal;
import org.foldwise.learning.training.FeatureCache;
import org.foldwise.learning.training.FrozenBackbone;
import org.foldwise.learning.training.TrainedClassifier;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.foldwise.learning.training.TrainingTask;

/**
 * A cross-validation with a frozen backbone, from image files to the probabilities of all held-out images: digests, decoding on all
 * threads, the patient split, features, the trainings and the scores, with caches that are empty at the beginning.
 */
final class CrossValidationWorkload implements Workload {
    private static final int FOLDS = 5;
    private static final double VALIDATION_SHARE = 0.2;
    private static final int CHANNELS = 3;
    private static final long CACHE_BYTES = 16L << 30;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final ExperimentPlan plan;
    private final List<Row> rows;
    private final int threads;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    /** An image file, its class and its patient. */
    private record Row(Path file, String label, String patient) {}

    private CrossValidationWorkload(Settings settings, List<Row> rows) {
        this.engine = settings.engine();
        this.plan = PlanJson.read("{\"batchSize\":" + settings.batch() + ",\"image\":{\"size\":" + settings.size()
                + ",\"channels\":" + CHANNELS + ",\"aspect\":\"stretch\"},\"freeze\":{\"stages\":5},\"epochs\":5}");
        this.rows = rows;
        this.threads = settings.threads();
    }

    static CrossValidationWorkload open(Settings settings) {
        try {
            return new CrossValidationWorkload(
                    settings,
                    Files.readAllLines(settings.table()).stream()
                            .map(line -> line.split("\t", -1))
                            .map(parts -> new Row(Path.of(parts[0]), parts[1], parts[2]))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It is to begin with nothing, as somebody's first cross-validation does. */
    @Override
    public int warmUps() {
        return 0;
    }

    @Override
    public Measured measure() {
        try {
            Path directory = Files.createTempDirectory("foldwise-bench-cv");
            try {
                long started = System.nanoTime();
                int scored = crossValidate(new RecordCache(directory, CACHE_BYTES, Clock.systemUTC()));
                double seconds = (System.nanoTime() - started) / NANOSECONDS_PER_SECOND;
                if (scored != rows.size()) {
                    throw new IllegalStateException("scored " + scored + " of " + rows.size() + " images");
                }
                return new Measured(List.of(seconds), scored);
            } finally {
                Folders.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** How many images were scored by a model that has not seen their patients. */
    private int crossValidate(RecordCache cache) throws IOException, InterruptedException {
        Map<Digest, Path> files = new HashMap<>();
        Cohort cohort = cohort(files);
        Split split = PatientSplitter.split(cohort, new SplitSpec.KFold(FOLDS, 0, VALIDATION_SHARE), plan.seed());
        Preprocessing preprocessing = plan.image().preprocessing();
        CachedPixels pixels = decode(cache, files, preprocessing);
        TrainingLoop loop = new TrainingLoop(engine);
        BackboneFeatures features = null;
        int scored = 0;
        for (Fold fold : split.folds()) {
            TrainingTask onImages = TrainingTask.of(plan, cohort, fold, pixels);
            if (features == null) {
                features = new FeatureCache(engine, cache)
                        .fill(
                                FrozenBackbone.of(onImages),
                                loop.precision(plan),
                                preprocessing,
                                cohort.images(),
                                pixels,
                                done -> {})
                        .orElseThrow(
                                () -> new UnavailableException("the engine's features depend on their neighbours"));
            }
            TrainedClassifier trained =
                    loop.train(onImages.on(features), TrainingListener.NONE, CancellationSignal.NEVER);
            List<ImageRecord> heldOut = cohort.images().stream()
                    .filter(image -> fold.roles().get(image.patient()) == Role.HELD_OUT)
                    .toList();
            try (Evaluator<FloatBuffer> evaluator = Evaluator.ofFeatures(engine, trained)) {
                scored += evaluator
                        .score(cohort, heldOut, features::featuresOf, CancellationSignal.NEVER)
                        .size();
            }
        }
        return scored;
    }

    private Cohort cohort(Map<Digest, Path> files) throws IOException {
        List<ImageRecord> images = new ArrayList<>();
        for (Row row : rows) {
            Digest content = Digest.of(Files.readAllBytes(row.file()));
            files.put(content, row.file());
            images.add(new ImageRecord(
                    row.file().toString(), content, new PatientId(row.patient()), row.label(), null, null));
        }
        List<String> classes =
                List.copyOf(new TreeSet<>(rows.stream().map(Row::label).toList()));
        return new Cohort(Task.BINARY, classes, PatientLabelRule.ANY_POSITIVE, images);
    }

    private CachedPixels decode(RecordCache cache, Map<Digest, Path> files, Preprocessing preprocessing)
            throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Records records = cache.fill(
                    CachedPixels.shelf(preprocessing),
                    new HashSet<>(files.keySet()),
                    (contents, sink) -> decode(pool, contents, files, preprocessing, sink));
            return new CachedPixels(records, preprocessing);
        } finally {
            pool.shutdownNow();
        }
    }

    private void decode(
            ExecutorService pool,
            Collection<Digest> contents,
            Map<Digest, Path> files,
            Preprocessing preprocessing,
            RecordCache.Sink sink)
            throws InterruptedException {
        Map<Digest, Path> asked = new LinkedHashMap<>();
        contents.forEach(content -> asked.put(content, files.get(content)));
        List<Future<?>> decoding = new ArrayList<>();
        asked.forEach((content, file) -> decoding.add(pool.submit(() -> {
            byte[] bytes = Files.readAllBytes(file);
            sink.put(
                    content,
                    ByteBuffer.wrap(preprocessing
                            .toPixels(decoder.decode(bytes).pixels())
                            .samples()));
            return content;
        })));
        for (Future<?> decoded : decoding) {
            try {
                decoded.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("an image cannot be decoded", e.getCause());
            }
        }
    }

    @Override
    public Map<String, String> versions() {
        return engine.libraries();
    }

    @Override
    public void close() {
        // all that was native is closed after each cross-validation
    }
}
