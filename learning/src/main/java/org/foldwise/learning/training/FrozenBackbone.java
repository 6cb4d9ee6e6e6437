package org.foldwise.learning.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.network.FeatureNetwork;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;

/**
 * The backbone of a training that leaves it as it is. It does not depend on the fold, so all folds of a cross-validation have the
 * same one.
 */
public final class FrozenBackbone {
    private final NetworkSpec network;
    private final String origin;
    private final Weights weights;
    private final Digest digest;

    private FrozenBackbone(NetworkSpec network, String origin, Weights weights) {
        this.network = network;
        this.origin = origin;
        this.weights = weights;
        this.digest = weights.digest();
    }

    /** Whether a training by that plan sees nothing but what its backbone always makes of an image. */
    public static boolean suffices(ExperimentPlan plan) {
        return plan.freeze().keepsBackbone() && plan.augmentation().isEmpty();
    }

    /**
     * The backbone that a training begins and ends with.
     *
     * @throws IllegalArgumentException if the training changes any of it
     */
    public static FrozenBackbone of(TrainingTask task) {
        if (!task.plan().freeze().keepsBackbone()) {
            throw new IllegalArgumentException(
                    "the training changes its backbone: " + task.plan().freeze());
        }
        Weights all = task.initialWeights();
        Map<String, Tensor> own = new LinkedHashMap<>();
        for (ParameterSpec parameter : task.network().backboneParameters()) {
            own.put(parameter.name(), all.tensor(parameter.name()));
        }
        return new FrozenBackbone(task.network(), task.backboneOrigin(), new Weights(own));
    }

    /** Whether {@link #of} would make the same of that training, without making it. */
    public boolean isOf(TrainingTask task) {
        return task.plan().freeze().keepsBackbone() && task.backboneOrigin().equals(origin);
    }

    /** The network that it is part of. */
    NetworkSpec network() {
        return network;
    }

    /** The digest of its weights. */
    public Digest digest() {
        return digest;
    }

    /** The backbone as the engine computes it, for images of that size; the caller closes it. */
    FeatureNetwork open(TorchEngine engine, Precision precision, int height, int width) {
        return FeatureNetwork.open(engine, network, weights, precision, height, width);
    }

    /** The weights of the whole network with that head. */
    Weights with(Weights head) {
        Map<String, Tensor> whole = new LinkedHashMap<>(weights.tensors());
        whole.putAll(head.tensors());
        return new Weights(whole);
    }
}
