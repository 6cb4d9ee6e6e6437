package org.foldwise.learning.explanation;

import java.util.List;
import org.foldwise.learning.network.Trace;

/**
 * Which places of an image speak for an answer, after Selvaraju et al. (2017), Grad-CAM: Visual Explanations from Deep Networks
 * via Gradient-based Localization. With A the last feature map, channels by height by width, and alpha the mean of the logit's
 * gradient over height and width:
 *
 * <pre>{@code raw(y, x) = sum over channels c of alpha(c) A(c, y, x)}</pre>
 *
 * <p>A is what the backbone's pooling averages: in ResNet the output of the last block after its ReLU ({@code layer4}), in
 * DenseNet {@code features.norm5} after its ReLU, in EfficientNet {@code features.8} after its SiLU, in MobileNet
 * {@code features.18} after its ReLU6. Only a mean and the head lie above it, whose derivative has a closed form; nothing is
 * recorded or differentiated by the engine, so it works on any bundle, in any number of threads, beside a training.
 */
public final class GradCam {
    private GradCam() {}

    /**
     * The map of one image.
     *
     * @param trace of the image and perhaps others
     * @param image which one
     * @throws IndexOutOfBoundsException if there is no such image or output
     */
    public static Heatmap of(Trace trace, int image, Target target) {
        return new Heatmap(trace.rows(), trace.columns(), raw(trace, image, target));
    }

    /**
     * The map of one image that an ensemble answered: the mean of its networks' raw maps, which is the map of the mean of their logits.
     * Each network counts by how strongly it is moved, which a mean of maps that were scaled to [0, 1] first would forget.
     *
     * @param traces of the same images, one for each network
     * @param image which one
     * @throws IllegalArgumentException if there are none, or their last feature maps have different sizes
     * @throws IndexOutOfBoundsException if there is no such image or output
     */
    public static Heatmap ofMean(List<Trace> traces, int image, Target target) {
        if (traces.isEmpty()) {
            throw new IllegalArgumentException("a mean needs 1 map or more, had none");
        }
        Trace first = traces.get(0);
        double[] mean = new double[first.rows() * first.columns()];
        for (Trace trace : traces) {
            if (trace.rows() != first.rows() || trace.columns() != first.columns()) {
                throw new IllegalArgumentException("maps must have one size, were " + first.rows() + " x "
                        + first.columns() + " and " + trace.rows() + " x " + trace.columns());
            }
            double[] raw = raw(trace, image, target);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += raw[i] / traces.size();
            }
        }
        return new Heatmap(first.rows(), first.columns(), mean);
    }

    private static double[] raw(Trace trace, int image, Target target) {
        double[] alpha = trace.meanGradient(image, target.output());
        double[] raw = new double[trace.rows() * trace.columns()];
        for (int channel = 0; channel < alpha.length; channel++) {
            double weight = target.isFor() ? alpha[channel] : -alpha[channel];
            if (weight != 0) {
                float[] map = trace.map(image, channel);
                for (int i = 0; i < raw.length; i++) {
                    raw[i] += weight * map[i];
                }
            }
        }
        return raw;
    }
}
