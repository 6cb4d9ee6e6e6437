package org.foldwise.learning.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights for colour images made fit for grey ones. A grey image is a colour image of three equal channels, so the first
 * convolution's weights are summed over red, green and blue, and every answer stays the same.
 */
public final class GreyWeights {
    private GreyWeights() {}

    /**
     * The weights of {@code grey} that see in one channel what {@code colour} sees in three equal ones. Sums are computed in
     * double, (red + green) + blue, and rounded once.
     *
     * @param grey a network with one input channel
     * @param colour float32 weights of the same network with three
     * @throws IllegalArgumentException if the networks do not fit together
     */
    public static Weights of(NetworkSpec grey, Weights colour) {
        String name = grey.firstConvolution();
        Tensor first = colour.tensor(name);
        List<Long> shape = first.shape();
        if (grey.inputChannels() != 1 || shape.size() != 4 || shape.get(1) != 3) {
            throw new IllegalArgumentException("'" + name + "' " + shape + " cannot become weights for "
                    + grey.inputChannels() + " channels, only those of three can become those of one");
        }
        float[] planes = first.floats();
        int area = Math.toIntExact(shape.get(2) * shape.get(3));
        float[] sums = new float[planes.length / 3];
        for (int i = 0; i < sums.length; i++) {
            int red = i / area * 3 * area + i % area;
            sums[i] = (float) (((double) planes[red] + planes[red + area]) + planes[red + 2 * area]);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>(colour.tensors());
        tensors.put(name, Tensor.of(List.of(shape.get(0), 1L, shape.get(2), shape.get(3)), sums));
        Weights weights = new Weights(tensors);
        Network.requireMatch(grey, weights);
        return weights;
    }
}
