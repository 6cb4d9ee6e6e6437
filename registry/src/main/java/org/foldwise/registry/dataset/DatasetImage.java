package org.foldwise.registry.dataset;

import java.util.UUID;
import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.dataset.ImageRecord;
import org.jspecify.annotations.Nullable;

/**
 * An image of a dataset that is frozen or about to be.
 *
 * @param image whose it is and what it shows
 * @param channels as in {@link org.foldwise.registry.upload.UploadedImage}
 * @param bitDepth bits per channel
 * @param metadata what the file says of patient, examination and device, where it says any of it
 * @param duplicateGroup number of the group of copies of one picture that it is in; absent where it has no copy, and before the freezing
 *     is done
 */
public record DatasetImage(
        UUID id,
        UUID datasetId,
        ImageRecord image,
        int width,
        int height,
        int channels,
        int bitDepth,
        long sizeBytes,
        @Nullable ImageMetadata metadata,
        @Nullable Integer duplicateGroup) {}
