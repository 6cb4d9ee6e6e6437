package org.foldwise.learning.network;

import java.util.List;

/**
 * What a network computes outside any training, as a list of plain operations: dropout and stochastic depth are gone, and
 * normalisations are folded into the convolutions before them. It is derived from the same layers that train, so a new backbone
 * needs nothing new here. Programs for the engine and files for other engines are written from it.
 *
 * @param inputChannels of the images, which are N x inputChannels x H x W in float32
 * @param operations in the order of computation; the last one yields the logits, N x outputs
 */
public record InferenceGraph(int inputChannels, List<Operation> operations) {
    public InferenceGraph {
        operations = List.copyOf(operations);
    }

    /**
     * The graph of a network with these weights.
     *
     * @throws IllegalArgumentException if the weights are not the network's
     */
    public static InferenceGraph of(NetworkSpec spec, Weights weights) {
        Network.requireMatch(spec, weights);
        Backbone backbone = Backbone.of(spec);
        GraphBuilder builder = new GraphBuilder(weights);
        int features = describe(backbone, builder);
        ClassifierHead.of(spec.head(), backbone.features(), spec.outputs()).describe(features, builder);
        return new InferenceGraph(spec.inputChannels(), builder.operations());
    }

    /**
     * The graph of a network's backbone alone. What it has for logits are features, N x {@link NetworkSpec#features}: what the head
     * gets to see.
     *
     * @throws IllegalArgumentException if the weights are not the backbone's
     */
    static InferenceGraph ofBackbone(NetworkSpec spec, Weights weights) {
        Network.requireBackboneMatch(spec, weights);
        GraphBuilder builder = new GraphBuilder(weights);
        describe(Backbone.of(spec), builder);
        return new InferenceGraph(spec.inputChannels(), builder.operations());
    }

    private static int describe(Backbone backbone, GraphBuilder builder) {
        int array = 0;
        for (Layer stage : backbone.stages()) {
            array = stage.describe(array, builder);
        }
        return new Layer.GlobalAveragePooling().describe(array, builder);
    }

    /** Number of the array that holds the logits. */
    public int logits() {
        return operations.size();
    }

    /**
     * Number of the last array that still has height and width, N x C x h x w: what is averaged over both for the head. It comes
     * after the backbone's last normalisation and activation, in every backbone.
     */
    public int lastMap() {
        int array = logits();
        while (!(maker(array) instanceof Operation.GlobalMean)) {
            array--;
        }
        return ((Operation.GlobalMean) maker(array)).input();
    }

    /** The operation that makes that array; the images, array 0, are made by none. */
    public Operation maker(int array) {
        return operations.get(array - 1);
    }

    /** How many operations read each array. */
    public int[] readers() {
        int[] readers = new int[operations.size() + 1];
        for (Operation operation : operations) {
            operation.inputs().forEach(input -> readers[input]++);
        }
        return readers;
    }
}
