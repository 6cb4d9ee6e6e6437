package org.foldwise.registry.upload;

import org.foldwise.learning.provenance.Digest;

/**
 * An image that was accepted and decoded once; its bytes are the artifact of its digest.
 *
 * @param name unique within the dataset: its path in the archive, or the name it was uploaded under
 * @param content digest of the image file's bytes
 * @param mediaType such as {@code image/png}
 * @param channels 1 for grey, 3 for colour, 2 and 4 with transparency
 * @param bitDepth bits per channel
 */
public record UploadedImage(
        String name,
        Digest content,
        long sizeBytes,
        String mediaType,
        int width,
        int height,
        int channels,
        int bitDepth) {}
