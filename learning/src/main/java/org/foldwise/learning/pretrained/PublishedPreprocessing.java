package org.foldwise.learning.pretrained;

import java.util.List;
import org.foldwise.learning.experiment.ImageSpec;
import org.foldwise.learning.imaging.ResizeFilter;

/**
 * What torchvision does to an image before a network with published weights sees it: the shorter side is scaled, antialiased,
 * to {@code resize}, a square of {@code crop} is cut from the middle, samples are scaled to [0, 1] and normalised.
 *
 * @param resize pixels of the shorter side
 * @param crop pixels of the square's sides
 * @param mean of red, green and blue, on the scale from 0 to 1
 * @param std of the same
 */
public record PublishedPreprocessing(
        int resize, int crop, ResizeFilter interpolation, List<Double> mean, List<Double> std) {
    public PublishedPreprocessing {
        if (crop < 1 || resize < crop) {
            throw new IllegalArgumentException(
                    "crop must be 1 or more and at most resize, were " + crop + " and " + resize);
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException(
                    "mean and std must have one value for each of three colours, were " + mean + " and " + std);
        }
    }

    /** What a plan does to images otherwise. */
    public List<ImageDifference> differencesTo(ImageSpec image) {
        return ImageDifference.between(this, image);
    }

    /** With the means and deviations of ImageNet and a square of 224 pixels. */
    static PublishedPreprocessing imageNet(int resize, ResizeFilter interpolation) {
        return new PublishedPreprocessing(
                resize, 224, interpolation, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    }

    /**
     * What a plan says to see images the same way, but for fitted or one-channel normalisation.
     *
     * @param channels 1 or 3
     */
    public ImageSpec imageSpec(int channels) {
        return new ImageSpec(
                crop,
                channels,
                ImageSpec.Aspect.CENTRE_CROP,
                resize,
                interpolation,
                ImageSpec.Contrast.NONE,
                ImageSpec.Normalisation.IMAGENET);
    }
}
