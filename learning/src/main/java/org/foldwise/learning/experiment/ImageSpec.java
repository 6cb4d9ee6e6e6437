package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.imaging.ImageRules;
import org.foldwise.learning.imaging.OtherPreprocessingException;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;
import org.foldwise.learning.provenance.Provenance;

/**
 * What the network sees of an image.
 *
 * @param size width and height in pixels, 32 to 1024
 * @param channels 1 for grey films, 3 for colour
 * @param aspect what happens to images that are not square
 * @param shorterSide only for {@link Aspect#CENTRE_CROP}: pixels of the shorter side before the square is cut out, from
 *     {@code size} to 4096; 0 stands for 8/7 of {@code size}, rounded down, which is 256 for 224
 * @param interpolation how pixels are mixed
 * @param contrast what is done to grey levels before anything else
 * @param normalisation what is taken off samples and what they are divided by, last
 * @param window which of an image's values are shown, first of all
 */
public record ImageSpec(
        int size,
        int channels,
        Aspect aspect,
        int shorterSide,
        ResizeFilter interpolation,
        Contrast contrast,
        Normalisation normalisation,
        WindowSpec window) {
    /** What happens to images that are not square. */
    public enum Aspect {
        /** Shrunk or enlarged to fit, the rest filled with black: shapes stay as they are. */
        LETTERBOX,
        /** Width and height scaled separately: shapes are squeezed. */
        STRETCH,
        /** The square in the middle: shapes stay as they are, and what lies outside is not seen. */
        CENTRE_CROP
    }

    /** What is done to grey levels. */
    public enum Contrast {
        /** Nothing. */
        NONE,
        /** Contrast limited adaptive histogram equalisation, clip limit 2, 8 x 8 tiles over the whole image. */
        CLAHE
    }

    /** Which mean and standard deviation samples are normalised by. */
    public enum Normalisation {
        /** Those of ImageNet, which published weights were trained with. */
        IMAGENET,
        /** Those of the fold's own training images. */
        FITTED
    }

    public ImageSpec {
        if (size < 32 || size > 1024) {
            throw new IllegalArgumentException("image.size must be 32 to 1024, was " + size);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("image.channels must be 1 or 3, was " + channels);
        }
        if (shorterSide < 0 || shorterSide > 4096) {
            throw new IllegalArgumentException("image.shorterSide must be 0 to 4096, was " + shorterSide);
        }
        if (shorterSide != 0 && aspect != Aspect.CENTRE_CROP) {
            throw new IllegalArgumentException(
                    "a shorterSide belongs to the aspect centreCrop and must be 0 otherwise, was " + shorterSide);
        }
        if (shorterSide != 0 && shorterSide < size) {
            throw new IllegalArgumentException(
                    "a shorterSide must be 0 or at least the size, were " + shorterSide + " and " + size);
        }
    }

    /** By the window of each file. */
    public ImageSpec(
            int size,
            int channels,
            Aspect aspect,
            int shorterSide,
            ResizeFilter interpolation,
            Contrast contrast,
            Normalisation normalisation) {
        this(size, channels, aspect, shorterSide, interpolation, contrast, normalisation, WindowSpec.FILE);
    }

    /** Grey levels as they are, bilinear. */
    public ImageSpec(int size, int channels, Aspect aspect) {
        this(size, channels, aspect, 0, ResizeFilter.BILINEAR, Contrast.NONE, Normalisation.IMAGENET);
    }

    /**
     * The deterministic way from an image to the network's input.
     *
     * @throws IllegalStateException if it depends on training images, see {@link #preprocessing(Preprocessing.Step.Normalize)}
     */
    public Preprocessing preprocessing() {
        if (normalisation != Normalisation.IMAGENET) {
            throw new IllegalStateException("a fitted normalisation needs training images");
        }
        return shown(Preprocessing.normalized(channels, onPixels()));
    }

    /**
     * The same of a plan of which a training has found the normalisation.
     *
     * @throws IllegalArgumentException if the plan's normalisation cannot be that
     */
    public Preprocessing preprocessing(Preprocessing.Step.Normalize found) {
        Preprocessing preprocessing = shown(Preprocessing.normalized(channels, onPixels(), found));
        if (normalisation == Normalisation.IMAGENET && !preprocessing.equals(preprocessing())) {
            throw new IllegalArgumentException("the plan normalises as ImageNet, not by " + found);
        }
        return preprocessing;
    }

    /**
     * The same of a plan that was trained, for answers of its network.
     *
     * @param trained what the training has found out
     * @throws OtherPreprocessingException if the training saw images that were decoded by other rules than this program has
     * @throws IllegalArgumentException if the plan's normalisation cannot be what it found
     */
    public Preprocessing preprocessing(Provenance trained) {
        ImageRules.requireThoseOf(trained.libraries());
        return preprocessing(new Preprocessing.Step.Normalize(
                trained.normalisation().mean(), trained.normalisation().std()));
    }

    /** The part of it that can be done before any training: it ends with pixels, which are the same for all folds. */
    public Preprocessing pixels() {
        return shown(Preprocessing.scaled(channels, onPixels()));
    }

    private Preprocessing shown(Preprocessing preprocessing) {
        Preprocessing.Step.Window step = window.step();
        return step == null ? preprocessing : preprocessing.shownBy(step);
    }

    private List<Preprocessing.Step.OnPixels> onPixels() {
        List<Preprocessing.Step.OnPixels> steps = new ArrayList<>();
        if (contrast == Contrast.CLAHE) {
            steps.add(Preprocessing.Step.Equalize.DEFAULT);
        }
        steps.add(
                switch (aspect) {
                    case LETTERBOX -> new Preprocessing.Step.Letterbox(size, interpolation);
                    case STRETCH -> new Preprocessing.Step.Resize(size, size, interpolation);
                    case CENTRE_CROP ->
                        new Preprocessing.Step.CentreCrop(
                                shorterSide == 0 ? size * 8 / 7 : shorterSide, size, interpolation);
                });
        return steps;
    }
}
