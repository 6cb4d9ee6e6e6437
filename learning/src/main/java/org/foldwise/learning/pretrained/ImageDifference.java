package org.foldwise.learning.pretrained;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;

/**
 * Something that a plan does to images otherwise than was done where the published weights were trained. None of them is a
 * mistake; all of them may cost some of what the weights have learned.
 *
 * @param kind of difference
 * @param detail in words, with both sides
 */
public record ImageDifference(Kind kind, String detail) {
    private static final double TOLERANCE = 1e-6;

    /** What differs. */
    public enum Kind {
        /** Pixels of the square that the network sees. */
        SIZE,
        /** Grey images under weights that were trained on colour. */
        COLOUR,
        /** Mean and standard deviation that samples are normalised with. */
        NORMALISATION,
        /** The filter by which images are scaled. */
        INTERPOLATION
    }

    /** All differences, in the order of their kinds. */
    static List<ImageDifference> between(PublishedPreprocessing published, ImageSpec image) {
        List<ImageDifference> differences = new ArrayList<>();
        if (image.size() != published.crop()) {
            differences.add(new ImageDifference(
                    Kind.SIZE,
                    "the weights were trained on " + published.crop() + " x " + published.crop()
                            + " pixels, the plan shows " + image.size() + " x " + image.size()));
        }
        if (image.channels() == 1) {
            differences.add(new ImageDifference(
                    Kind.COLOUR,
                    "the weights were trained on colour images, the plan shows grey ones: the first convolution is"
                            + " summed over red, green and blue"));
        }
        Preprocessing.Step.Normalize ours = image.normalisation() == ImageSpec.Normalisation.FITTED
                ? null
                : image.preprocessing().normalisation();
        if (ours == null || !isLike(ours, published)) {
            differences.add(new ImageDifference(
                    Kind.NORMALISATION,
                    "the weights were trained on samples normalised by " + words(published.mean(), published.std())
                            + ", the plan's are normalised by "
                            + (ours == null
                                    ? "what each fold's training images have"
                                    : words(ours.mean(), ours.std()))));
        }
        if (published.interpolation() != image.interpolation()) {
            differences.add(new ImageDifference(
                    Kind.INTERPOLATION,
                    "the weights were trained on images scaled by the " + word(published.interpolation())
                            + " filter, the plan's are by the " + word(image.interpolation()) + " one"));
        }
        return List.copyOf(differences);
    }

    /** A grey image is normalised alike if it is by the means of the three colours' figures. */
    private static boolean isLike(Preprocessing.Step.Normalize ours, PublishedPreprocessing published) {
        return isLike(ours.mean(), published.mean()) && isLike(ours.std(), published.std());
    }

    private static boolean isLike(List<Double> ours, List<Double> published) {
        if (ours.size() == 1) {
            double mean = published.stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            return Math.abs(ours.get(0) - mean) < TOLERANCE;
        }
        return ours.equals(published);
    }

    private static String word(ResizeFilter filter) {
        return filter.name().toLowerCase(Locale.ROOT);
    }

    private static String words(List<Double> mean, List<Double> std) {
        return "mean " + mean + " and standard deviation " + std;
    }
}
