package org.foldwise.learning.network;

import java.util.Objects;

/**
 * What a network made of a few images: their logits, and the last feature map from which these follow. Lies on the heap and never
 * changes.
 */
public final class Trace {
    private final HeadFunction head;
    private final int images;
    private final int channels;
    private final int rows;
    private final int columns;
    private final float[] maps;
    private final float[] logits;

    /**
     * A trace around arrays that nobody changes from now on.
     *
     * @param shape of the maps: N x C x h x w
     * @param maps row-major
     * @param logits N x outputs, row-major
     */
    Trace(HeadFunction head, long[] shape, float[] maps, float[] logits) {
        this.head = head;
        this.images = Math.toIntExact(shape[0]);
        this.channels = Math.toIntExact(shape[1]);
        this.rows = Math.toIntExact(shape[2]);
        this.columns = Math.toIntExact(shape[3]);
        this.maps = maps;
        this.logits = logits;
    }

    /** Number of images. */
    public int images() {
        return images;
    }

    /** Number of logits of each image. */
    public int outputs() {
        return logits.length / images;
    }

    /** Logits of all images, N x outputs, row-major. */
    public float[] logits() {
        return logits.clone();
    }

    /** Channels of the last feature map. */
    public int channels() {
        return channels;
    }

    /** Height of the last feature map; a 32nd of the image's, rounded up. */
    public int rows() {
        return rows;
    }

    /** Width of the last feature map; a 32nd of the image's, rounded up. */
    public int columns() {
        return columns;
    }

    /** One channel of an image's last feature map, rows x columns, row-major. */
    public float[] map(int image, int channel) {
        Objects.checkIndex(image, images);
        Objects.checkIndex(channel, channels);
        int size = rows * columns;
        float[] map = new float[size];
        System.arraycopy(maps, (image * channels + channel) * size, map, 0, size);
        return map;
    }

    /** What the head got to see of an image: the mean of every channel of its last feature map, summed up in double. */
    public double[] features(int image) {
        Objects.checkIndex(image, images);
        int size = rows * columns;
        double[] features = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            int from = (image * channels + channel) * size;
            double sum = 0;
            for (int i = from; i < from + size; i++) {
                sum += maps[i];
            }
            features[channel] = sum / size;
        }
        return features;
    }

    /**
     * The mean over height and width of the gradient of an image's logit with respect to its last feature map, one value a
     * channel. Since the map is averaged before anything else, the gradient is the same at every place of a channel: that of the
     * mean, over the number of places.
     *
     * @param output which logit
     */
    public double[] meanGradient(int image, int output) {
        Objects.checkIndex(output, outputs());
        double[] gradient = head.gradient(features(image), output);
        int size = rows * columns;
        for (int channel = 0; channel < channels; channel++) {
            gradient[channel] /= size;
        }
        return gradient;
    }
}
