package org.foldwise.learning.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;

/** Traces of arbitrary numbers, and what the engine's own differentiation says of them. */
public final class Traces {
    /**
     * Of one logit, in double.
     *
     * @param map N x C x h x w, row-major
     * @param gradient of the summed logit with respect to the map, row-major
     */
    public record Exact(long[] shape, double[] map, double[] gradient) {}

    private Traces() {}

    /** What a network makes of images, N x C x H x W. */
    public static Trace of(InferenceNetwork network, float[] images, long... shape) {
        try (NDManager manager = Engines.engine().newManager()) {
            return network.trace(manager.create(images, new Shape(shape)));
        }
    }

    /** Logits of images, N x C x H x W, without a trace. */
    public static float[] logits(InferenceNetwork network, float[] images, long... shape) {
        try (NDManager manager = Engines.engine().newManager()) {
            return network.logits(manager.create(images, new Shape(shape)));
        }
    }

    /** The readable layers in double, with a backward pass of the engine through everything above the backbone. */
    public static Exact exact(NetworkSpec spec, Weights weights, int output, float[] images, long... shape) {
        Backbone backbone = Backbone.of(spec);
        try (NDManager manager = Engines.engine().newManager()) {
            ForwardPass pass = new ForwardPass(
                    name -> Network.toArray(manager, weights.tensor(name), ElementType.FLOAT64),
                    name -> {},
                    new Arithmetic.Plain(),
                    new ActivationBlocks(),
                    false);
            NDArray map = manager.create(images, new Shape(shape)).toType(DataType.FLOAT64, true);
            for (Layer stage : backbone.stages()) {
                map = stage.apply(map, pass);
            }
            NDArray leaf = map.duplicate();
            leaf.setRequiresGradient(true);
            try (GradientCollector collector = Engines.engine().newGradientCollector()) {
                NDArray pooled = new Layer.GlobalAveragePooling().apply(leaf, pass);
                NDArray logits = ClassifierHead.of(spec.head(), backbone.features(), spec.outputs())
                        .apply(pooled, pass);
                collector.backward(logits.get(":, " + output).sum());
            }
            try (PtNDArray gradient = JniUtils.getGradient((PtNDArray) leaf)) {
                return new Exact(map.getShape().getShape(), map.toDoubleArray(), gradient.toDoubleArray());
            }
        }
    }
}
