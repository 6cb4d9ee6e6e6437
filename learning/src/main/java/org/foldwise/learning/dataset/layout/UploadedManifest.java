package org.foldwise.learning.dataset.layout;

import java.util.Set;

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

    /** How a row may name an uploaded image: by its name, and by its path from the folder of the manifest. */
    public Set<String> cellsOf(String image) {
        String folder = folderPrefix();
        return folder.isEmpty() || !image.startsWith(folder)
                ? Set.of(image)
                : Set.of(image, image.substring(folder.length()));
    }
}
