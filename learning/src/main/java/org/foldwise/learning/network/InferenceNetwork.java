package org.foldwise.learning.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.foldwise.learning.experiment.Precision;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A classifier that only answers: normalisations are folded into the convolutions, and where the machine has oneDNN, whose
 * weights are packed once for the size of the images, activations and shortcuts are computed within them. Must be closed.
 *
 * <p>In bfloat16 the backbone's arrays have 8 significant bits, the head is float32. A machine without instructions for bfloat16
 * imitates it, slowly: what a network answers in is part of what it is, and not the machine's affair.
 *
 * <p>Threads: {@link #logits} and {@link #trace} may run in several threads at once. Bits: an image's logits depend on the weights, the precision, the image, the
 * engine and its number of threads, and on how many images are computed together; whoever compares bits asks for images one by
 * one.
 */
public final class InferenceNetwork implements Scorer {
    private static final Logger LOGGER = LoggerFactory.getLogger(InferenceNetwork.class);

    private final TorchEngine engine;
    private final InferenceGraph graph;
    private final InferenceProgram.Dialect dialect;
    private final Precision precision;
    private final NDManager manager;
    private final TorchScriptModule module;
    private final IValue unpacked;
    private final HeadFunction head;
    private final Map<Size, Way> ways = new ConcurrentHashMap<>();
    private @Nullable TorchScriptModule plain;

    /** In pixels. */
    private record Size(long height, long width) {}

    /** How images of one size are computed. */
    private record Way(TorchScriptModule module, IValue numbers) {}

    private InferenceNetwork(
            TorchEngine engine,
            InferenceGraph graph,
            InferenceProgram.Dialect dialect,
            Precision precision,
            NDManager manager,
            TorchScriptModule module,
            IValue unpacked) {
        this.engine = engine;
        this.graph = graph;
        this.dialect = dialect;
        this.precision = precision;
        this.manager = manager;
        this.module = module;
        this.unpacked = unpacked;
        this.head = HeadFunction.of(graph);
    }

    /**
     * A network with these weights, computed in float32 and in the fastest way that this machine has.
     *
     * @throws IllegalArgumentException if the weights are not the network's
     */
    public static InferenceNetwork open(TorchEngine engine, NetworkSpec spec, Weights weights) {
        return open(engine, spec, weights, Precision.FLOAT32);
    }

    /** The same, computed in {@code precision}. */
    public static InferenceNetwork open(TorchEngine engine, NetworkSpec spec, Weights weights, Precision precision) {
        return open(engine, InferenceGraph.of(spec, weights), engine.inferenceDialect(precision), precision);
    }

    static InferenceNetwork open(
            TorchEngine engine, InferenceGraph graph, InferenceProgram.Dialect dialect, Precision precision) {
        InferenceProgram program = new InferenceProgram(graph, dialect, precision);
        NDManager manager = engine.newManager();
        try {
            TorchScriptModule module = TorchScriptModule.load(program.methods(), manager.getDevice());
            try {
                IValue numbers = numbers(manager, program, module, precision);
                return new InferenceNetwork(engine, graph, dialect, precision, manager, module, numbers);
            } catch (RuntimeException | Error e) {
                module.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** A program's numbers in its precision and in native memory. The list keeps them, {@code manager} has nothing to do with it afterwards. */
    static IValue numbers(NDManager manager, InferenceProgram program, TorchScriptModule module, Precision precision) {
        IValue exact = list(manager, program.numbers());
        return switch (precision) {
            case FLOAT32 -> exact;
            case BFLOAT16 -> {
                try (exact) {
                    yield IValueUtils.runMethod(module.block(), "rounded", exact);
                }
            }
            case FLOAT16 -> throw InferenceProgram.noFloat16();
        };
    }

    private static IValue list(NDManager manager, List<Tensor> numbers) {
        List<PtNDArray> arrays = new ArrayList<>();
        try {
            for (Tensor number : numbers) {
                arrays.add((PtNDArray) Network.toArray(manager, number, ElementType.FLOAT32));
            }
            // the list keeps the memory, so the handles need not be kept
            return IValue.listFrom(arrays.toArray(PtNDArray[]::new));
        } finally {
            arrays.forEach(NDArray::close);
        }
    }

    /**
     * Logits of images.
     *
     * @param images 1 or more, as the preprocessing yields them
     * @return count x outputs, row-major
     */
    @Override
    public float[] logits(InputBatch<?> images) {
        engine.prepareThread();
        try (NDManager step = manager.newSubManager();
                NDArray input = images.toArray(step)) {
            return logits(input);
        }
    }

    /**
     * Logits of images, the same bits as from {@link #logits(InputBatch)}, with what they were computed from.
     *
     * @param images 1 or more, as the preprocessing yields them
     */
    public Trace trace(InputBatch<?> images) {
        engine.prepareThread();
        try (NDManager step = manager.newSubManager();
                NDArray input = images.toArray(step)) {
            return trace(input);
        }
    }

    /** As {@link #trace(InputBatch)}, of N x channels x H x W values. */
    Trace trace(NDArray images) {
        requireShape(images.getShape());
        try (IValue input = IValue.from((PtNDArray) images)) {
            Way way = way(images, input);
            try (IValue output = IValueUtils.runMethod(way.module().block(), "trace", input, way.numbers());
                    NDList arrays = output.toNDList((PtNDManager) images.getManager())) {
                NDArray maps = arrays.get(0);
                return new Trace(
                        head,
                        maps.getShape().getShape(),
                        maps.toFloatArray(),
                        arrays.get(1).toFloatArray());
            }
        }
    }

    /** Logits of N x channels x H x W values, computed with the calling thread's number of threads. */
    float[] logits(NDArray images) {
        requireShape(images.getShape());
        try (IValue input = IValue.from((PtNDArray) images)) {
            Way way = way(images, input);
            try (IValue output = IValueUtils.runMethod(way.module().block(), "run", input, way.numbers());
                    NDArray logits = output.toTensor((PtNDManager) images.getManager())) {
                return logits.toFloatArray();
            }
        }
    }

    private void requireShape(Shape shape) {
        if (shape.dimension() != 4 || shape.get(1) != graph.inputChannels()) {
            throw new IllegalArgumentException(
                    "images must be N x " + graph.inputChannels() + " x height x width, were " + shape);
        }
    }

    private Way way(NDArray images, IValue input) {
        Shape shape = images.getShape();
        return ways.computeIfAbsent(new Size(shape.get(2), shape.get(3)), size -> way(size, input));
    }

    private Way way(Size size, IValue images) {
        if (dialect == InferenceProgram.Dialect.PLAIN) {
            return new Way(module, unpacked);
        }
        try {
            return new Way(module, packed(module, images, unpacked));
        } catch (EngineException e) {
            // the same for everybody who asks for this size, so that equal images still have equal bits
            LOGGER.info("oneDNN does not take images of {}, they are computed with ordinary operations", size);
            LOGGER.debug("oneDNN's answer", e);
            return new Way(plain(), unpacked);
        }
    }

    /**
     * Numbers packed for images of that size.
     *
     * @throws EngineException if oneDNN does not take them. Of some graphs it packs for a size that it then does not compute.
     */
    static IValue packed(TorchScriptModule module, IValue images, IValue unpacked) {
        IValue packed = IValueUtils.runMethod(module.block(), "pack", images, unpacked);
        try {
            IValueUtils.runMethod(module.block(), "run", images, packed).close();
            return packed;
        } catch (RuntimeException | Error e) {
            packed.close();
            throw e;
        }
    }

    private synchronized TorchScriptModule plain() {
        if (plain == null) {
            InferenceProgram program = new InferenceProgram(graph, InferenceProgram.Dialect.PLAIN, precision);
            plain = TorchScriptModule.load(program.methods(), manager.getDevice());
        }
        return plain;
    }

    /** Frees the weights; nobody may be computing any more. */
    @Override
    public void close() {
        ways.values().stream()
                .map(Way::numbers)
                .filter(numbers -> numbers != unpacked)
                .forEach(IValue::close);
        unpacked.close();
        module.close();
        if (plain != null) {
            plain.close();
        }
        manager.close();
    }
}
