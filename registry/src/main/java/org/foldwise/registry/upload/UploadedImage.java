package org.foldwise.registry.upload;

import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * An image that was accepted and decoded once; its bytes are the artifact of its digest.
 *
 * @param name unique within the dataset: its path in the archive, or the name it was uploaded under
 * @param content digest of the image file's bytes
 * @param mediaType such as {@code image/png}
 * @param channels 1 for grey, 3 for colour, 2 and 4 with transparency
 * @param bitDepth bits per channel
 * @param metadata what the file says of patient, examination and device; absent for formats that say nothing of the kind
 * @param frames how many frames, slices or pages the file holds, 1 or more
 */
public record UploadedImage(
        String name,
        Digest content,
        long sizeBytes,
        String mediaType,
        int width,
        int height,
        int channels,
        int bitDepth,
        @Nullable ImageMetadata metadata,
        int frames) {
    /** A file of one frame. */
    public UploadedImage(
            String name,
            Digest content,
            long sizeBytes,
            String mediaType,
            int width,
            int height,
            int channels,
            int bitDepth,
            @Nullable ImageMetadata metadata) {
        this(name, content, sizeBytes, mediaType, width, height, channels, bitDepth, metadata, 1);
    }

    /** An image whose file says nothing of patient, examination and device. */
    public UploadedImage(
            String name,
            Digest content,
            long sizeBytes,
            String mediaType,
            int width,
            int height,
            int channels,
            int bitDepth) {
        this(name, content, sizeBytes, mediaType, width, height, channels, bitDepth, null);
    }
}
