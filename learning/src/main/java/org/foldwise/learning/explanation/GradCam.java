package org.foldwise.learning.explanation;

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
        return new Heatmap(trace.rows(), trace.columns(), raw);
    }
}
