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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Backbone, average over the feature maps, and head as one DJL block whose parameters carry their state_dict names. */
final class ClassifierBlock extends AbstractBlock {
    private static final byte VERSION = 1;

    private final NetworkSpec spec;
    private final Layer featureMaps;
    private final Layer pooling = new Layer.GlobalAveragePooling();
    private final Layer head;
    private final Map<String, Parameter> named = new LinkedHashMap<>();
    private final Map<String, Long> batchesTracked = new ConcurrentHashMap<>();

    ClassifierBlock(NetworkSpec spec) {
        super(VERSION);
        this.spec = spec;
        Backbone backbone = Backbone.of(spec.backbone(), spec.inputChannels());
        this.featureMaps = backbone.featureMaps();
        this.head = ClassifierHead.of(spec.head(), backbone.features(), spec.outputs());
        for (ParameterSpec parameter : spec.parameters()) {
            if (parameter.kind() == ParameterSpec.Kind.BATCHES_TRACKED) {
                batchesTracked.put(parameter.name(), 0L);
            } else {
                // addParameter, not child blocks: DJL puts an index before the names of a child's parameters
                named.put(
                        parameter.name(),
                        addParameter(Parameter.builder()
                                .setName(parameter.name())
                                .setType(djlType(parameter.kind()))
                                .optRequiresGrad(spec.isTrainable(parameter))
                                .build()));
            }
        }
    }

    private static Parameter.Type djlType(ParameterSpec.Kind kind) {
        return switch (kind) {
            case CONVOLUTION_WEIGHT, LINEAR_WEIGHT -> Parameter.Type.WEIGHT;
            case LINEAR_BIAS -> Parameter.Type.BIAS;
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

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> parameters) {
        NDArray images = inputs.singletonOrThrow();
        ForwardPass pass = pass(parameterStore, images, training);
        try (NDArray features = features(images, pass)) {
            return new NDList(head.apply(features, pass));
        }
    }

    /** What the head gets to see, N x features. */
    NDArray features(ParameterStore parameterStore, NDArray images) {
        return features(images, pass(parameterStore, images, false));
    }

    private NDArray features(NDArray images, ForwardPass pass) {
        try (NDArray maps = featureMaps.apply(images, pass)) {
            return pooling.apply(maps, pass);
        }
    }

    private ForwardPass pass(ParameterStore parameterStore, NDArray images, boolean training) {
        return new ForwardPass(
                name -> parameterStore.getValue(named.get(name), images.getDevice(), training),
                name -> batchesTracked.merge(name, 1L, Long::sum),
                training,
                training && spec.backboneMode() != NetworkSpec.BackboneMode.FROZEN);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return new Shape[] {new Shape(inputShapes[0].get(0), spec.outputs())};
    }
}
