package org.foldwise.learning.dataset.layout;

/**
 * A manifest as it was uploaded.
 *
 * @param name its path with forward slashes; image paths in it are relative to its folder
 * @param content the bytes of the file
 */
public record UploadedManifest(String name, ManifestBytes content) {
    /** The folder of the manifest with a slash at its end, or nothing. */
    String folderPrefix() {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }
}
