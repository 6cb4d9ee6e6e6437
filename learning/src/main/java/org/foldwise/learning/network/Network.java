package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.Precision;

/**
 * A classifier with its weights in native memory. Must be closed.
 *
 * <p>Threads: {@link #logits(ImageBatch)} and evaluation passes may run in several threads at once. A training
 * needs the network for itself.
 */
public final class Network implements Scorer {
    private final TorchEngine engine;
    private final NetworkSpec spec;
    private final NetworkPart part;
    private final ElementType floating;
    private final boolean isChannelsLast;

    private final NDManager manager;
    private final ClassifierBlock block;
    private ParameterStore parameterStore;

    private Network(
            TorchEngine engine,
            NetworkSpec spec,
            NetworkPart part,
            ElementType floating,
            boolean isChannelsLast,
            Arithmetic arithmetic) {
        this.engine = engine;
        this.spec = spec;
        this.part = part;
        this.floating = floating;
        this.isChannelsLast = isChannelsLast;
        this.manager = engine.newManager();
        this.block =
                new ClassifierBlock(spec, part, arithmetic, isChannelsLast ? engine.kernels() : new ActivationBlocks());
        this.parameterStore = new ParameterStore(manager, false);
    }

    /** A network in float32 with these weights, its channels next to each other in memory, where convolutions run fastest. */
    public static Network open(TorchEngine engine, NetworkSpec spec, Weights weights) {
        return open(engine, spec, weights, Precision.FLOAT32);
    }

    /**
     * As a training computes it on that path.
     *
     * @param precision of the products; float32 where the blocks compute
     */
    public static Network open(
            TorchEngine engine, NetworkSpec spec, Weights weights, Precision precision, TrainingPath path) {
        return switch (path) {
            case KERNELS -> open(engine, spec, weights, precision);
            case BLOCKS -> {
                if (precision != Precision.FLOAT32) {
                    throw new IllegalArgumentException("the blocks compute in float32, not in " + precision.label());
                }
                yield open(engine, spec, weights, ElementType.FLOAT32);
            }
        };
    }

    /** The same, with its products computed in {@code precision}; weights and everything else stay float32. */
    public static Network open(TorchEngine engine, NetworkSpec spec, Weights weights, Precision precision) {
        Arithmetic arithmetic =
                switch (precision) {
                    case FLOAT32 -> new Arithmetic.Plain();
                    case BFLOAT16 -> new Arithmetic.Rounded(engine.kernels(), Kernels.Rounding.BFLOAT16);
                    case FLOAT16 -> new Arithmetic.Rounded(engine.kernels(), Kernels.Rounding.FLOAT16);
                };
        return open(engine, spec, NetworkPart.WHOLE, weights, ElementType.FLOAT32, true, arithmetic);
    }

    /**
     * The head of a network alone, in float32: its inputs are features of images, N x {@link NetworkSpec#features}, and it has no
     * other weights than its own.
     *
     * @param weights of the head
     */
    public static Network openHead(TorchEngine engine, NetworkSpec spec, Weights weights) {
        return open(engine, spec, NetworkPart.HEAD, weights, ElementType.FLOAT32, false, new Arithmetic.Plain());
    }

    /**
     * The network of reference: it computes in {@code floating}, float32 or float64, in the memory format in which PyTorch's
     * figures are published. Float32 weights are widened where necessary.
     *
     * @throws IllegalArgumentException if the weights' names, shapes or types are not those of the network
     */
    public static Network open(TorchEngine engine, NetworkSpec spec, Weights weights, ElementType floating) {
        return open(engine, spec, NetworkPart.WHOLE, weights, floating, false, new Arithmetic.Plain());
    }

    /** As {@link #open(TorchEngine, NetworkSpec, Weights, ElementType)}, in the memory format of trainings. */
    static Network openChannelsLast(TorchEngine engine, NetworkSpec spec, Weights weights, ElementType floating) {
        return open(engine, spec, NetworkPart.WHOLE, weights, floating, true, new Arithmetic.Plain());
    }

    private static Network open(
            TorchEngine engine,
            NetworkSpec spec,
            NetworkPart part,
            Weights weights,
            ElementType floating,
            boolean isChannelsLast,
            Arithmetic arithmetic) {
        requireMatch(part.parameters(spec), weights);
        Network network = new Network(engine, spec, part, floating, isChannelsLast, arithmetic);
        try {
            network.createParameters(weights);
            return network;
        } catch (RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /**
     * Refuses weights that are not the network's: a name too many or too few, another shape, another type.
     *
     * @throws IllegalArgumentException naming the first difference
     */
    public static void requireMatch(NetworkSpec spec, Weights weights) {
        requireMatch(spec.parameters(), weights);
    }

    /** As {@link #requireMatch}, for weights of the head alone. */
    public static void requireHeadMatch(NetworkSpec spec, Weights weights) {
        requireMatch(spec.headParameters(), weights);
    }

    /** As {@link #requireMatch}, for weights of the backbone alone. */
    static void requireBackboneMatch(NetworkSpec spec, Weights weights) {
        requireMatch(spec.backboneParameters(), weights);
    }

    private static void requireMatch(List<ParameterSpec> parameters, Weights weights) {
        Map<String, Tensor> unknown = new LinkedHashMap<>(weights.tensors());
        for (ParameterSpec parameter : parameters) {
            Tensor tensor = unknown.remove(parameter.name());
            if (tensor == null) {
                throw new IllegalArgumentException("the weights lack '" + parameter.name() + "'");
            }
            boolean isCounter = parameter.kind() == ParameterSpec.Kind.BATCHES_TRACKED;
            if (!tensor.shape().equals(parameter.shape()) || isCounter != (tensor.type() == ElementType.INT64)) {
                throw new IllegalArgumentException("'" + parameter.name() + "' should be "
                        + parameter.elementType(ElementType.FLOAT32) + " " + parameter.shape() + ", is " + tensor);
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("the network has no '"
                    + unknown.keySet().iterator().next() + "', nor " + (unknown.size() - 1) + " more of the weights");
        }
    }

    private void createParameters(Weights weights) {
        block.named().forEach((name, parameter) -> {
            parameter.setArray(toParameterArray(weights.tensor(name)));
        });
        block.batchesTracked().replaceAll((name, count) -> weights.tensor(name).longValue());
        freeze(spec.freezing());
    }

    /**
     * From the next pass on, a training leaves that of the backbone as it is. What is frozen no longer costs a backward pass.
     */
    public void freeze(Freezing freezing) {
        block.freeze(freezing);
        List<List<ParameterSpec>> groups = spec.groups();
        for (int group = part.firstGroup(); group < groups.size(); group++) {
            boolean trained = group >= freezing.stages();
            for (ParameterSpec parameter : groups.get(group)) {
                if (parameter.kind().isLearned()) {
                    array(parameter.name()).setRequiresGradient(trained);
                }
            }
        }
    }

    /**
     * Gets rid of the gradients of all that is trained now; the next backward pass makes new ones. Setting them to zero instead
     * would cost writing zeros and adding to them.
     */
    public void forgetGradients() {
        for (String name : trainableParameters().keySet()) {
            Parameter parameter = Objects.requireNonNull(block.named().get(name), name);
            // a handle of its own on the same numbers, which no backward pass has reached
            NDArray fresh = parameter.getArray().stopGradient();
            parameter.close();
            parameter.setShape(null);
            parameter.setArray(fresh);
            fresh.setRequiresGradient(true);
        }
        // the old one remembers the old handles
        parameterStore = new ParameterStore(manager, false);
    }

    /** Whether a backward pass has reached that parameter. */
    boolean hasGradientOf(String name) {
        try (PtNDArray gradient = JniUtils.getGradient((PtNDArray) array(name))) {
            return gradient != null;
        }
    }

    private NDArray array(String name) {
        return Objects.requireNonNull(block.named().get(name), name).getArray();
    }

    /** A tensor as this network keeps its parameters, in its floating type and memory format; it owns the array. */
    public NDArray toParameterArray(Tensor tensor) {
        NDArray array = toArray(manager, tensor, floating);
        if (!isChannelsLast || tensor.shape().size() != 4) {
            return array;
        }
        try (array) {
            return engine.kernels().channelsLast(array);
        }
    }

    /** A copy of all weights as they are now. */
    public Weights weights() {
        return weights(part.parameters(spec));
    }

    /** A copy of the head's weights as they are now. */
    public Weights headWeights() {
        return weights(spec.headParameters());
    }

    private Weights weights(List<ParameterSpec> parameters) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec parameter : parameters) {
            String name = parameter.name();
            Parameter held = block.named().get(name);
            tensors.put(
                    name,
                    held == null
                            ? Tensor.of(block.batchesTracked().getOrDefault(name, 0L))
                            : toTensor(held.getArray()));
        }
        return new Weights(tensors);
    }

    /** A float tensor as a native array of type {@code floating} in memory of its own, owned by {@code manager}. */
    public static NDArray toArray(NDManager manager, Tensor tensor, ElementType floating) {
        requireLittleEndian();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(tensor.bytes().remaining()).order(ByteOrder.nativeOrder());
        direct.put(tensor.bytes()).flip();
        // the engine computes on Java's buffer itself, and toType of an equal type copies nothing, whatever it is told
        try (NDArray overBuffer = manager.create(direct, new Shape(tensor.shape()), dataType(tensor.type()))) {
            return tensor.type() == floating ? overBuffer.duplicate() : overBuffer.toType(dataType(floating), true);
        }
    }

    /** A native float array as a tensor of its own. */
    public static Tensor toTensor(NDArray array) {
        requireLittleEndian();
        ElementType type =
                switch (array.getDataType()) {
                    case FLOAT32 -> ElementType.FLOAT32;
                    case FLOAT64 -> ElementType.FLOAT64;
                    default ->
                        throw new IllegalArgumentException("no tensor can hold elements of " + array.getDataType());
                };
        return Tensor.copyOf(
                type, Arrays.stream(array.getShape().getShape()).boxed().toList(), array.toByteBuffer(false));
    }

    private static void requireLittleEndian() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("libtorch is used on little-endian machines only");
        }
    }

    private static DataType dataType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT64 -> DataType.FLOAT64;
            case INT64 -> DataType.INT64;
        };
    }

    /**
     * Logits of images, outside any training.
     *
     * @param inputs 1 or more: images as the preprocessing yields them, or features where this is a head alone
     * @return count x outputs, row-major
     */
    @Override
    public float[] logits(InputBatch<?> inputs) {
        engine.prepareThread();
        try (NDManager step = manager.newSubManager();
                NDArray input = inputs.toArray(step)) {
            return forward(input, false).toFloatArray();
        }
    }

    /**
     * Logits, N x outputs, attached to the manager of {@code images}.
     *
     * @param images N x channels x H x W in this network's floating type; N x features for a head alone
     * @param training whether dropout is on and batch normalisation uses and follows the batch
     */
    public NDArray forward(NDArray images, boolean training) {
        if (!isChannelsLast) {
            return block.forward(parameterStore, new NDList(images), training).singletonOrThrow();
        }
        try (NDArray channelsLast = engine.kernels().channelsLast(images)) {
            return block.forward(parameterStore, new NDList(channelsLast), training)
                    .singletonOrThrow();
        }
    }

    /** What the head gets to see of images, N x features, outside any training; attached to the manager of {@code images}. */
    NDArray features(NDArray images) {
        return block.features(parameterStore, images);
    }

    /** The parameters that a training changes now, by state_dict name, in its order. The arrays stay this network's. */
    public Map<String, NDArray> trainableParameters() {
        Map<String, NDArray> trainable = new LinkedHashMap<>();
        trainableParametersByStage().values().forEach(trainable::putAll);
        return Collections.unmodifiableMap(trainable);
    }

    /**
     * The parameters that a training changes now, by the stage of the backbone they belong to; the head's stand behind those
     * of all stages, at {@link BackboneName#STAGES}. The arrays stay this network's.
     */
    public SortedMap<Integer, Map<String, NDArray>> trainableParametersByStage() {
        SortedMap<Integer, Map<String, NDArray>> byStage = new TreeMap<>();
        List<List<ParameterSpec>> groups = spec.groups();
        for (int stage = Math.max(block.freezing().stages(), part.firstGroup()); stage < groups.size(); stage++) {
            Map<String, NDArray> trainable = new LinkedHashMap<>();
            for (ParameterSpec parameter : groups.get(stage)) {
                if (parameter.kind().isLearned()) {
                    trainable.put(parameter.name(), array(parameter.name()));
                }
            }
            byStage.put(stage, Collections.unmodifiableMap(trainable));
        }
        return Collections.unmodifiableSortedMap(byStage);
    }

    /**
     * Moves every parameter and running statistic w to {@code w + share (other's - w)}; counters become the other's.
     *
     * @param other of the same shape
     * @param share in [0, 1]; what is equal stays, to the bit
     */
    public void moveTowards(Network other, double share) {
        block.named().forEach((name, parameter) -> {
            // handles of their own, closed at once: they would stay with the networks' managers
            try (NDArray own = parameter.getArray().stopGradient();
                    NDArray target = other.array(name).stopGradient();
                    NDArray difference = target.sub(own)) {
                own.addi(difference.muli(share));
            }
        });
        block.batchesTracked().putAll(other.block.batchesTracked());
    }

    /** The parent for the managers of single steps. It owns the weights, too. */
    public NDManager manager() {
        return manager;
    }

    public NetworkSpec spec() {
        return spec;
    }

    /** The engine that computes this network. */
    public TorchEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        manager.close();
    }
}
