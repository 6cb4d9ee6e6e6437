package org.foldwise.learning.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
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
 * drawn afresh from the head down to some stage, and the maps compared with those of the network as it is. Maps that stay alike show the
 * image, not the network.
 *
 * @param steps one for each stage down to which weights were drawn
 */
public record Randomization(List<Step> steps) {
    /**
     * One step.
     *
     * @param firstStage the lowest stage drawn afresh; {@link BackboneName#STAGES} where only the head was drawn
     * @param pairs of maps that could be compared, over all images and seeds; the others are the same everywhere
     * @param correlation mean over them of Spearman's rank correlation of the raw values, in [-1, 1]; absent where there are none
     */
    public record Step(int firstStage, int pairs, @Nullable Double correlation) {}

    public Randomization {
        steps = List.copyOf(steps);
    }

    /**
     * Compares.
     *
     * @param images 1 or more, as {@link Preprocessing#toPixels} yields them
     * @param firstStages for each step the lowest stage to draw: {@link BackboneName#STAGES} for the head alone, 0 for all weights
     * @param seeds 1 or more, each for fresh weights of its own: a single network drawn by chance may look at the same places
     */
    public static Randomization of(
            TorchEngine engine,
            NetworkSpec spec,
            Weights weights,
            Preprocessing preprocessing,
            List<PixelImage> images,
            Target target,
            List<Integer> firstStages,
            List<Long> seeds) {
        if (images.isEmpty() || seeds.isEmpty()) {
            throw new IllegalArgumentException(
                    "there must be 1 image and 1 seed or more, were " + images.size() + " and " + seeds.size());
        }
        for (int stage : firstStages) {
            Objects.checkIndex(stage, BackboneName.STAGES + 1);
        }
        List<double[]> own = maps(engine, spec, weights, preprocessing, images, target);
        List<List<Double>> correlations = new ArrayList<>();
        firstStages.forEach(stage -> correlations.add(new ArrayList<>()));
        for (long seed : seeds) {
            Weights fresh = InitialWeights.draw(spec, seed);
            for (int step = 0; step < firstStages.size(); step++) {
                Weights mixed = InitialWeights.replaced(spec, weights, fresh, firstStages.get(step));
                List<double[]> others = maps(engine, spec, mixed, preprocessing, images, target);
                for (int image = 0; image < images.size(); image++) {
                    rankCorrelation(own.get(image), others.get(image)).ifPresent(correlations.get(step)::add);
                }
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int step = 0; step < firstStages.size(); step++) {
            List<Double> found = correlations.get(step);
            OptionalDouble mean =
                    found.stream().mapToDouble(Double::doubleValue).average();
            steps.add(new Step(firstStages.get(step), found.size(), mean.isPresent() ? mean.getAsDouble() : null));
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
