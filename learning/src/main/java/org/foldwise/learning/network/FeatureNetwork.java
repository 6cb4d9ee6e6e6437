package org.foldwise.learning.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.Locale;
import org.foldwise.learning.experiment.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backbone that no training changes, computed as {@link InferenceNetwork} computes it when the model answers: normalisations are
 * folded into the convolutions, and where the machine has oneDNN, activations and shortcuts are computed within them. It is for images
 * of one size, so its weights lie in native memory once, as the kernels want them. Must be closed.
 *
 * <p>Threads: several may ask at once. Bits: features of an image depend on the weights, the precision, the image, the engine and its
 * number of threads, and on how many images are computed together.
 */
public final class FeatureNetwork implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FeatureNetwork.class);

    private final TorchEngine engine;
    private final Size size;
    private final NDManager manager;
    private final TorchScriptModule module;
    private final IValue numbers;

    /**
     * Of images.
     *
     * @param channels 1 or 3
     * @param height in pixels
     * @param width in pixels
     */
    record Size(long channels, long height, long width) {
        Shape of(long images) {
            return new Shape(images, channels, height, width);
        }
    }

    private FeatureNetwork(TorchEngine engine, Size size, NDManager manager, TorchScriptModule module, IValue numbers) {
        this.engine = engine;
        this.size = size;
        this.manager = manager;
        this.module = module;
        this.numbers = numbers;
    }

    /**
     * Whether a backbone can be computed in that precision here. The answers of models know no float16, so neither do features; a
     * training in it computes its backbone itself.
     */
    public static boolean computesIn(Precision precision) {
        return precision != Precision.FLOAT16;
    }

    /**
     * Names the kernels that compute backbones in that precision on this machine: {@code packed} are oneDNN's with packed weights,
     * {@code plain} ordinary ones. Features by different ones differ in their last bits.
     */
    public static String kernels(TorchEngine engine, Precision precision) {
        return engine.inferenceDialect(precision).name().toLowerCase(Locale.ROOT);
    }

    /**
     * The backbone of a network with these weights, computed in {@code precision} and in the fastest way that this machine has.
     *
     * @param backbone the weights of the backbone and of nothing else
     * @param precision one that {@link #computesIn} allows
     * @param height of the images, in pixels
     * @param width of the images, in pixels
     * @throws IllegalArgumentException if the weights are not the backbone's
     */
    public static FeatureNetwork open(
            TorchEngine engine, NetworkSpec spec, Weights backbone, Precision precision, int height, int width) {
        return open(
                engine,
                InferenceGraph.ofBackbone(spec, backbone),
                engine.inferenceDialect(precision),
                precision,
                new Size(spec.inputChannels(), height, width));
    }

    static FeatureNetwork open(
            TorchEngine engine,
            InferenceGraph graph,
            InferenceProgram.Dialect dialect,
            Precision precision,
            Size size) {
        InferenceProgram program = new InferenceProgram(graph, dialect, precision);
        NDManager manager = engine.newManager();
        try {
            TorchScriptModule module = TorchScriptModule.load(program.methods(), manager.getDevice());
            try {
                IValue numbers = InferenceNetwork.numbers(manager, program, module, precision);
                return new FeatureNetwork(
                        engine,
                        size,
                        manager,
                        module,
                        dialect == InferenceProgram.Dialect.PLAIN ? numbers : packed(manager, module, numbers, size));
            } catch (RuntimeException | Error e) {
                module.close();
                throw e;
            }
        } catch (EngineException e) {
            manager.close();
            if (dialect == InferenceProgram.Dialect.PLAIN) {
                throw e;
            }
            LOGGER.info("oneDNN does not take images of {}, they are computed with ordinary operations", size);
            LOGGER.debug("oneDNN's answer", e);
            return open(engine, graph, InferenceProgram.Dialect.PLAIN, precision, size);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    /** The numbers packed for images of that size; the others are given back, since nobody will ask for another size. */
    private static IValue packed(NDManager manager, TorchScriptModule module, IValue unpacked, Size size) {
        try (unpacked;
                NDArray images = manager.zeros(size.of(2));
                IValue input = IValue.from((PtNDArray) images)) {
            return InferenceNetwork.packed(module, input, unpacked);
        }
    }

    /**
     * What the head gets to see of images.
     *
     * @param images 1 or more, of this network's size
     * @return count x {@link NetworkSpec#features}, row-major
     */
    public float[] features(ImageBatch images) {
        engine.prepareThread();
        try (NDManager step = manager.newSubManager();
                NDArray input = images.toArray(step)) {
            return features(input);
        }
    }

    /** The same of the images in the opposite order, which have the same features in the opposite order if each has its own. */
    public float[] featuresReversed(ImageBatch images) {
        engine.prepareThread();
        try (NDManager step = manager.newSubManager();
                NDArray input = images.toArray(step);
                NDArray reversed = input.flip(0)) {
            return features(reversed);
        }
    }

    /** Features of N x channels x height x width values, computed with the calling thread's number of threads. */
    float[] features(NDArray images) {
        Shape shape = images.getShape();
        if (shape.dimension() != 4 || !shape.equals(size.of(shape.get(0)))) {
            throw new IllegalArgumentException("images must be N x " + size + ", were " + shape);
        }
        try (IValue input = IValue.from((PtNDArray) images);
                IValue output = IValueUtils.runMethod(module.block(), "run", input, numbers);
                NDArray features = output.toTensor((PtNDManager) images.getManager())) {
            return features.toFloatArray();
        }
    }

    /** Frees the weights; nobody may be computing any more. */
    @Override
    public void close() {
        numbers.close();
        module.close();
        manager.close();
    }
}
