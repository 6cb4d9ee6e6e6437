package org.foldwise.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.foldwise.learning.network.LossArithmetic;
import org.foldwise.learning.network.Network;
import org.jspecify.annotations.Nullable;

/** One step of gradient descent: forward, loss and backward for one or more batches, then an update. */
final class TrainingStep {
    private final Network network;
    private final Optimizer optimizer;
    private final Loss loss;
    private final LossArithmetic lossArithmetic;
    private final IntToDoubleFunction stageRates;
    private final double clipNorm;
    private @Nullable LossScale scale;

    /**
     * Steps that change {@code network}.
     *
     * @param lossArithmetic computes the loss
     * @param stageRates the share of the optimizer's rate that each stage begins with, the head's included
     * @param clipNorm the length that all gradients together are cut to; 0 means that they are not cut
     * @param scale what the loss is scaled with at first; absent where it is not scaled
     */
    TrainingStep(
            Network network,
            Optimizer optimizer,
            Loss loss,
            LossArithmetic lossArithmetic,
            IntToDoubleFunction stageRates,
            double clipNorm,
            @Nullable LossScale scale) {
        this.network = network;
        this.optimizer = optimizer;
        this.loss = loss;
        this.lossArithmetic = lossArithmetic;
        this.stageRates = stageRates;
        this.clipNorm = clipNorm;
        this.scale = scale;
    }

    /** What the loss of the next batch is scaled with; absent where it is not scaled. */
    @Nullable
    LossScale scale() {
        return scale;
    }

    /**
     * Adds a batch's gradients to those that wait for the update. Where the loss is not finite, none are added.
     *
     * @param inputs of the network, the first dimension counting the images, in its floating type
     * @param targets N x outputs, of the same type
     * @param share of this batch in the update, such as 1 where it is the only one
     * @return the mean loss over the batch, with weights as they are before the update
     */
    double addGradients(NDArray inputs, NDArray targets, double share) {
        try (GradientCollector collector = network.engine().newGradientCollector();
                NDArray logits = network.forward(inputs, true);
                NDArray mean = loss.mean(lossArithmetic, logits, targets)) {
            double value = mean.getDataType() == DataType.FLOAT64 ? mean.getDouble() : mean.getFloat();
            if (!Double.isFinite(value)) {
                return value;
            }
            double factor = scale == null ? share : share * scale.factor();
            if (factor == 1) {
                collector.backward(mean);
            } else {
                try (NDArray part = mean.mul(factor)) {
                    collector.backward(part);
                }
            }
            return value;
        }
    }

    /**
     * Changes the weights along the gradients added since the last update, and forgets these. Where the loss is scaled and a gradient
     * is not finite, the scale is lowered instead and the weights stay as they are.
     *
     * @param learningRate of parameters that begin with that share of the optimizer's rate; the head's is 1
     * @param momentum instead of the plan's
     * @return whether the weights were changed
     * @throws ArithmeticException if a gradient is not finite and the scale cannot be lowered
     */
    boolean update(DoubleUnaryOperator learningRate, @Nullable Double momentum) {
        if (scale != null && !unscale(scale)) {
            network.forgetGradients();
            return false;
        }
        if (clipNorm > 0) {
            new Gradients(network.trainableParameters()).clip(clipNorm);
        }
        // stages of equal rate together: each update is a call into the engine
        SortedMap<Double, Map<String, NDArray>> byRate = new TreeMap<>();
        network.trainableParametersByStage().forEach((stage, parameters) -> byRate.computeIfAbsent(
                        learningRate.applyAsDouble(stageRates.applyAsDouble(stage)), absent -> new LinkedHashMap<>())
                .putAll(parameters));
        byRate.forEach((rate, parameters) -> optimizer.update(parameters, rate, momentum));
        network.forgetGradients();
        return true;
    }

    private boolean unscale(LossScale taken) {
        Gradients gradients = new Gradients(network.trainableParameters());
        if (Double.isFinite(gradients.norm())) {
            gradients.multiply(1 / taken.factor());
            scale = taken.afterGoodUpdate();
            return true;
        }
        if (taken.isSmallest()) {
            throw new ArithmeticException("a gradient is not finite, though the loss is not scaled any more");
        }
        scale = taken.afterOverflow();
        return false;
    }
}
