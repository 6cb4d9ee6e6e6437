package org.foldwise.learning.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.foldwise.learning.experiment.BackboneName;
import org.jspecify.annotations.Nullable;

/**
 * The part of a network below its head, with torchvision's topology. Names of parameters are torchvision's behind the prefix
 * {@code backbone.}, so that its state_dicts fit one to one.
 *
 * @param stages one after the other N x inputChannels x H x W to N x features x h x w; {@link BackboneName#STAGES} of them, cut
 *     where the resolution falls, so that the same share of every network can be frozen
 * @param features length of the vector that remains of each image after averaging over h and w
 * @param fan what the spread of a fresh convolution's weights follows
 */
record Backbone(List<Layer> stages, int features, Fan fan) {
    static final String PREFIX = "backbone.";

    /** The number of connections that keeps the spread of activations or of gradients (He et al., 2015). */
    enum Fan {
        /** Of a value of the layer's input. */
        IN,
        /** Of a value of the layer's output. */
        OUT
    }

    Backbone {
        stages = List.copyOf(stages);
        if (stages.size() != BackboneName.STAGES) {
            throw new IllegalArgumentException(
                    "a backbone has " + BackboneName.STAGES + " stages, was given " + stages.size());
        }
    }

    /** The backbone of that network. */
    static Backbone of(NetworkSpec spec) {
        return of(spec.backbone(), spec.inputChannels(), spec.stochasticDepth());
    }

    private static Backbone of(BackboneName name, int inputChannels, double stochasticDepth) {
        return switch (name) {
            case RESNET18 -> resNet(inputChannels, List.of(2, 2, 2, 2), 1);
            case RESNET50 -> resNet(inputChannels, List.of(3, 4, 6, 3), 4);
            case DENSENET121 -> denseNet(inputChannels, List.of(6, 12, 24, 16));
            case EFFICIENTNET_B0 -> efficientNetB0(inputChannels, stochasticDepth);
            case MOBILENET_V2 -> mobileNetV2(inputChannels);
        };
    }

    /**
     * He et al. (2016), Deep Residual Learning for Image Recognition. Only blocks that change the shape have a convolution on
     * their shortcut.
     *
     * @param expansion output channels of a block for each of its inner ones; 1 means basic blocks, more means bottlenecks
     */
    private static Backbone resNet(int inputChannels, List<Integer> blocksPerStage, int expansion) {
        List<Layer> stages = new ArrayList<>();
        int channels = 64;
        stages.add(Layer.Sequence.of(
                new Layer.Convolution(PREFIX + "conv1", inputChannels, channels, 7, 2, 3),
                new Layer.BatchNormalization(PREFIX + "bn1", channels),
                new Layer.Relu(),
                new Layer.MaxPooling(3, 2, 1)));
        for (int stage = 0; stage < blocksPerStage.size(); stage++) {
            int width = 64 << stage;
            List<Layer> blocks = new ArrayList<>();
            for (int block = 0; block < blocksPerStage.get(stage); block++) {
                String name = PREFIX + "layer" + (stage + 1) + "." + block;
                int stride = block == 0 && stage > 0 ? 2 : 1;
                Layer body = expansion == 1
                        ? basicBody(name, channels, width, stride)
                        : bottleneckBody(name, channels, width, width * expansion, stride);
                blocks.add(new Layer.Residual(body, shortcut(name, channels, width * expansion, stride)));
                blocks.add(new Layer.Relu());
                channels = width * expansion;
            }
            stages.add(new Layer.Sequence(blocks));
        }
        return new Backbone(stages, channels, Fan.OUT);
    }

    /** The stride lies on the first convolution. */
    private static Layer basicBody(String name, int inputChannels, int outputChannels, int stride) {
        return Layer.Sequence.of(
                new Layer.Convolution(name + ".conv1", inputChannels, outputChannels, 3, stride, 1),
                new Layer.BatchNormalization(name + ".bn1", outputChannels),
                new Layer.Relu(),
                new Layer.Convolution(name + ".conv2", outputChannels, outputChannels, 3, 1, 1),
                new Layer.BatchNormalization(name + ".bn2", outputChannels));
    }

    /** The stride lies on the 3 x 3 convolution, where torchvision has it; the paper has it on the first 1 x 1. */
    private static Layer bottleneckBody(String name, int inputChannels, int width, int outputChannels, int stride) {
        return Layer.Sequence.of(
                new Layer.Convolution(name + ".conv1", inputChannels, width, 1, 1, 0),
                new Layer.BatchNormalization(name + ".bn1", width),
                new Layer.Relu(),
                new Layer.Convolution(name + ".conv2", width, width, 3, stride, 1),
                new Layer.BatchNormalization(name + ".bn2", width),
                new Layer.Relu(),
                new Layer.Convolution(name + ".conv3", width, outputChannels, 1, 1, 0),
                new Layer.BatchNormalization(name + ".bn3", outputChannels));
    }

    private static @Nullable Layer shortcut(String name, int inputChannels, int outputChannels, int stride) {
        if (stride == 1 && inputChannels == outputChannels) {
            return null;
        }
        return Layer.Sequence.of(
                new Layer.Convolution(name + ".downsample.0", inputChannels, outputChannels, 1, stride, 0),
                new Layer.BatchNormalization(name + ".downsample.1", outputChannels));
    }

    /**
     * Huang et al. (2017), Densely Connected Convolutional Networks: each layer adds 32 channels to all that came before it, and
     * between blocks half of the channels and a quarter of the pixels remain. A block's transition belongs to its stage.
     */
    private static Backbone denseNet(int inputChannels, List<Integer> layersPerBlock) {
        String features = PREFIX + "features.";
        int growth = 32;
        int bottleneck = 4 * growth;
        List<Layer> stages = new ArrayList<>();
        int channels = 64;
        stages.add(Layer.Sequence.of(
                new Layer.Convolution(features + "conv0", inputChannels, channels, 7, 2, 3),
                new Layer.BatchNormalization(features + "norm0", channels),
                new Layer.Relu(),
                new Layer.MaxPooling(3, 2, 1)));
        for (int block = 1; block <= layersPerBlock.size(); block++) {
            List<Layer> layers = new ArrayList<>();
            for (int layer = 1; layer <= layersPerBlock.get(block - 1); layer++) {
                String name = features + "denseblock" + block + ".denselayer" + layer;
                layers.add(new Layer.Concatenation(Layer.Sequence.of(
                        new Layer.BatchNormalization(name + ".norm1", channels),
                        new Layer.Relu(),
                        new Layer.Convolution(name + ".conv1", channels, bottleneck, 1, 1, 0),
                        new Layer.BatchNormalization(name + ".norm2", bottleneck),
                        new Layer.Relu(),
                        new Layer.Convolution(name + ".conv2", bottleneck, growth, 3, 1, 1))));
                channels += growth;
            }
            if (block < layersPerBlock.size()) {
                String name = features + "transition" + block;
                layers.add(new Layer.BatchNormalization(name + ".norm", channels));
                layers.add(new Layer.Relu());
                layers.add(new Layer.Convolution(name + ".conv", channels, channels / 2, 1, 1, 0));
                layers.add(new Layer.AveragePooling(2));
                channels /= 2;
            } else {
                layers.add(new Layer.BatchNormalization(features + "norm5", channels));
                layers.add(new Layer.Relu());
            }
            stages.add(new Layer.Sequence(layers));
        }
        return new Backbone(stages, channels, Fan.IN);
    }

    /** One row of a table of inverted residual blocks; the first block has the stride. */
    private record Row(int expansion, int kernel, int stride, int channels, int blocks) {}

    /**
     * Sandler et al. (2018), MobileNetV2: Inverted Residuals and Linear Bottlenecks. Its nineteen numbered parts fall into
     * stages by their resolution: 1/2, 1/4, 1/8, 1/16 and 1/32 of the image.
     */
    private static Backbone mobileNetV2(int inputChannels) {
        List<Row> table = List.of(
                new Row(1, 3, 1, 16, 1),
                new Row(6, 3, 2, 24, 2),
                new Row(6, 3, 2, 32, 3),
                new Row(6, 3, 2, 64, 4),
                new Row(6, 3, 1, 96, 3),
                new Row(6, 3, 2, 160, 3),
                new Row(6, 3, 1, 320, 1));
        String features = PREFIX + "features.";
        int last = 1280;
        Stages stages = new Stages();
        stages.add(1, convolved(features + "0", inputChannels, 32, 3, 2, 1, new Layer.Relu6()));
        int channels = 32;
        int index = 1;
        for (Row row : table) {
            for (int block = 0; block < row.blocks(); block++) {
                int stride = block == 0 ? row.stride() : 1;
                stages.add(stride, mobileBlock(features + index++ + ".conv.", channels, row, stride));
                channels = row.channels();
            }
        }
        stages.add(1, convolved(features + index, channels, last, 1, 1, 1, new Layer.Relu6()));
        return new Backbone(stages.toList(), last, Fan.OUT);
    }

    private static Layer mobileBlock(String prefix, int inputChannels, Row row, int stride) {
        List<Layer> layers = new ArrayList<>();
        int part = 0;
        int inner = inputChannels * row.expansion();
        if (row.expansion() > 1) {
            layers.add(convolved(prefix + part++, inputChannels, inner, 1, 1, 1, new Layer.Relu6()));
        }
        layers.add(convolved(prefix + part++, inner, inner, row.kernel(), stride, inner, new Layer.Relu6()));
        layers.add(new Layer.Convolution(prefix + part++, inner, row.channels(), 1, 1, 0));
        layers.add(new Layer.BatchNormalization(prefix + part, row.channels()));
        Layer body = new Layer.Sequence(layers);
        return stride == 1 && inputChannels == row.channels() ? new Layer.Residual(body, null) : body;
    }

    /**
     * Tan and Le (2019), EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, the network B0. The
     * probability of leaving a block out grows in equal steps from 0 for the first block towards {@code stochasticDepth}. Stages
     * as in MobileNetV2.
     */
    private static Backbone efficientNetB0(int inputChannels, double stochasticDepth) {
        List<Row> table = List.of(
                new Row(1, 3, 1, 16, 1),
                new Row(6, 3, 2, 24, 2),
                new Row(6, 5, 2, 40, 2),
                new Row(6, 3, 2, 80, 3),
                new Row(6, 5, 1, 112, 3),
                new Row(6, 5, 2, 192, 4),
                new Row(6, 3, 1, 320, 1));
        int blocks = table.stream().mapToInt(Row::blocks).sum();
        String features = PREFIX + "features.";
        Stages stages = new Stages();
        stages.add(1, convolved(features + "0", inputChannels, 32, 3, 2, 1, new Layer.Silu()));
        int channels = 32;
        int done = 0;
        for (int part = 0; part < table.size(); part++) {
            Row row = table.get(part);
            for (int block = 0; block < row.blocks(); block++) {
                int stride = block == 0 ? row.stride() : 1;
                String prefix = features + (part + 1) + "." + block + ".block.";
                double probability = stochasticDepth * done++ / blocks;
                stages.add(stride, efficientBlock(prefix, channels, row, stride, probability));
                channels = row.channels();
            }
        }
        int last = 4 * channels;
        stages.add(1, convolved(features + (table.size() + 1), channels, last, 1, 1, 1, new Layer.Silu()));
        return new Backbone(stages.toList(), last, Fan.OUT);
    }

    private static Layer efficientBlock(String prefix, int inputChannels, Row row, int stride, double probability) {
        List<Layer> layers = new ArrayList<>();
        int part = 0;
        int inner = inputChannels * row.expansion();
        if (row.expansion() > 1) {
            layers.add(convolved(prefix + part++, inputChannels, inner, 1, 1, 1, new Layer.Silu()));
        }
        layers.add(convolved(prefix + part++, inner, inner, row.kernel(), stride, inner, new Layer.Silu()));
        int squeezed = Math.max(1, inputChannels / 4);
        layers.add(new Layer.ChannelAttention(Layer.Sequence.of(
                new Layer.PointwiseConvolution(prefix + part + ".fc1", inner, squeezed),
                new Layer.Silu(),
                new Layer.PointwiseConvolution(prefix + part + ".fc2", squeezed, inner),
                new Layer.SigmoidLayer())));
        part++;
        layers.add(new Layer.Convolution(prefix + part + ".0", inner, row.channels(), 1, 1, 0));
        layers.add(new Layer.BatchNormalization(prefix + part + ".1", row.channels()));
        if (stride > 1 || inputChannels != row.channels()) {
            return new Layer.Sequence(layers);
        }
        layers.add(new Layer.StochasticDepth(probability));
        return new Layer.Residual(new Layer.Sequence(layers), null);
    }

    /** Convolution, normalisation and activation as torchvision's Conv2dNormActivation numbers them; the size stays but for the stride. */
    private static Layer convolved(
            String name, int inputChannels, int outputChannels, int kernel, int stride, int groups, Layer activation) {
        return Layer.Sequence.of(
                new Layer.Convolution(
                        name + ".0", inputChannels, outputChannels, kernel, stride, (kernel - 1) / 2, groups),
                new Layer.BatchNormalization(name + ".1", outputChannels),
                activation);
    }

    /** Collects layers; each that lowers the resolution begins another stage. */
    private static final class Stages {
        private final List<List<Layer>> stages = new ArrayList<>(List.of(new ArrayList<>()));

        void add(int stride, Layer layer) {
            if (stride > 1) {
                stages.add(new ArrayList<>());
            }
            stages.get(stages.size() - 1).add(layer);
        }

        List<Layer> toList() {
            List<Layer> sequences = new ArrayList<>();
            stages.forEach(layers -> sequences.add(new Layer.Sequence(layers)));
            return Collections.unmodifiableList(sequences);
        }
    }
}
