package org.foldwise.learning.experiment;

import org.foldwise.learning.imaging.Preprocessing;

/**
 * What the network sees of an image.
 *
 * @param size width and height in pixels, 32 to 1024
 * @param channels 1 for grey films, 3 for colour
 * @param aspect what happens to images that are not square
 */
public record ImageSpec(int size, int channels, Aspect aspect) {
    /** What happens to images that are not square. */
    public enum Aspect {
        /** Shrunk or enlarged to fit, the rest filled with black: shapes stay as they are. */
        LETTERBOX,
        /** Width and height scaled separately: shapes are squeezed. */
        STRETCH
    }

    public ImageSpec {
        if (size < 32 || size > 1024) {
            throw new IllegalArgumentException("image.size must be 32 to 1024, was " + size);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("image.channels must be 1 or 3, was " + channels);
        }
    }

    /** The deterministic way from a decoded image to the network's input. */
    public Preprocessing preprocessing() {
        return switch (aspect) {
            case LETTERBOX -> Preprocessing.letterboxed(size, channels);
            case STRETCH -> Preprocessing.stretched(size, channels);
        };
    }
}
