package org.foldwise.worker.ingest;

import org.foldwise.learning.imaging.ImageHeader;

/**
 * What is remembered of an image after its pixels are gone.
 *
 * @param name within the dataset
 */
record ImageTraits(String name, ImageHeader header) {
    /** Width divided by height. */
    double aspectRatio() {
        return (double) header.width() / header.height();
    }
}
