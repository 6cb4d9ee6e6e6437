package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Backbone, average over the feature maps, and head as one DJL block whose parameters carry their state_dict names; or the head
 * alone.
 */
final class ClassifierBlock extends AbstractBlock {
    private static final byte VERSION = 1;

    private final NetworkSpec spec;
    private final Arithmetic arithmetic;
    private final ActivationArithmetic activations;
    private final NetworkPart part;
    private final List<Layer> stages;
    private final Layer pooling = new Layer.GlobalAveragePooling();
    private final Layer head;
    private final Map<String, Parameter> named = new LinkedHashMap<>();
    private final Map<String, Long> batchesTracked = new ConcurrentHashMap<>();
    private volatile Freezing freezing;

    ClassifierBlock(NetworkSpec spec, NetworkPart part, Arithmetic arithmetic, ActivationArithmetic activations) {
        super(VERSION);
        this.spec = spec;
        this.part = part;
        this.arithmetic = arithmetic;
        this.activations = activations;
        Backbone backbone = Backbone.of(spec);
        this.stages = backbone.stages();
        this.freezing = spec.freezing();
        this.head = ClassifierHead.of(spec.head(), backbone.features(), spec.outputs());
        for (ParameterSpec parameter : part.parameters(spec)) {
            if (parameter.kind() == ParameterSpec.Kind.BATCHES_TRACKED) {
                batchesTracked.put(parameter.name(), 0L);
            } else {
                // addParameter, not child blocks: DJL puts an index before the names of a child's parameters. And none
                // requires a gradient: DJL would turn recording on at the first pass, frozen or not; Network decides
                // that
                named.put(
                        parameter.name(),
                        addParameter(Parameter.builder()
                                .setName(parameter.name())
                                .setType(djlType(parameter.kind()))
                                .optRequiresGrad(false)
                                .build()));
            }
        }
    }

    private static Parameter.Type djlType(ParameterSpec.Kind kind) {
        return switch (kind) {
            case CONVOLUTION_WEIGHT, LINEAR_WEIGHT -> Parameter.Type.WEIGHT;
            case CONVOLUTION_BIAS, LINEAR_BIAS -> Parameter.Type.BIAS;
            case NORM_WEIGHT -> Parameter.Type.GAMMA;
            case NORM_BIAS -> Parameter.Type.BETA;
            case RUNNING_MEAN -> Parameter.Type.RUNNING_MEAN;
            case RUNNING_VARIANCE -> Parameter.Type.RUNNING_VAR;
            case BATCHES_TRACKED -> Parameter.Type.OTHER;
        };
    }

    /** The parameters and running statistics by their state_dict names. */
    Map<String, Parameter> named() {
        return Collections.unmodifiableMap(named);
    }

    /** How many batches each normalisation's running statistics have seen, by state_dict name. */
    Map<String, Long> batchesTracked() {
        return batchesTracked;
    }

    /** What of the backbone a training leaves as it is. */
    Freezing freezing() {
        return freezing;
    }

    /** From the next pass on, a training leaves that of the backbone as it is. */
    void freeze(Freezing other) {
        freezing = other;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> parameters) {
        NDArray input = inputs.singletonOrThrow();
        return switch (part) {
            case HEAD -> new NDList(head.apply(input, pass(parameterStore, input, training)));
            case WHOLE -> {
                try (NDArray features = features(parameterStore, input, training)) {
                    yield new NDList(head.apply(features, pass(parameterStore, input, training)));
                }
            }
        };
    }

    /** What the head gets to see, N x features. */
    NDArray features(ParameterStore parameterStore, NDArray images) {
        return features(parameterStore, images, false);
    }

    private NDArray features(ParameterStore parameterStore, NDArray images, boolean training) {
        ForwardPass frozen = pass(parameterStore, images, training && freezing.statisticsMove());
        ForwardPass trained = pass(parameterStore, images, training);
        NDArray maps = stages.get(0).apply(images, freezing.stages() > 0 ? frozen : trained);
        for (int stage = 1; stage < stages.size(); stage++) {
            try (NDArray below = maps) {
                maps = stages.get(stage).apply(below, freezing.stages() > stage ? frozen : trained);
            }
        }
        try (NDArray last = maps) {
            return pooling.apply(last, trained);
        }
    }

    private ForwardPass pass(ParameterStore parameterStore, NDArray images, boolean training) {
        return new ForwardPass(
                name -> parameterStore.getValue(named.get(name), images.getDevice(), training),
                name -> batchesTracked.merge(name, 1L, Long::sum),
                arithmetic,
                activations,
                training);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), spec.outputs())};
    }
}
