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
 * @param freezing what of the backbone a training leaves as it is from its beginning
 * @param stochasticDepth the probability, while training, towards which that of leaving out a block grows from the first to the
 *     last one, in [0, 1); only EfficientNet leaves any out
 */
public record NetworkSpec(
        BackboneName backbone,
        int inputChannels,
        HeadSpec head,
        int outputs,
        Freezing freezing,
        double stochasticDepth) {
    /** Names of the backbone's parameters are torchvision's behind this. */
    public static final String BACKBONE_PREFIX = Backbone.PREFIX;

    /** As torchvision has it for EfficientNet-B0. */
    private static final double STOCHASTIC_DEPTH = 0.2;

    public NetworkSpec {
        if (inputChannels != 1 && inputChannels != 3) {
            throw new IllegalArgumentException("inputChannels must be 1 or 3, was " + inputChannels);
        }
        if (outputs < 1) {
            throw new IllegalArgumentException("outputs must be 1 or more, was " + outputs);
        }
        if (!(stochasticDepth >= 0 && stochasticDepth < 1)) {
            throw new IllegalArgumentException("stochasticDepth must be in [0, 1), was " + stochasticDepth);
        }
    }

    /** A network with torchvision's stochastic depth. */
    public NetworkSpec(BackboneName backbone, int inputChannels, HeadSpec head, int outputs, Freezing freezing) {
        this(backbone, inputChannels, head, outputs, freezing, STOCHASTIC_DEPTH);
    }

    /** The same network for images of another number of channels. */
    public NetworkSpec withInputChannels(int channels) {
        return new NetworkSpec(backbone, channels, head, outputs, freezing, stochasticDepth);
    }

    /** The same network with another stochastic depth. */
    public NetworkSpec withStochasticDepth(double probability) {
        return new NetworkSpec(backbone, inputChannels, head, outputs, freezing, probability);
    }

    /** The same network with other frozen stages. */
    public NetworkSpec withFreezing(Freezing other) {
        return new NetworkSpec(backbone, inputChannels, head, outputs, other, stochasticDepth);
    }

    /**
     * The network that a plan asks for, as it is in the first epoch.
     *
     * @param classes how many the task has
     */
    public static NetworkSpec of(ExperimentPlan plan, Task task, int classes) {
        return new NetworkSpec(
                plan.backbone(),
                plan.image().channels(),
                plan.head(),
                task.outputs(classes),
                new Freezing(plan.freeze().stages(), plan.freeze().statisticsMove()));
    }

    /** The state_dict's entries in torchvision's order, first the backbone's, then the head's. */
    public List<ParameterSpec> parameters() {
        return groups().stream().flatMap(List::stream).toList();
    }

    /** Those of them that are the backbone's. */
    public List<ParameterSpec> backboneParameters() {
        return parameters().stream()
                .filter(parameter -> parameter.name().startsWith(BACKBONE_PREFIX))
                .toList();
    }

    /** Those of them that are the head's. */
    public List<ParameterSpec> headParameters() {
        return groups().get(BackboneName.STAGES);
    }

    /** Length of the vector that the backbone makes of an image. */
    public int features() {
        return Backbone.of(this).features();
    }

    /** The same entries, apart for each stage of the backbone, from the image upwards, and last for the head. */
    List<List<ParameterSpec>> groups() {
        Backbone body = Backbone.of(this);
        List<List<ParameterSpec>> groups = new ArrayList<>();
        body.stages().forEach(stage -> groups.add(stage.parameters()));
        groups.add(ClassifierHead.of(head, body.features(), outputs).parameters());
        return groups;
    }

    /** The parameters that gradients change, in torchvision's order. */
    public List<ParameterSpec> trainableParameters() {
        return groups().stream()
                .skip(freezing.stages())
                .flatMap(List::stream)
                .filter(parameter -> parameter.kind().isLearned())
                .toList();
    }

    /**
     * Name of the weight that sees the image, output channels x input channels x height x width: the only one whose shape
     * depends on the number of input channels.
     */
    public String firstConvolution() {
        return parameters().get(0).name();
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
