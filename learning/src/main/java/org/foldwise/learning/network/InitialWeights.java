package org.foldwise.learning.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The weights before the first step, drawn as torchvision and PyTorch draw them: convolutions from a normal distribution with
 * variance 2 / (channels x kernel area) (He et al. 2015, Delving Deep into Rectifiers), where channels are those of the weight's
 * output, in DenseNet those of its input; their biases 0, batch normalisation 1 and 0, linear layers and their biases uniformly
 * within 1 / sqrt(inputs).
 *
 * <p>Each parameter has a random stream of its own, named by the parameter, so its values depend on seed and name alone, and
 * they are computed without the engine: the same on every machine, bit for bit.
 */
public final class InitialWeights {
    private InitialWeights() {}

    /** Fresh weights of that network, in float32. */
    public static Weights draw(NetworkSpec network, long seed) {
        return draw(network, seed, 0);
    }

    /** The head's part of {@link #draw(NetworkSpec, long)}, without drawing the rest. */
    public static Weights drawHead(NetworkSpec network, long seed) {
        return draw(network, seed, network.backboneParameters().size());
    }

    /**
     * Weights of which the upper part is taken from others, fresh ones as a rule: what a network knew there is gone.
     *
     * @param weights of that network
     * @param fresh of that network, too
     * @param firstStage the lowest stage of the backbone to be replaced, 0 for all; the head always is
     */
    public static Weights replaced(NetworkSpec network, Weights weights, Weights fresh, int firstStage) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        network.groups().stream()
                .skip(firstStage)
                .flatMap(List::stream)
                .map(ParameterSpec::name)
                .forEach(name -> tensors.put(name, fresh.tensor(name)));
        return new Weights(tensors);
    }

    private static Weights draw(NetworkSpec network, long seed, int first) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<ParameterSpec> parameters = network.parameters();
        Backbone.Fan fan = Backbone.of(network).fan();
        for (int i = first; i < parameters.size(); i++) {
            ParameterSpec parameter = parameters.get(i);
            SplittableRandom random = RandomStreams.of(seed, "weights", parameter.name());
            tensors.put(
                    parameter.name(),
                    switch (parameter.kind()) {
                        case CONVOLUTION_WEIGHT -> normal(parameter, fan, random);
                        case LINEAR_WEIGHT ->
                            uniform(parameter, parameter.shape().get(1), random);
                        // a bias is drawn by the number of inputs of its layer, whose weight is declared before it
                        case LINEAR_BIAS ->
                            uniform(parameter, parameters.get(i - 1).shape().get(1), random);
                        case NORM_WEIGHT, RUNNING_VARIANCE -> constant(parameter, 1);
                        case CONVOLUTION_BIAS, NORM_BIAS, RUNNING_MEAN -> constant(parameter, 0);
                        case BATCHES_TRACKED -> Tensor.of(0);
                    });
        }
        return new Weights(tensors);
    }

    private static Tensor constant(ParameterSpec parameter, float value) {
        float[] values = new float[Math.toIntExact(parameter.size())];
        Arrays.fill(values, value);
        return Tensor.of(parameter.shape(), values);
    }

    /** PyTorch's default for linear layers, Kaiming uniform with slope sqrt(5), comes down to this bound. */
    private static Tensor uniform(ParameterSpec parameter, long inputs, SplittableRandom random) {
        double bound = 1 / Math.sqrt((double) inputs);
        float[] values = new float[Math.toIntExact(parameter.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return Tensor.of(parameter.shape(), values);
    }

    private static Tensor normal(ParameterSpec parameter, Backbone.Fan fan, SplittableRandom random) {
        List<Long> shape = parameter.shape();
        long channels =
                switch (fan) {
                    case IN -> shape.get(1);
                    case OUT -> shape.get(0);
                };
        double connections = (double) channels * shape.get(2) * shape.get(3);
        double deviation = Math.sqrt(2 / connections);
        float[] values = new float[Math.toIntExact(parameter.size())];
        for (int i = 0; i < values.length; i += 2) {
            // Marsaglia's polar method (1964) in strict arithmetic: the JDK does not promise what its nextGaussian
            // draws
            double x;
            double y;
            double square;
            do {
                x = 2 * random.nextDouble() - 1;
                y = 2 * random.nextDouble() - 1;
                square = x * x + y * y;
            } while (square >= 1 || square == 0);
            double factor = deviation * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
            values[i] = (float) (factor * x);
            if (i + 1 < values.length) {
                values[i + 1] = (float) (factor * y);
            }
        }
        return Tensor.of(shape, values);
    }
}
