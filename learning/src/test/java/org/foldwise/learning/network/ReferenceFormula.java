package org.foldwise.learning.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** The numbers that reference vectors are computed from: FNV-1a keys and a SplitMix64 sequence, per name and flat index. */
public final class ReferenceFormula {
    private final String seed;
    private final double normGain;

    /**
     * The formula of a reference file.
     *
     * @param normGain what it multiplies the backbone's normalisation weights by
     */
    public ReferenceFormula(String seed, double normGain) {
        this.seed = seed;
        this.normGain = normGain;
    }

    /** Weights of a network in which values neither vanish nor explode from layer to layer. */
    public static Weights steadyWeights(NetworkSpec network, String seed) {
        double normGain =
                switch (network.backbone()) {
                    case RESNET18 -> 0.75;
                    case RESNET50 -> 0.65;
                    case DENSENET121 -> 0.9;
                    case EFFICIENTNET_B0 -> 1.05;
                    case MOBILENET_V2 -> 0.85;
                };
        return new ReferenceFormula(seed, normGain).weights(network);
    }

    /** Uniform in [0, 1). */
    public double unit(String name, long index) {
        return unit(key(seed + "/" + name), index);
    }

    /** The classifier's weights. */
    public Weights weights(NetworkSpec network) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ParameterSpec parameter : network.parameters()) {
            tensors.put(
                    parameter.name(),
                    parameter.kind() == ParameterSpec.Kind.BATCHES_TRACKED
                            ? Tensor.of(0)
                            : Tensor.of(parameter.shape(), values(parameter)));
        }
        return new Weights(tensors);
    }

    private float[] values(ParameterSpec parameter) {
        long key = key(seed + "/" + parameter.name());
        float[] values = new float[Math.toIntExact(parameter.size())];
        double scale = 0;
        if (parameter.shape().size() > 1) {
            long fanIn = parameter.size() / parameter.shape().get(0);
            scale = Math.sqrt(6.0 / fanIn);
        }
        for (int i = 0; i < values.length; i++) {
            double s = 2 * unit(key, i) - 1;
            values[i] = (float)
                    switch (parameter.kind()) {
                        case RUNNING_MEAN, NORM_BIAS, CONVOLUTION_BIAS, LINEAR_BIAS -> 0.1 * s;
                        case RUNNING_VARIANCE -> 1.0 + 0.2 * s;
                        case NORM_WEIGHT -> normGain * (1.0 + 0.1 * s);
                        case CONVOLUTION_WEIGHT, LINEAR_WEIGHT -> scale * s;
                        case BATCHES_TRACKED -> throw new IllegalArgumentException(parameter.name());
                    };
        }
        return values;
    }

    /** Input images of that tag, N x C x H x W. */
    public float[] images(String tag, int count, int channels, int height, int width) {
        long coarse = key(seed + "/" + tag + "/coarse");
        long fine = key(seed + "/" + tag + "/fine");
        long offset = key(seed + "/" + tag + "/offset");
        int rows = (height + 15) / 16;
        int columns = (width + 15) / 16;
        float[] images = new float[count * channels * height * width];
        int i = 0;
        for (int plane = 0; plane < count * channels; plane++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++, i++) {
                    long cell = ((long) plane * rows + y / 16) * columns + x / 16;
                    images[i] = (float)
                            ((1.5 * symmetric(coarse, cell) + 0.5 * symmetric(fine, i)) + symmetric(offset, plane));
                }
            }
        }
        return images;
    }

    /** CRC-32 of a tensor's bytes in eight hexadecimal digits. */
    public static String crc(Tensor tensor) {
        CRC32 crc = new CRC32();
        crc.update(tensor.bytes());
        return String.format("%08x", crc.getValue());
    }

    /** CRC-32 of floats in little-endian order. */
    public static String crc(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }

    private static double symmetric(long key, long index) {
        return 2 * unit(key, index) - 1;
    }

    private static double unit(long key, long index) {
        long z = key + (index + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1p-53;
    }

    private static long key(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001B3L;
        }
        return hash;
    }
}
