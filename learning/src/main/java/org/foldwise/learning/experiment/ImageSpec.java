package org.foldwise.learning.experiment;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.imaging.ResizeFilter;

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
 */
public record ImageSpec(
        int size, int channels, Aspect aspect, int shorterSide, ResizeFilter interpolation, Contrast contrast) {
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

    /** Grey levels as they are, bilinear. */
    public ImageSpec(int size, int channels, Aspect aspect) {
        this(size, channels, aspect, 0, ResizeFilter.BILINEAR, Contrast.NONE);
    }

    /** The deterministic way from a decoded image to the network's input. */
    public Preprocessing preprocessing() {
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
        return Preprocessing.normalized(channels, steps);
    }
}
