package org.foldwise.learning.training;

import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;

/**
 * Where preprocessed pixels come from: usually a cache by content, filled by decoding and
 * {@link org.foldwise.learning.imaging.Preprocessing#toPixels}. Called from a thread of the training's own while the engine
 * computes, and for each image once an epoch.
 */
@FunctionalInterface
public interface PreprocessedImages {
    /**
     * The pixels of an image, of the size and channels that the plan asks for, before any augmentation.
     *
     * @throws java.io.UncheckedIOException if they cannot be read; the training ends with it
     */
    PixelImage pixelsOf(ImageRecord image);
}
