package org.foldwise.registry.dataset;

import java.util.UUID;
import org.foldwise.learning.dataset.ImageRecord;

/**
 * An image of a dataset that is frozen or about to be.
 *
 * @param image whose it is and what it shows
 * @param channels as in {@link org.foldwise.registry.upload.UploadedImage}
 * @param bitDepth bits per channel
 */
public record DatasetImage(
        UUID id,
        UUID datasetId,
        ImageRecord image,
        int width,
        int height,
        int channels,
        int bitDepth,
        long sizeBytes) {}
