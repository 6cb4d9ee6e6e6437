package org.foldwise.learning.explanation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.foldwise.learning.experiment.BackboneName;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.network.ImageBatch;
import org.foldwise.learning.network.InferenceNetwork;
import org.foldwise.learning.network.InitialWeights;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.TorchEngine;
import org.foldwise.learning.network.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Whether maps depend on what a network has learned, after Adebayo et al. (2018), Sanity Checks for Saliency Maps: its weights are
 * drawn afresh from the head downwards, and the maps compared with those of the network as it is. Maps that stay alike show the
 * image, not the network.
 *
 * @param steps first the head alone, then with one more stage each, last all weights
 */
public record Randomization(List<Step> steps) {
    /**
     * One step.
     *
     * @param firstStage the lowest stage drawn afresh; {@link BackboneName#STAGES} where only the head was
     * @param images whose two maps could be compared
     * @param correlation mean over them of Spearman's rank correlation of the raw values, in [-1, 1]; absent where there are none
     */
    public record Step(int firstStage, int images, @Nullable Double correlation) {}

    public Randomization {
        steps = List.copyOf(steps);
    }

    /**
     * Compares.
     *
     * @param images 1 or more, as {@link Preprocessing#toPixels} yields them
     * @param seed of the fresh weights
     */
    public static Randomization of(
            TorchEngine engine,
            NetworkSpec spec,
            Weights weights,
            Preprocessing preprocessing,
            List<PixelImage> images,
            Target target,
            long seed) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("there must be 1 image or more");
        }
        List<double[]> trained = maps(engine, spec, weights, preprocessing, images, target);
        List<Step> steps = new ArrayList<>();
        for (int stage = BackboneName.STAGES; stage >= 0; stage--) {
            Weights redrawn = InitialWeights.redraw(spec, weights, stage, seed);
            List<double[]> random = maps(engine, spec, redrawn, preprocessing, images, target);
            double[] correlations = IntStream.range(0, images.size())
                    .mapToObj(image -> rankCorrelation(trained.get(image), random.get(image)))
                    .flatMapToDouble(OptionalDouble::stream)
                    .toArray();
            OptionalDouble mean = Arrays.stream(correlations).average();
            steps.add(new Step(stage, correlations.length, mean.isPresent() ? mean.getAsDouble() : null));
        }
        return new Randomization(steps);
    }

    private static List<double[]> maps(
            TorchEngine engine,
            NetworkSpec spec,
            Weights weights,
            Preprocessing preprocessing,
            List<PixelImage> images,
            Target target) {
        List<double[]> maps = new ArrayList<>();
        ImageBatch input = new ImageBatch(1, preprocessing);
        try (InferenceNetwork network = InferenceNetwork.open(engine, spec, weights)) {
            for (PixelImage image : images) {
                input.clear();
                input.add(image);
                maps.add(raw(GradCam.of(network.trace(input), 0, target)));
            }
        }
        return maps;
    }

    private static double[] raw(Heatmap map) {
        double[] raw = new double[map.rows() * map.columns()];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = map.raw(i / map.columns(), i % map.columns());
        }
        return raw;
    }

    /** Spearman's: Pearson's correlation of ranks, equal values sharing theirs; absent where all values of a side are equal. */
    static OptionalDouble rankCorrelation(double[] left, double[] right) {
        double[] first = ranks(left);
        double[] second = ranks(right);
        double middle = (left.length - 1) / 2.0;
        double product = 0;
        double firstSquares = 0;
        double secondSquares = 0;
        for (int i = 0; i < first.length; i++) {
            product += (first[i] - middle) * (second[i] - middle);
            firstSquares += (first[i] - middle) * (first[i] - middle);
            secondSquares += (second[i] - middle) * (second[i] - middle);
        }
        double scale = Math.sqrt(firstSquares * secondSquares);
        return scale > 0 ? OptionalDouble.of(product / scale) : OptionalDouble.empty();
    }

    private static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int below = 0;
            int equal = 0;
            for (double other : values) {
                below += other < values[i] ? 1 : 0;
                equal += other == values[i] ? 1 : 0;
            }
            ranks[i] = below + (equal - 1) / 2.0;
        }
        return ranks;
    }
}
