package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.BatchLoader;
import org.foldwise.learning.training.CachedPixels;
import org.foldwise.learning.training.TrainingTask;

/**
 * A training's loader without the training: pixels from the cache of decoded images, augmented as the plan says, normalised and laid
 * out as batches in native memory, on the loader's one thread while the caller waits for it.
 */
final class PipelineWorkload implements Workload {
    private static final int CHANNELS = 3;
    private static final int IMAGES = 2048;
    private static final int BATCHES = 64;
    private static final long CACHE_BYTES = 1L << 30;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final int batch;
    private final int repetitions;
    private final Path directory;
    private final TrainingTask task;
    private final List<ImageRecord> images;
    private final BatchLoader<PixelImage> loader;
    private int epoch;

    private PipelineWorkload(Settings settings, Path directory) throws InterruptedException {
        this.engine = settings.engine();
        this.batch = settings.batch();
        this.repetitions = settings.repetitions();
        this.directory = directory;
        ExperimentPlan plan = PlanJson.read("{\"batchSize\":" + batch + ",\"image\":{\"size\":" + settings.size()
                + ",\"channels\":" + CHANNELS + "}"
                + (settings.variant().equals("rotation")
                        ? ",\"augmentation\":[{\"kind\":\"rotation\",\"degrees\":10}]"
                        : "")
                + "}");
        Cohort cohort = cohort();
        Preprocessing preprocessing = plan.image().preprocessing();
        this.task = TrainingTask.of(plan, cohort, fold(cohort), pixels(cohort, preprocessing, directory));
        this.images = cohort.images().subList(2, IMAGES);
        this.loader = BatchLoader.ofImages(batch, preprocessing);
    }

    static PipelineWorkload open(Settings settings) {
        try {
            return new PipelineWorkload(settings, Files.createTempDirectory("foldwise-bench-pixels"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Cohort cohort() {
        List<ImageRecord> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            String name = String.format(java.util.Locale.ROOT, "%06d", i);
            images.add(new ImageRecord(
                    name, Digest.of(name), new PatientId("p" + name), i % 2 == 0 ? "absent" : "present", null, null));
        }
        return new Cohort(Task.BINARY, List.of("absent", "present"), PatientLabelRule.ANY_POSITIVE, images);
    }

    /** The first two are there for validation, which a training must have. */
    private static Fold fold(Cohort cohort) {
        SortedMap<PatientId, Role> roles = new TreeMap<>();
        for (ImageRecord image : cohort.images()) {
            roles.put(image.patient(), roles.size() < 2 ? Role.VALIDATION : Role.TRAIN);
        }
        return new Fold(Fold.DEVELOPMENT, roles);
    }

    private static CachedPixels pixels(Cohort cohort, Preprocessing preprocessing, Path directory)
            throws InterruptedException {
        RecordCache cache = new RecordCache(directory, CACHE_BYTES, Clock.systemUTC());
        SplittableRandom random = new SplittableRandom(1);
        Map<Digest, ImageRecord> byContent = new LinkedHashMap<>();
        cohort.images().forEach(image -> byContent.put(image.content(), image));
        Records records = cache.fill(CachedPixels.shelf(preprocessing), byContent.keySet(), (contents, sink) -> {
            byte[] noise = new byte[preprocessing.tensorLength()];
            for (Digest content : contents) {
                random.nextBytes(noise);
                sink.put(content, ByteBuffer.wrap(noise));
            }
        });
        return new CachedPixels(records, preprocessing);
    }

    @Override
    public Measured measure() {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            List<List<ImageRecord>> batches = batches();
            int[] loaded = new int[1];
            long started = System.nanoTime();
            try {
                loader.forEach(
                        batches,
                        task.trainingImages(epoch++),
                        next -> loaded[0] += next.inputs().count());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            seconds.add((System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
            if (loaded[0] != BATCHES * batch) {
                throw new IllegalStateException("loaded " + loaded[0] + " images");
            }
        }
        return new Measured(seconds, BATCHES * batch);
    }

    /** In an order of its own each time, as an epoch has one. */
    private List<List<ImageRecord>> batches() {
        List<ImageRecord> order = new ArrayList<>(images);
        Collections.shuffle(order, new java.util.Random(epoch));
        List<List<ImageRecord>> batches = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            batches.add(order.subList(i * batch, (i + 1) * batch));
        }
        return batches;
    }

    @Override
    public Map<String, String> versions() {
        return engine.libraries();
    }

    @Override
    public void close() {
        loader.close();
        Folders.delete(directory);
    }
}
