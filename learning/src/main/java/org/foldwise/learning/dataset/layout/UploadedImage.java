package org.foldwise.learning.dataset.layout;

import org.foldwise.learning.provenance.Digest;

/**
 * An image file as it was uploaded.
 *
 * @param name its path with forward slashes, unique within the dataset
 * @param content digest of its bytes
 */
public record UploadedImage(String name, Digest content) {
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
