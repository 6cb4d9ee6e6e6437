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
     * <p>The correlation's sign is that of the draw: weights of the last layer are drawn symmetrically about 0, and turning their signs turns
     * the map's. So its mean over many draws is near 0 whatever the maps show; a mean over few is chance. What the maps have in common is
     * in the spread. Part of that all images share, such as the outline of a body on a dark ground: hence the spread beside it, of maps of
     * one image and of another. Where the two are alike, nothing of an image by itself survives in its map.
     *
     * @param firstStage the lowest stage drawn afresh; {@link BackboneName#STAGES} where only the head was drawn
     * @param pairs of maps that could be compared, over all images and seeds; the others are the same everywhere
     * @param correlation mean over them of Spearman's rank correlation of the raw values, in [-1, 1]; absent where there are none
     * @param standardError of that mean, over draws, whose pairs are turned together; absent with fewer than 2
     * @param spread root of their mean square, in [0, 1]; absent where there are none
     * @param spreadOfOthers the same of the network's map of an image and the redrawn one's of another; absent with one image
     */
    public record Step(
            int firstStage,
            int pairs,
            @Nullable Double correlation,
            @Nullable Double standardError,
            @Nullable Double spread,
            @Nullable Double spreadOfOthers) {}

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
        List<Comparison> comparisons =
                firstStages.stream().map(stage -> new Comparison()).toList();
        for (long seed : seeds) {
            Weights fresh = InitialWeights.draw(spec, seed);
            for (int step = 0; step < firstStages.size(); step++) {
                Weights mixed = InitialWeights.replaced(spec, weights, fresh, firstStages.get(step));
                comparisons.get(step).add(own, maps(engine, spec, mixed, preprocessing, images, target));
            }
        }
        List<Step> steps = new ArrayList<>();
        for (int step = 0; step < firstStages.size(); step++) {
            steps.add(comparisons.get(step).step(firstStages.get(step)));
        }
        return new Randomization(steps);
    }

    /** The correlations of one step. */
    static final class Comparison {
        private final List<List<Double>> byDraw = new ArrayList<>();
        private final List<Double> ofOthers = new ArrayList<>();

        /** Adds a draw: maps of the same images in the same order. */
        void add(List<double[]> own, List<double[]> fresh) {
            List<Double> draw = new ArrayList<>();
            for (int image = 0; image < own.size(); image++) {
                rankCorrelation(own.get(image), fresh.get(image)).ifPresent(draw::add);
                for (int other = 0; other < own.size(); other++) {
                    if (other != image) {
                        rankCorrelation(own.get(image), fresh.get(other)).ifPresent(ofOthers::add);
                    }
                }
            }
            if (!draw.isEmpty()) {
                byDraw.add(draw);
            }
        }

        Step step(int firstStage) {
            List<Double> all = byDraw.stream().flatMap(List::stream).toList();
            if (all.isEmpty()) {
                return new Step(firstStage, 0, null, null, null, null);
            }
            double mean = mean(all);
            double squares = 0;
            for (List<Double> draw : byDraw) {
                double sum = 0;
                for (double correlation : draw) {
                    sum += correlation - mean;
                }
                squares += sum * sum;
            }
            int draws = byDraw.size();
            return new Step(
                    firstStage,
                    all.size(),
                    mean,
                    draws < 2 ? null : Math.sqrt(squares * draws / (draws - 1)) / all.size(),
                    rootMeanSquare(all),
                    ofOthers.isEmpty() ? null : rootMeanSquare(ofOthers));
        }

        private static double mean(List<Double> values) {
            return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
        }

        private static double rootMeanSquare(List<Double> values) {
            return Math.sqrt(mean(values.stream().map(value -> value * value).toList()));
        }
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
