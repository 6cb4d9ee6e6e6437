package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.provenance.Digest;

/** What a frozen backbone makes of images, from a cache. Safe for use by several threads. */
public final class BackboneFeatures {
    private final FrozenBackbone backbone;
    private final PrecisionChoice precision;
    private final Digest preprocessing;
    private final Records records;

    BackboneFeatures(FrozenBackbone backbone, PrecisionChoice precision, Digest preprocessing, Records records) {
        this.backbone = backbone;
        this.precision = precision;
        this.preprocessing = preprocessing;
        this.records = records;
    }

    /** By which they were made. */
    FrozenBackbone backbone() {
        return backbone;
    }

    /** What they were computed in; the numbers are float32 whatever it is. */
    public PrecisionChoice precision() {
        return precision;
    }

    /** Fingerprint of what the images have gone through before. */
    Digest preprocessing() {
        return preprocessing;
    }

    /** Number of features of an image. */
    public int length() {
        return backbone.network().features();
    }

    /**
     * The features of an image, after averaging over height and width.
     *
     * @throws IllegalArgumentException if they were not asked for when the cache was filled
     */
    public FloatBuffer featuresOf(ImageRecord image) {
        return records.of(image.picture()).asFloatBuffer();
    }
}
