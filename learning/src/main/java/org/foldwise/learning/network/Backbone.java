package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.experiment.BackboneName;

/**
 * The part of a network below its head, with torchvision's topology. Names of parameters are torchvision's behind the prefix
 * {@code backbone.}, so that its state_dicts fit one to one.
 *
 * @param featureMaps N x inputChannels x H x W to N x features x h x w
 * @param features length of the vector that remains of each image after averaging over h and w
 */
record Backbone(Layer featureMaps, int features) {
    static final String PREFIX = "backbone.";

    /** The backbone of that name for images of that many channels. */
    static Backbone of(BackboneName name, int inputChannels) {
        return switch (name) {
            case RESNET18 -> resNet(inputChannels, List.of(2, 2, 2, 2));
        };
    }

    /**
     * He et al. (2016), Deep Residual Learning for Image Recognition, with basic blocks, as torchvision has it: the stride lies
     * on a block's first convolution, and only blocks that change the shape have a convolution on their shortcut.
     */
    private static Backbone resNet(int inputChannels, List<Integer> blocksPerStage) {
        List<Layer> layers = new ArrayList<>();
        int channels = 64;
        layers.add(new Layer.Convolution(PREFIX + "conv1", inputChannels, channels, 7, 2, 3));
        layers.add(new Layer.BatchNormalization(PREFIX + "bn1", channels));
        layers.add(new Layer.Relu());
        layers.add(new Layer.MaxPooling(3, 2, 1));
        for (int stage = 0; stage < blocksPerStage.size(); stage++) {
            int stageChannels = 64 << stage;
            for (int block = 0; block < blocksPerStage.get(stage); block++) {
                String name = PREFIX + "layer" + (stage + 1) + "." + block;
                int stride = block == 0 && stage > 0 ? 2 : 1;
                layers.add(basicBlock(name, channels, stageChannels, stride));
                channels = stageChannels;
            }
        }
        return new Backbone(new Layer.Sequence(layers), channels);
    }

    private static Layer basicBlock(String name, int inputChannels, int outputChannels, int stride) {
        Layer body = Layer.Sequence.of(
                new Layer.Convolution(name + ".conv1", inputChannels, outputChannels, 3, stride, 1),
                new Layer.BatchNormalization(name + ".bn1", outputChannels),
                new Layer.Relu(),
                new Layer.Convolution(name + ".conv2", outputChannels, outputChannels, 3, 1, 1),
                new Layer.BatchNormalization(name + ".bn2", outputChannels));
        if (stride == 1 && inputChannels == outputChannels) {
            return new Layer.Residual(body, null);
        }
        Layer shortcut = Layer.Sequence.of(
                new Layer.Convolution(name + ".downsample.0", inputChannels, outputChannels, 1, stride, 0),
                new Layer.BatchNormalization(name + ".downsample.1", outputChannels));
        return new Layer.Residual(body, shortcut);
    }
}
