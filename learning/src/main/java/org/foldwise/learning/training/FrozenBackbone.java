package org.foldwise.learning.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.ParameterSpec;
import org.foldwise.learning.network.Tensor;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;

/**
 * The backbone of a training that leaves it as it is. It depends on the plan alone, so all folds of a cross-validation have the
 * same one.
 */
public final class FrozenBackbone {
    private final NetworkSpec network;
    private final long seed;
    private final Weights weights;
    private final Digest digest;

    private FrozenBackbone(NetworkSpec network, long seed, Weights weights) {
        this.network = network;
        this.seed = seed;
        this.weights = weights;
        this.digest = weights.digest();
    }

    /** Whether a training by that plan sees nothing but what its backbone always makes of an image. */
    public static boolean suffices(ExperimentPlan plan) {
        return plan.freeze().keepsBackbone() && plan.augmentation().isEmpty();
    }

    /**
     * The backbone that a plan begins and ends with.
     *
     * @throws IllegalArgumentException if the plan trains any of it
     */
    public static FrozenBackbone of(ExperimentPlan plan, Task task) {
        if (!plan.freeze().keepsBackbone()) {
            throw new IllegalArgumentException("the plan changes its backbone: " + plan.freeze());
        }
        NetworkSpec network = NetworkSpec.of(plan, task);
        Weights all = InitialWeights.draw(network, plan.seed());
        Map<String, Tensor> own = new LinkedHashMap<>();
        for (ParameterSpec parameter : network.backboneParameters()) {
            own.put(parameter.name(), all.tensor(parameter.name()));
        }
        return new FrozenBackbone(network, plan.seed(), new Weights(own));
    }

    /** Whether {@link #of} would make the same of that plan, without making it. */
    public boolean isOf(ExperimentPlan plan, Task task) {
        NetworkSpec other = NetworkSpec.of(plan, task);
        return plan.freeze().keepsBackbone()
                && plan.seed() == seed
                && other.backbone() == network.backbone()
                && other.inputChannels() == network.inputChannels();
    }

    /** The network that it is part of. */
    NetworkSpec network() {
        return network;
    }

    /** The digest of its weights. */
    public Digest digest() {
        return digest;
    }

    /** The weights of the whole network with that head. */
    Weights with(Weights head) {
        Map<String, Tensor> whole = new LinkedHashMap<>(weights.tensors());
        whole.putAll(head.tensors());
        return new Weights(whole);
    }
}
