package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A classifier with its weights in native memory. Must be closed.
 *
 * <p>Threads: {@link #logits(ImageBatch)} and evaluation passes may run in several threads at once. A training
 * needs the network for itself.
 */
public final class Network implements AutoCloseable {
    private final TorchEngine engine;
    private final NetworkSpec spec;
    private final ElementType floating;
    /** In float64, the precision of reference, convolutions gain nothing from it. */
    private final boolean isChannelsLast;

    private final NDManager manager;
    private final ClassifierBlock block;
    private final ParameterStore parameterStore;

    private Network(TorchEngine engine, NetworkSpec spec, ElementType floating) {
        this.engine = engine;
        this.spec = spec;
        this.floating = floating;
        this.isChannelsLast = floating == ElementType.FLOAT32;
        this.manager = engine.newManager();
        this.block = new ClassifierBlock(spec);
        this.parameterStore = new ParameterStore(manager, false);
    }

    /** A network in float32 with these weights. */
    public static Network open(TorchEngine engine, NetworkSpec spec, Weights weights) {
        return open(engine, spec, weights, ElementType.FLOAT32);
    }

    /**
     * A network that computes in {@code floating}, float32 or float64; float32 weights are widened where necessary.
     *
     * @throws IllegalArgumentException if the weights' names, shapes or types are not those of the network
     */
    public static Network open(TorchEngine engine, NetworkSpec spec, Weights weights, ElementType floating) {
        requireMatch(spec, weights);
        Network network = new Network(engine, spec, floating);
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
        Map<String, Tensor> unknown = new LinkedHashMap<>(weights.tensors());
        for (ParameterSpec parameter : spec.parameters()) {
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
            NDArray array = toParameterArray(weights.tensor(name));
            parameter.setArray(array);
            // on the array itself: a parameter without gradient must not cost a backward pass
            array.setRequiresGradient(parameter.requiresGradient());
        });
        block.batchesTracked().replaceAll((name, count) -> weights.tensor(name).longValue());
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
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec parameter : spec.parameters()) {
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
     * @param images 1 or more, as the preprocessing yields them
     * @return count x outputs, row-major
     */
    public float[] logits(ImageBatch images) {
        engine.prepareThread();
        try (NDManager step = manager.newSubManager();
                NDArray input = images.toArray(step)) {
            return forward(input, false).toFloatArray();
        }
    }

    /**
     * Logits, N x outputs, attached to the manager of {@code images}.
     *
     * @param images N x channels x H x W in this network's floating type
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

    /** The parameters that a training changes, by state_dict name, in its order. The arrays stay this network's. */
    public Map<String, NDArray> trainableParameters() {
        Map<String, NDArray> trainable = new LinkedHashMap<>();
        block.named().forEach((name, parameter) -> {
            if (parameter.requiresGradient()) {
                trainable.put(name, parameter.getArray());
            }
        });
        return Collections.unmodifiableMap(trainable);
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
