package org.foldwise.learning.training;

import org.foldwise.learning.cache.Records;
import org.foldwise.learning.cache.Shelf;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.Preprocessing;

/** Preprocessed pixels from a cache, one byte a sample, each picture once. Safe for use by several threads. */
public final class CachedPixels implements PreprocessedImages {
    private final Records records;
    private final int width;
    private final int height;
    private final int channels;

    /**
     * A view of records of {@link #shelf}.
     *
     * @param preprocessing by which they were made
     */
    public CachedPixels(Records records, Preprocessing preprocessing) {
        this.records = records;
        this.width = preprocessing.width();
        this.height = preprocessing.height();
        this.channels = preprocessing.channels();
    }

    /** Where results of {@link Preprocessing#toPixels} are kept, height x width x channels. */
    public static Shelf shelf(Preprocessing preprocessing) {
        return new Shelf("pixels", preprocessing.pixelFingerprint(), preprocessing.tensorLength());
    }

    @Override
    public PixelImage pixelsOf(ImageRecord image) {
        return PixelImage.of(width, height, channels, records.of(image.picture()));
    }
}
