package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import org.foldwise.learning.network.Network;

/** One step of gradient descent: forward, loss, backward, update. */
final class TrainingStep {
    private final Network network;
    private final Adam optimizer;

    TrainingStep(Network network, Adam optimizer) {
        this.network = network;
        this.optimizer = optimizer;
    }

    /**
     * Takes one step. Where the loss is not finite, nothing is changed.
     *
     * @param images N x C x H x W in the network's floating type
     * @param targets N x outputs, 1 for positive and 0 for negative
     * @param positiveWeights one per output, or a scalar
     * @return the mean loss over the batch, before the update
     */
    double take(NDArray images, NDArray targets, NDArray positiveWeights, double learningRate) {
        double loss;
        try (GradientCollector collector = network.engine().newGradientCollector();
                NDArray logits = network.forward(images, true);
                NDArray mean = BinaryCrossEntropy.mean(logits, targets, positiveWeights)) {
            loss = value(mean);
            if (!Double.isFinite(loss)) {
                return loss;
            }
            collector.backward(mean);
        }
        optimizer.update(network.trainableParameters(), learningRate);
        return loss;
    }

    private static double value(NDArray scalar) {
        return scalar.getDataType() == DataType.FLOAT64 ? scalar.getDouble() : scalar.getFloat();
    }
}
