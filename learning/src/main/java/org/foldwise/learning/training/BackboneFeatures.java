package org.foldwise.learning.training;

import java.nio.FloatBuffer;
import org.foldwise.learning.cache.Records;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.provenance.Digest;

/** What a frozen backbone makes of images, from a cache. Safe for use by several threads. */
public final class BackboneFeatures {
    private final FrozenBackbone backbone;
    private final Digest preprocessing;
    private final Records records;

    BackboneFeatures(FrozenBackbone backbone, Digest preprocessing, Records records) {
        this.backbone = backbone;
        this.preprocessing = preprocessing;
        this.records = records;
    }

    /** By which they were made. */
    FrozenBackbone backbone() {
        return backbone;
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
        return records.of(image.content()).asFloatBuffer();
    }
}
