package org.foldwise.learning.network;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.training.GradientCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.Precision;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native engine of this process, DJL on libtorch. There is one per process, it is started with its settings by whoever
 * comes first, and it cannot be started differently afterwards.
 *
 * <p>With more than one thread, start the process with {@link #ENVIRONMENT}. Threads of the engine that wait for each other
 * otherwise spin for long, and where anything else wants the cores, they take the time from the one that is being
 * waited for. With these variables they spin for a moment and then sleep. Each thread that computes has a team of such threads until
 * it ends, and with more of them than cores in the process they hardly spin at all: let threads that have nothing to compute end. The other
 * variables keep the C library from giving the memory of each
 * training step back to the system, only to be given it again, page by page, in the next one. Results do not depend on any of these; on the
 * last one they do, on GPUs that would round factors of float32.
 */
public final class TorchEngine {
    private static final Logger LOGGER = LoggerFactory.getLogger(TorchEngine.class);
    private static final String SPIN_COUNT = "GOMP_SPINCOUNT";
    private static final String TF32 = "NVIDIA_TF32_OVERRIDE";

    /** To be raised with each change by which an equal training or answer comes to other bits. Before it was counted it was 1. */
    private static final String KERNELS = "5";

    /** Environment variables of a process in which the engine is to compute. They must be set before it starts. */
    public static final Map<String, String> ENVIRONMENT = Map.of(
            SPIN_COUNT,
            "30000",
            // decides only how long threads spin that are more than the cores: 1000 rounds instead of none
            "OMP_WAIT_POLICY",
            "ACTIVE",
            // one heap, since the heaps of other threads are given back whatever the thresholds
            "MALLOC_ARENA_MAX",
            "1",
            // 32 MiB, the most that every version of the library takes
            "MALLOC_MMAP_THRESHOLD_",
            "33554432",
            // 4 GiB
            "MALLOC_TRIM_THRESHOLD_",
            "4294967296",
            // float32 on a GPU is float32, and not TF32 with its 10 bits of fraction
            TF32,
            "0");

    private static @Nullable TorchEngine started;

    private final Engine engine;
    private final EngineSettings settings;
    private final ThreadLocal<Boolean> threadPrepared = ThreadLocal.withInitial(() -> false);

    private final String kernelText;
    private @Nullable Kernels kernels;
    private final ProvisionalPath path = new ProvisionalPath(() -> PathProbe.difference(this));
    private final Map<Precision, InferenceProgram.Dialect> inferenceDialects = new EnumMap<>(Precision.class);
    private final Map<PrecisionProbe.Convolutions, ProvisionalTimes> trainingTimes =
            times(convolutions -> PrecisionProbe.training(this, convolutions));
    private final Map<PrecisionProbe.Convolutions, ProvisionalTimes> predictionTimes =
            times(convolutions -> PrecisionProbe.prediction(this, convolutions));

    private TorchEngine(Engine engine, EngineSettings settings, String kernelText) {
        this.engine = engine;
        this.settings = settings;
        this.kernelText = kernelText;
    }

    /** The same engine with kernels of another text, as one that is of another version would meet ours. */
    TorchEngine withKernels(String text) {
        return new TorchEngine(engine, settings, text);
    }

    /**
     * The engine with these settings.
     *
     * @throws IllegalStateException if it has been started with others
     */
    public static synchronized TorchEngine start(EngineSettings settings) {
        if (started == null) {
            started = load(settings);
        } else if (!started.settings.equals(settings)) {
            throw new IllegalStateException(
                    "the engine of this process runs with " + started.settings + ", not with " + settings);
        }
        return started;
    }

    private static TorchEngine load(EngineSettings settings) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(settings.threads()));
        System.setProperty("ai.djl.pytorch.num_interop_threads", Integer.toString(settings.interOpThreads()));
        Engine engine = Engine.getEngine("PyTorch");
        if (JniUtils.getNumThreads() != settings.threads()
                || JniUtils.getNumInteropThreads() != settings.interOpThreads()) {
            throw new IllegalStateException("libtorch runs with " + JniUtils.getNumThreads() + " and "
                    + JniUtils.getNumInteropThreads() + " threads instead of " + settings
                    + "; something else in this process has loaded it before");
        }
        warnings(settings, System.getenv()).forEach(LOGGER::warn);
        requireDevice(engine, settings.device());
        return new TorchEngine(engine, settings, Kernels.text());
    }

    /** What the process's environment should be otherwise for an engine with these settings, in words. */
    static List<String> warnings(EngineSettings settings, Map<String, String> environment) {
        List<String> warnings = new ArrayList<>();
        if (settings.threads() > 1 && !environment.containsKey(SPIN_COUNT)) {
            warnings.add("The engine has " + settings.threads() + " threads, and " + SPIN_COUNT
                    + " is not set: they wait for each other spinning for too long or too short, and on a busy machine they hinder each"
                    + " other");
        }
        if (!settings.device().isCpu() && !"0".equals(environment.get(TF32))) {
            warnings.add("The engine computes on " + settings.device() + ", and " + TF32
                    + " is not 0: the GPU may round factors of float32 to 10 bits of fraction, and trainings then go by"
                    + " blocks because the kernels seem to compute otherwise");
        }
        return warnings;
    }

    /**
     * The engine takes any device when a manager is made, and fails at the first array.
     *
     * @throws DeviceMissingException saying what there is, if the device is not there and will not be
     * @throws IllegalStateException if it does not answer, or no GPU does
     */
    private static void requireDevice(Engine engine, ComputeDevice device) {
        if (device.isCpu()) {
            return;
        }
        requireIndex(device, engine.getGpuCount(), isForGpus(Path.of(LibUtils.getLibtorchPath())));
        try (NDManager manager = engine.newBaseManager(device.djl());
                NDArray one = manager.create(1f)) {
            one.getFloat();
        } catch (EngineException e) {
            throw new IllegalStateException("the device " + device + " is there and does not answer", e);
        }
    }

    /** Whether that directory holds a libtorch with CUDA. */
    static boolean isForGpus(Path libtorch) {
        return Files.exists(libtorch.resolve(System.mapLibraryName("torch_cuda")));
    }

    /**
     * Refuses a GPU that is not among the {@code count} of this process. One that sees none may have been started before the driver.
     *
     * @param isForGpus whether its libtorch could see any
     */
    static void requireIndex(ComputeDevice device, int count, boolean isForGpus) {
        if (device.index() < count) {
            return;
        }
        String missing = "the device " + device + " is not there: libtorch sees ";
        if (!isForGpus) {
            throw new DeviceMissingException(
                    missing + "no GPU, since it is built without CUDA; take a build with CUDA. 'cpu' is always there");
        }
        if (count == 0) {
            throw new IllegalStateException(
                    missing
                            + "no GPU; see that NVIDIA's driver is loaded and that this process may use it, as nvidia-smi shows");
        }
        throw new DeviceMissingException(
                missing + count + (count == 1 ? " GPU" : " GPUs") + ", counted from cuda:0. 'cpu' is always there");
    }

    public EngineSettings settings() {
        return settings;
    }

    /** Where networks compute, as the provenance names it. */
    public String device() {
        return settings.device().djl().toString();
    }

    /**
     * Versions of what decides a computation's last bits, by name: djl, pytorch and java, and as kernels how often Foldwise has changed the
     * way it has networks computed.
     */
    public SortedMap<String, String> libraries() {
        SortedMap<String, String> versions = new TreeMap<>();
        versions.put("kernels", KERNELS);
        versions.put("djl", Engine.getDjlVersion());
        versions.put("pytorch", engine.getVersion());
        versions.put("java", System.getProperty("java.version"));
        return Collections.unmodifiableSortedMap(versions);
    }

    /** Seeds what dropout draws from: one generator for the whole process. */
    public void seedRandom(int seed) {
        engine.setRandomSeed(seed);
    }

    /** A manager for arrays of a training or a classifier; the caller closes it. */
    public NDManager newManager() {
        prepareThread();
        return engine.newBaseManager(settings.device().djl());
    }

    /** What DJL's own operations lack; compiled at the first call. */
    public synchronized Kernels kernels() {
        if (kernels == null) {
            NDManager manager = newManager();
            try {
                kernels = Kernels.load(kernelText, manager);
            } catch (RuntimeException | Error e) {
                manager.close();
                throw e;
            }
        }
        return kernels;
    }

    /**
     * By what trainings are computed here; found out at the first call, and at later ones while the probe cannot be carried out, when
     * there must be no training under way. The kernels are taken where the engine takes them and they compute on a probe what the blocks
     * do.
     */
    public PathChoice choosePath() {
        return path.get();
    }

    /** Computes the steps of Adam on that path. */
    public AdamArithmetic adam(TrainingPath taken) {
        return switch (taken) {
            case KERNELS -> kernels();
            case BLOCKS -> new AdamBlocks();
        };
    }

    /** Computes losses on that path. */
    public LossArithmetic losses(TrainingPath taken) {
        return switch (taken) {
            case KERNELS -> kernels();
            case BLOCKS -> new LossBlocks();
        };
    }

    /** How networks that only answer are best computed here in that precision; found out at the first call. */
    synchronized InferenceProgram.Dialect inferenceDialect(Precision precision) {
        return inferenceDialects.computeIfAbsent(
                precision,
                asked -> settings.device().isCpu() && PackedConvolutions.work(this, asked)
                        ? InferenceProgram.Dialect.PACKED
                        : InferenceProgram.Dialect.PLAIN);
    }

    /**
     * What a training of a backbone that is planned in {@code planned} is computed in here. The first time that the processor's speed in
     * such convolutions decides, it is measured, and once more some minutes after bfloat16 was found to be no faster; there must be no training under way then.
     */
    public PrecisionChoice choosePrecision(Precision planned, BackboneName backbone) {
        return PrecisionChoice.of(planned, settings.device(), () -> timesOf(trainingTimes, backbone));
    }

    /**
     * What a model answers in for ever, where its plan says {@code planned}. The processor's speed is measured as for trainings, by
     * times of its own.
     */
    public PrecisionChoice choosePredictionPrecision(Precision planned, BackboneName backbone) {
        return PrecisionChoice.of(planned, settings.device(), () -> timesOf(predictionTimes, backbone));
    }

    private static Map<PrecisionProbe.Convolutions, ProvisionalTimes> times(
            Function<PrecisionProbe.Convolutions, PrecisionChoice.Times> probe) {
        Map<PrecisionProbe.Convolutions, ProvisionalTimes> times = new EnumMap<>(PrecisionProbe.Convolutions.class);
        for (PrecisionProbe.Convolutions convolutions : PrecisionProbe.Convolutions.values()) {
            times.put(convolutions, new ProvisionalTimes(() -> probe.apply(convolutions), System::nanoTime));
        }
        return times;
    }

    private static PrecisionChoice.Times timesOf(
            Map<PrecisionProbe.Convolutions, ProvisionalTimes> times, BackboneName backbone) {
        return Objects.requireNonNull(times.get(PrecisionProbe.Convolutions.of(backbone)))
                .get();
    }

    /**
     * Starts recording operations for a backward pass. There can be one collector at a time in a process, so there can be
     * one training at a time.
     */
    public GradientCollector newGradientCollector() {
        return engine.newGradientCollector();
    }

    /** Begins to time each of libtorch's operations on the calling thread, which costs some time itself. */
    public void recordOperations() {
        JniUtils.startProfile(false, false, false);
    }

    /**
     * Ends what {@link #recordOperations} began, on the same thread.
     *
     * @param file gets the operations in the JSON form that trace viewers read: {@code name}, begin {@code ts} and length
     *     {@code dur} in microseconds, thread {@code tid}
     */
    public void writeOperations(Path file) {
        JniUtils.stopProfile(file.toString());
    }

    /**
     * Gives the calling thread the number of threads of the settings. libtorch keeps that number per calling thread and does
     * not hand it on, so each thread that computes needs this once before its first operation; it costs nothing afterwards.
     */
    public void prepareThread() {
        if (!threadPrepared.get()) {
            JniUtils.setNumThreads(settings.threads());
            threadPrepared.set(true);
        }
    }
}
