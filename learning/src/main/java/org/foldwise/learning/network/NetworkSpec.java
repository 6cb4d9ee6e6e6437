package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.HeadSpec;

/**
 * All that decides a network's shape.
 *
 * @param backbone the part below the head
 * @param inputChannels of an image, 1 or 3
 * @param head the classifier on top
 * @param outputs number of logits per image
 * @param backboneMode what a training does to the backbone
 */
public record NetworkSpec(
        BackboneName backbone, int inputChannels, HeadSpec head, int outputs, BackboneMode backboneMode) {
    /** What a training does to the backbone. */
    public enum BackboneMode {
        /** Weights follow gradients, running statistics follow batches. */
        TRAINED,
        /** Nothing moves: no gradients, and batch normalisation uses the running statistics as they are. */
        FROZEN,
        /**
         * No gradients, but batch normalisation uses each batch's statistics and the running ones follow: what happens in
         * PyTorch when parameters are frozen and the model is in training mode all the same.
         */
        FROZEN_WITH_MOVING_STATISTICS
    }

    public NetworkSpec {
        if (inputChannels != 1 && inputChannels != 3) {
            throw new IllegalArgumentException("inputChannels must be 1 or 3, was " + inputChannels);
        }
        if (outputs < 1) {
            throw new IllegalArgumentException("outputs must be 1 or more, was " + outputs);
        }
    }

    /** The network that a plan asks for. */
    public static NetworkSpec of(ExperimentPlan plan, Task task) {
        int outputs =
                switch (task) {
                    case BINARY -> 1;
                };
        return new NetworkSpec(
                plan.backbone(),
                plan.image().channels(),
                plan.head(),
                outputs,
                plan.freezeBackbone() ? BackboneMode.FROZEN : BackboneMode.TRAINED);
    }

    /** The state_dict's entries in torchvision's order, first the backbone's, then the head's. */
    public List<ParameterSpec> parameters() {
        Backbone body = Backbone.of(backbone, inputChannels);
        List<ParameterSpec> parameters = new ArrayList<>(body.featureMaps().parameters());
        parameters.addAll(ClassifierHead.of(head, body.features(), outputs).parameters());
        return List.copyOf(parameters);
    }

    /** The parameters that gradients change, in torchvision's order. */
    public List<ParameterSpec> trainableParameters() {
        return parameters().stream().filter(this::isTrainable).toList();
    }

    /** Whether gradients change the parameter in this network. */
    boolean isTrainable(ParameterSpec parameter) {
        return parameter.kind().isLearned()
                && (backboneMode == BackboneMode.TRAINED || !parameter.name().startsWith(Backbone.PREFIX));
    }

    /** How many parameters there are, and how many of them a training changes. */
    public ParameterCount parameterCount() {
        return new ParameterCount(
                sum(parameters().stream().filter(parameter -> parameter.kind().isLearned())),
                sum(trainableParameters().stream()));
    }

    private static long sum(Stream<ParameterSpec> parameters) {
        return parameters.mapToLong(ParameterSpec::size).sum();
    }
}
