package org.foldwise.learning.explanation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.foldwise.learning.imaging.GaussianBlur;
import org.foldwise.learning.imaging.PixelImage;

/**
 * Whether the network relies on the places that a map shows, after Petsiuk et al. (2018), RISE: Randomized Input Sampling for
 * Explanation of Black-box Models. Pixels are blurred away from the hottest to the coldest (deletion), and brought back into the
 * blurred image in the same order (insertion). Under a map that shows the right places the answer falls early and rises early.
 * Unlike the paper, deletion blurs as well, instead of blackening: on a film black is air and would mean something.
 *
 * @param deletion the answer after 0, 1 to {@code steps} equal shares of the pixels are gone
 * @param insertion the answer after 0, 1 to {@code steps} equal shares of the pixels are back
 */
public record PixelCurves(List<Double> deletion, List<Double> insertion) {
    /** Of the blur, in shares of the longer side: nothing smaller than an organ is left. */
    private static final double BLUR = 1.0 / 16;

    public PixelCurves {
        deletion = List.copyOf(deletion);
        insertion = List.copyOf(insertion);
        if (deletion.size() < 2 || deletion.size() != insertion.size()) {
            throw new IllegalArgumentException(
                    "both curves need the same 2 points or more, had " + deletion.size() + " and " + insertion.size());
        }
    }

    /**
     * The curves of one image.
     *
     * @param answer the network's probability of what the map explains
     * @param image as {@link org.foldwise.learning.imaging.Preprocessing#toPixels} yields it
     * @param heat of each of its pixels, row-major; equally hot ones go row by row
     * @param steps 1 or more
     */
    public static PixelCurves of(ToDoubleFunction<PixelImage> answer, PixelImage image, double[] heat, int steps) {
        int pixels = image.width() * image.height();
        if (heat.length != pixels || steps < 1 || steps > pixels) {
            throw new IllegalArgumentException("there must be heat of " + pixels + " pixels and 1 to " + pixels
                    + " steps, were " + heat.length + " and " + steps);
        }
        List<Integer> order = IntStream.range(0, pixels)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer pixel) -> -heat[pixel]))
                .toList();
        PixelImage blurred =
                GaussianBlur.of(Math.max(image.width(), image.height()) * BLUR).apply(image);
        return new PixelCurves(
                curve(answer, image, blurred, order, steps), curve(answer, blurred, image, order, steps));
    }

    private static List<Double> curve(
            ToDoubleFunction<PixelImage> answer, PixelImage from, PixelImage to, List<Integer> order, int steps) {
        byte[] samples = from.samples();
        byte[] replacements = to.samples();
        int channels = from.channels();
        List<Double> curve = new ArrayList<>();
        int done = 0;
        for (int step = 0; step <= steps; step++) {
            int until = Math.toIntExact((long) order.size() * step / steps);
            for (; done < until; done++) {
                int at = order.get(done) * channels;
                System.arraycopy(replacements, at, samples, at, channels);
            }
            curve.add(answer.applyAsDouble(PixelImage.of(from.width(), from.height(), channels, samples)));
        }
        return curve;
    }

    /** The area under the deletion curve by trapezoids, in [0, 1]; small is good. */
    public double deletionArea() {
        return area(deletion);
    }

    /** The area under the insertion curve by trapezoids, in [0, 1]; large is good. */
    public double insertionArea() {
        return area(insertion);
    }

    private static double area(List<Double> curve) {
        double sum = 0;
        for (int i = 1; i < curve.size(); i++) {
            sum += (curve.get(i - 1) + curve.get(i)) / 2;
        }
        return sum / (curve.size() - 1);
    }
}
