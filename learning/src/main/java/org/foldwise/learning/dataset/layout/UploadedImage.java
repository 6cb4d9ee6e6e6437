package org.foldwise.learning.dataset.layout;

import org.foldwise.learning.dataset.ImageMetadata;
import org.foldwise.learning.provenance.Digest;
import org.jspecify.annotations.Nullable;

/**
 * An image file as it was uploaded.
 *
 * @param name its path with forward slashes, unique within the dataset
 * @param content digest of its bytes
 * @param metadata what the file says of patient and examination; absent for formats that say nothing of the kind
 * @param frames how many frames, slices or pages it holds, 1 or more
 */
public record UploadedImage(String name, Digest content, @Nullable ImageMetadata metadata, int frames) {
    /** A file of one frame. */
    public UploadedImage(String name, Digest content, @Nullable ImageMetadata metadata) {
        this(name, content, metadata, 1);
    }

    /** An image whose file says nothing of patient and examination. */
    public UploadedImage(String name, Digest content) {
        this(name, content, null);
    }

    /** The name without folders. */
    String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The folders of the name without a slash at the end; empty for an image that lies in none. */
    String folder() {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }
}
