package org.foldwise.learning.provenance;

/**
 * The file of weights that a training began with.
 *
 * @param name of the set of weights
 * @param digest of the file, byte for byte as it was imported
 */
public record WeightsFile(String name, Digest digest) {
    public WeightsFile {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
    }
}
