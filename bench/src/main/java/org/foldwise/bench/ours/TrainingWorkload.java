package org.foldwise.bench.ours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.foldwise.learning.cache.RecordCache;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.PatientLabelRule;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.training.BatchProgress;
import org.foldwise.learning.training.FeatureCache;
import org.foldwise.learning.training.FrozenBackbone;
import org.foldwise.learning.training.TrainingCancelledException;
import org.foldwise.learning.training.TrainingListener;
import org.foldwise.learning.training.TrainingLoop;
import org.foldwise.learning.training.TrainingTask;

/**
 * Steps of a training like any other: the loader fills batches from pixels in memory, the loop seeds, computes loss and
 * gradients, checks them and updates. While nobody measures, the training waits in its listener.
 */
final class TrainingWorkload implements Workload, TrainingListener {
    /** More steps than anybody measures lie in the first epoch. */
    private static final int STEPS = 4000;

    private static final int CHANNELS = 3;

    /** A backbone that is not trained is computed 32 images at once, for every other step of 16. */
    private static final int STEPS_OF_FROZEN = 4;

    /** On features a step takes about a millisecond. */
    private static final int STEPS_ON_FEATURES = 16;

    private static final long CACHE_BYTES = 1 << 20;

    /**
     * Multiplications and additions of ResNet-18's convolutions for an image of 128 x 128: 592 million multiplications forward,
     * as many again for the gradients of the weights, and all but the 39 million of the first layer for those of its inputs.
     */
    private static final double OPERATIONS_PER_IMAGE = 2 * (3 * 592.2e6 - 38.5e6);

    private static final int DIFFERENT_IMAGES = 64;
    private static final List<Digest> CONTENTS = IntStream.range(0, DIFFERENT_IMAGES)
            .mapToObj(i -> Digest.of("noise " + i))
            .toList();
    private static final String CACHED = "frozen-cached";
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final TorchEngine engine;
    private final double units;
    private final int repetitions;
    private final int stepsEach;
    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final Thread training;

    private Order present = new Order(0);
    private int stepsDone;
    private long started;
    private volatile boolean closed;

    /** Repetitions to be timed, and where the times are awaited. */
    private record Order(int repetitions, List<Double> seconds, CompletableFuture<List<Double>> finished) {
        Order(int repetitions) {
            this(repetitions, new ArrayList<>(), new CompletableFuture<>());
        }

        boolean isComplete() {
            return seconds.size() == repetitions;
        }
    }

    private TrainingWorkload(Settings settings, String variant, double unitsOfStep) {
        this.engine = settings.engine();
        this.stepsEach = stepsEach(variant);
        this.units = unitsOfStep * stepsEach;
        this.repetitions = settings.repetitions();
        if (variant.endsWith("bfloat16")) {
            Settings.requireTaken(
                    Precision.BFLOAT16, engine.choosePrecision(Precision.BFLOAT16, BackboneName.RESNET18));
        }
        TrainingTask task = prepared(settings, variant);
        this.training = new Thread(() -> train(task), "training");
        training.setDaemon(true);
    }

    private static int stepsEach(String variant) {
        if (variant.equals(CACHED)) {
            return STEPS_ON_FEATURES;
        }
        return variant.startsWith("frozen") ? STEPS_OF_FROZEN : 1;
    }

    /** A training of which nobody sees the end, of the kind that has this name. */
    static TrainingTask prepared(Settings settings, String variant) {
        return variant.equals(CACHED) ? onFeatures(settings) : task(settings, variant);
    }

    /** A training whose backbone was computed before, each image once. */
    private static TrainingTask onFeatures(Settings settings) {
        TrainingTask onImages = task(settings, CACHED);
        List<PixelImage> pixels = noise(settings.size());
        List<ImageRecord> different = new ArrayList<>();
        for (int i = 0; i < DIFFERENT_IMAGES; i++) {
            different.add(record(i));
        }
        try {
            Path directory = Files.createTempDirectory("foldwise-bench-features");
            try {
                ExperimentPlan plan = plan(settings, CACHED);
                RecordCache cache = new RecordCache(directory, CACHE_BYTES, Clock.systemUTC());
                return onImages.on(new FeatureCache(settings.engine(), cache)
                        .fill(
                                FrozenBackbone.of(onImages),
                                new TrainingLoop(settings.engine()).precision(plan),
                                plan.image().preprocessing(),
                                different,
                                image -> pixels.get(Integer.parseInt(image.name())),
                                done -> {})
                        .orElseThrow(
                                () -> new UnavailableException("the engine's features depend on their neighbours")));
            } finally {
                // what is mapped stays readable
                Folders.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Counts images. */
    static TrainingWorkload inImages(Settings settings) {
        return start(() -> new TrainingWorkload(settings, settings.variant(), settings.batch()));
    }

    /** Counts floating-point operations of a training in which nothing is frozen, with images of 128 x 128. */
    static TrainingWorkload inOperations(Settings settings) {
        return start(() ->
                new TrainingWorkload(settings, settings.precision().label(), OPERATIONS_PER_IMAGE * settings.batch()));
    }

    /**
     * Prepares on a thread that ends. In a worker, too, only one thread has computed by the time a training begins, and the engine's
     * threads wait otherwise where more of them are alive than the machine has cores.
     */
    private static TrainingWorkload start(Supplier<TrainingWorkload> prepared) {
        ExecutorService preparing = Executors.newSingleThreadExecutor();
        try {
            TrainingWorkload workload = preparing.submit(prepared::get).get();
            workload.training.start();
            return workload;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnavailableException unavailable) {
                throw unavailable;
            }
            throw new IllegalStateException("a training cannot be prepared", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            preparing.shutdown();
        }
    }

    private static TrainingTask task(Settings settings, String variant) {
        ExperimentPlan plan = plan(settings, variant);
        List<PixelImage> pixels = noise(settings.size());
        List<ImageRecord> images = new ArrayList<>();
        SortedMap<PatientId, Role> roles = new TreeMap<>();
        for (int i = 0; i < STEPS * settings.batch(); i++) {
            images.add(record(i));
            roles.put(patient(i), i < 2 ? Role.VALIDATION : Role.TRAIN);
        }
        Cohort cohort = new Cohort(Task.BINARY, List.of("absent", "present"), PatientLabelRule.ANY_POSITIVE, images);
        return TrainingTask.of(
                plan,
                cohort,
                new Fold(Fold.DEVELOPMENT, roles),
                image -> pixels.get(Integer.parseInt(image.name()) % DIFFERENT_IMAGES));
    }

    private static ExperimentPlan plan(Settings settings, String variant) {
        return PlanJson.read("{\"batchSize\":" + settings.batch() + ",\"image\":{\"size\":" + settings.size()
                + ",\"channels\":" + CHANNELS + "}" + variation(variant) + "}");
    }

    private static ImageRecord record(int i) {
        Digest content = CONTENTS.get(i % DIFFERENT_IMAGES);
        return new ImageRecord(Integer.toString(i), content, patient(i), i % 2 == 0 ? "absent" : "present", null, null);
    }

    private static PatientId patient(int i) {
        return new PatientId("p" + i);
    }

    private static String variation(String variant) {
        return switch (variant) {
            case "float32" -> "";
            case "bfloat16" -> ",\"precision\":\"bfloat16\"";
            // without augmentation nobody would compute the backbone more than once
            case "frozen" -> ",\"freeze\":{\"stages\":5},\"augmentation\":[{\"kind\":\"rotation\"}]";
            case CACHED -> ",\"freeze\":{\"stages\":5}";
            case "frozen-bfloat16" -> variation("frozen") + variation("bfloat16");
            default -> throw new IllegalArgumentException("there is no training " + variant);
        };
    }

    private static List<PixelImage> noise(int size) {
        SplittableRandom random = new SplittableRandom(1);
        List<PixelImage> images = new ArrayList<>();
        for (int i = 0; i < DIFFERENT_IMAGES; i++) {
            byte[] samples = new byte[size * size * CHANNELS];
            random.nextBytes(samples);
            images.add(PixelImage.of(size, size, CHANNELS, samples));
        }
        return images;
    }

    private void train(TrainingTask task) {
        try {
            new TrainingLoop(engine).train(task, this, () -> closed);
        } catch (TrainingCancelledException e) {
            // asked for by close
        } catch (RuntimeException | Error e) {
            present.finished().completeExceptionally(e);
            orders.forEach(order -> order.finished().completeExceptionally(e));
            throw e;
        }
    }

    /** The first step ends without an order: it is part of the warm-up. */
    @Override
    public void batchFinished(BatchProgress progress) {
        if (!present.isComplete()) {
            stepsDone++;
            if (stepsDone < stepsEach) {
                return;
            }
            present.seconds().add((System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
        }
        if (present.isComplete()) {
            present.finished().complete(present.seconds());
            try {
                present = orders.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        stepsDone = 0;
        started = System.nanoTime();
    }

    /** Java compiles what it has seen often enough, and a step calls little Java: it takes half a minute. */
    @Override
    public int warmUps() {
        return 16;
    }

    @Override
    public Measured measure() {
        Order order = new Order(repetitions);
        orders.add(order);
        return new Measured(order.finished().join(), units);
    }

    @Override
    public Map<String, String> versions() {
        return engine.libraries();
    }

    @Override
    public void close() {
        closed = true;
        training.interrupt();
        try {
            training.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
